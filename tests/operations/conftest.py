"""Makes the measuring rig (worker processes, sandbox over HTTP) importable for the tests under load."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onething.trust.service import FileKeyStore

ROOT = str(Path(__file__).parent.parent.parent)
if ROOT not in sys.path:
    sys.path.append(ROOT)


@pytest.fixture(autouse=True, scope="session")
def _quick_passphrases() -> Iterator[None]:
    """Stretching a passphrase is meant to be slow; these tests open many stores."""
    options: Any = FileKeyStore.__init__.__kwdefaults__
    options["cost"], before = 2**8, options["cost"]
    yield
    options["cost"] = before
