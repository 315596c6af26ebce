"""The world of intake's tests."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from intake_world import World, make_world

from onething.core.clock import frozen
from onething.core.db import Database


@pytest.fixture
def world(db: Database) -> Iterator[World]:
    with frozen(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)):
        yield make_world(db)
