"""Deliveries as files: CSV (UTF-8 or GB 18030) and Parquet, to the rows that `profiles.take_in` takes."""

import io
from pathlib import Path
from typing import Any

import polars as pl

from onething.core.decoding import decoded
from onething.core.errors import Problem
from onething.core.frames import TooMuchError, read_parquet
from onething.subjects.errors import BAD_DELIVERY, TOO_MANY_ROWS
from onething.subjects.profiles.deliveries import MOST_ROWS

MOST_BYTES = 2 * 1024**3


MOST_COLUMNS = 150
"""A profile has 120 dimensions."""


def read_delivery(content: bytes, name: str, most_rows: int = MOST_ROWS) -> list[dict[str, Any]]:
    """The rows of a file. Everything of a CSV stays text until its dimension says what it is. Raises `Problem`."""
    if len(content) > MOST_BYTES:
        raise Problem(BAD_DELIVERY, why="> 2 GB")
    try:
        if Path(name).suffix.lower() == ".parquet":
            frame = read_parquet(content, rows=most_rows, cells=most_rows * MOST_COLUMNS)
        else:
            frame = pl.read_csv(io.BytesIO(decoded(content).encode()), infer_schema=False)
    except TooMuchError:
        raise Problem(TOO_MANY_ROWS, most=most_rows) from None
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        raise Problem(BAD_DELIVERY, why=type(error).__name__) from None
    missing = {"uscc", "as_of"} - set(frame.columns)
    if missing:
        raise Problem(BAD_DELIVERY, why=", ".join(sorted(missing)))
    return frame.to_dicts()
