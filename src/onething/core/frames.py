"""Tables of strangers as CSV, in either encoding, and as Parquet: how much one holds is asked of its last lines before any of it is unpacked.

Sixteen kilobytes can hold three million rows of one repeated value and unpack to gigabytes. Rows and columns stand in the file's
footer; what is more than the caller takes is refused there.
"""

import io
from typing import TYPE_CHECKING

from onething.core.decoding import decoded

if TYPE_CHECKING:
    import polars as pl


class TooMuchError(ValueError):
    """The table has more cells than its reader takes."""


def read_parquet(content: bytes, *, rows: int, cells: int) -> "pl.DataFrame":
    """The table, if it has at most so many rows and cells. Raises `TooMuchError`, or polars' errors for a broken file."""
    import polars as pl

    lazy = pl.scan_parquet(io.BytesIO(content))
    columns = len(lazy.collect_schema())
    found = int(lazy.select(pl.len()).collect().item())
    if found > rows or found * max(columns, 1) > cells:
        raise TooMuchError(f"{found} rows of {columns} columns")
    return pl.read_parquet(io.BytesIO(content))


def read_csv(content: bytes, *, rows: int | None = None) -> "pl.DataFrame":
    """A table of comma-separated text in UTF-8 or, as offices here write it, GB 18030 (GBK). Raises UnicodeDecodeError or what polars says."""
    import polars as pl

    return pl.read_csv(
        io.BytesIO(decoded(content).encode()), n_rows=rows, try_parse_dates=True, infer_schema_length=10_000
    )
