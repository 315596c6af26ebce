"""One bank process a test: its knobs and its memory are its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from payments_world import SandboxBank, bank_process

from onething.core import events


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Payments alone: what other rooms do with their events is tested with those rooms."""
    monkeypatch.setattr(events.log, "_subscribers", {})


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[SandboxBank]:
    with bank_process(tmp_path) as running:
        yield running
