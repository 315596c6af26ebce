"""Makes the worlds of casework importable: certificates come from a case that was carried out."""

import sys
from pathlib import Path

for folder in ("casework",):
    path = str(Path(__file__).parent.parent / folder)
    if path not in sys.path:
        sys.path.append(path)
