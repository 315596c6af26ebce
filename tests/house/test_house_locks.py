"""What is installed is named by what it is, never by where it was fetched: locks carry no addresses."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted([ROOT / "package-lock.json", *(ROOT / "requirements").glob("*.txt")])


@pytest.mark.parametrize("lock", LOCKS, ids=lambda each: each.name)
def test_a_lock_carries_no_address(lock: Path) -> None:
    assert re.findall(r".*https?://.*", lock.read_text("utf-8")) == []
