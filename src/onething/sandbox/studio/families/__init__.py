"""Layout families: every kind of paper as different issuers, years and provinces print it, with the truth beside it.

Written from public descriptions of real papers by people who never saw the reader (ADR 0072). `families()` lists them,
`page(id, seed)` prints one, `taken(page, severity, seed)` photographs it. Families left out are rendered only when asked
for by that word, so that no tuning run ever sees them.
"""

from onething.sandbox.studio.families.catalog import LeftOutError, families, family, kinds, page
from onething.sandbox.studio.families.models import Family, Page, Piece

__all__ = ["Family", "LeftOutError", "Page", "Piece", "families", "family", "kinds", "page"]
