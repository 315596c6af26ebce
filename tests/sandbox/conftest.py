"""One small sandbox for the whole room; tests that turn knobs use agencies of their own or turn them back."""

from collections.abc import Iterator

import pytest

from onething.sandbox.service import CityHandles, running


@pytest.fixture(scope="session")
def sandbox() -> Iterator[CityHandles]:
    with running(people=300, births=60) as city:
        yield city
