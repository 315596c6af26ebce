"""Spark: the bitmap kernel runs inside `mapInArrow`, one batch of rows after another; counts are added up.

pyspark is imported by the caller; this module needs pyarrow only, where Spark runs.
"""

# pyarrow is untyped.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportMissingImports=false, reportUnknownMemberType=false

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from onething.rules.columns.engine import compile_clauses
from onething.rules.columns.population import from_polars

SCHEMA = "clause int, hits long, unknown long, one_short long"


def arrow_counter(
    clauses: Sequence[str], as_of: date, names: Sequence[str] = ()
) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """A function for `DataFrame.mapInArrow(arrow_counter(...), SCHEMA)`; sum its output by clause.

    `names` are the facts' names when the frame's own columns are called otherwise.
    """

    def count(batches: Iterator[Any]) -> Iterator[Any]:
        import polars as pl
        import pyarrow as pa

        arrow: Any = pa
        compiled = compile_clauses(clauses, as_of)
        total = None
        for batch in batches:
            frame: Any = pl.from_arrow(arrow.Table.from_batches([batch]))
            if names:
                frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
            found = compiled.evaluate(from_polars(frame))
            total = found if total is None else total + found
        if total is not None:
            numbers = arrow.array(np.arange(len(clauses), dtype=np.int32))
            columns = [numbers, *(arrow.array(each) for each in (total.true, total.unknown, total.one_short))]
            yield arrow.RecordBatch.from_arrays(columns, names=["clause", "hits", "unknown", "one_short"])

    return count


def count_in_spark(frame: Any, clauses: Sequence[str], as_of: date) -> dict[str, list[int]]:
    """Counts of every clause over a Spark frame with dotted column names."""
    names = list(frame.columns)
    # Spark takes a dot in a column's name for a step into a structure.
    plain = frame.toDF(*[f"c{number}" for number in range(len(names))])
    counted = plain.mapInArrow(arrow_counter(clauses, as_of, names), SCHEMA)
    rows = counted.groupBy("clause").sum("hits", "unknown", "one_short").orderBy("clause").collect()
    return {
        "true": [int(row[1]) for row in rows],
        "unknown": [int(row[2]) for row in rows],
        "one_short": [int(row[3]) for row in rows],
    }
