"""The door of columns: many conditions over many subjects at once, packed in bits."""

from onething.rules.columns.engine import BLOCK, ClauseSet, Counts, Planes, compile_clauses, truths
from onething.rules.columns.kernels import unpack
from onething.rules.columns.population import Column, Ordered, Population, from_polars, from_records

__all__ = [
    "BLOCK",
    "ClauseSet",
    "Column",
    "Counts",
    "Ordered",
    "Planes",
    "Population",
    "compile_clauses",
    "from_polars",
    "from_records",
    "truths",
    "unpack",
]
