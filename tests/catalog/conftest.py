"""City packages for the tests of the catalog: a small one that can be broken on purpose, and the real one."""

import shutil
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"
CITIES = Path(__file__).parents[2] / "cities"


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A copy of the small package, free to be changed."""
    return Path(shutil.copytree(DATA / "harbour", tmp_path / "cities" / "harbour"))


@pytest.fixture
def shanghai(tmp_path: Path) -> Path:
    """A copy of the real package."""
    return Path(shutil.copytree(CITIES / "shanghai", tmp_path / "cities" / "shanghai"))
