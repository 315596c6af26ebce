"""Makes the measuring rig (worker processes, sandbox over HTTP) importable for the fault tests."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).parent.parent.parent)
if ROOT not in sys.path:
    sys.path.append(ROOT)
