"""The door of columns: many conditions over many subjects at once, packed in bits.

Conditions:
`compile_clauses`: conditions compiled together, equal parts shared; raises FeelError.
`truths`: one condition over everybody: (certainly true, unknown) as flags.
`unpack`: packed bits back to flags, for so many rows.

Subjects:
`from_polars`: a frame whose columns are dotted paths as a population.
`from_records`: nested facts, one dict a subject, as a population; rules.no_subjects for none.

Nouns: `BLOCK` (rows of a block), `ClauseSet`, `Column`, `Matcher` (made once, answers for one subject at a time), `Ordered`,
`Planes` (one clause over one block), `Population`.
"""

from onething.rules.columns.engine import BLOCK, ClauseSet, Planes, compile_clauses, truths
from onething.rules.columns.kernels import unpack
from onething.rules.columns.one import Matcher
from onething.rules.columns.population import Column, Ordered, Population, from_polars, from_records

__all__ = [
    "BLOCK",
    "ClauseSet",
    "Column",
    "Matcher",
    "Ordered",
    "Planes",
    "Population",
    "compile_clauses",
    "from_polars",
    "from_records",
    "truths",
    "unpack",
]
