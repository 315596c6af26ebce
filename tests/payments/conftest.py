"""One bank process a test: its knobs and its memory are its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from payments_world import SandboxBank, bank_process


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[SandboxBank]:
    with bank_process(tmp_path) as running:
        yield running
