"""The door of columns: many conditions over many subjects at once, packed in bits.

Conditions:
`truths`: one condition over everybody: (certainly true, unknown) as flags.
`unpack`: packed bits back to flags, for so many rows.

Nouns: `BLOCK` (rows of a block), `ClauseSet`, `Column`, `Ordered`, `Planes` (one clause over one block).
"""

from onething.rules.columns.engine import BLOCK, ClauseSet, Planes, truths
from onething.rules.columns.kernels import unpack
from onething.rules.columns.population import Column, Ordered

__all__ = [
    "BLOCK",
    "ClauseSet",
    "Column",
    "Ordered",
    "Planes",
    "truths",
    "unpack",
]
