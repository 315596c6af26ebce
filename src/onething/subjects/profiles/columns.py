"""The columnar copy of all pictures, for matching: one Parquet file, written beside and renamed when whole.

The rows in the database are the truth; what changed after the file was written is laid over it when it is read.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.subjects.profiles.models import PREFIX, Dimension, ProfileSpec
from onething.subjects.profiles.tables import ProfileRow

ID = "id"
_TYPES: dict[str, Any] = {
    "integer": pl.Int64, "number": pl.Float64, "money": pl.Float64, "bool": pl.Boolean, "date": pl.Date,
    "text": pl.String, "enum": pl.String,
}  # fmt: skip
CHUNK = 20_000


def schema(dimensions: Iterable[Dimension]) -> dict[str, Any]:
    """Column name → Polars type: `id` and one column a dimension, named as rules name it."""
    return {ID: pl.String, **{each.path: _TYPES[each.type] for each in dimensions}}


def frame_of(dimensions: Sequence[Dimension], rows: Iterable[tuple[str, dict[str, Any]]]) -> pl.DataFrame:
    """Rows of (company, stored facts) as columns; dates are ISO text in the facts."""
    pairs = list(rows)
    columns: dict[str, pl.Series] = {ID: pl.Series(ID, [subject for subject, _ in pairs], pl.String)}
    for each in dimensions:
        values = [facts.get(each.id) for _, facts in pairs]
        if each.type == "date":
            columns[each.path] = pl.Series(each.path, values, pl.String).str.to_date()
        else:
            columns[each.path] = pl.Series(each.path, values, _TYPES[each.type], strict=False)
    return pl.DataFrame(columns)


@dataclass(frozen=True)
class ColumnStore:
    """`folder/columns.parquet`."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "columns.parquet"

    def write(self, frame: pl.DataFrame) -> None:
        """Put a whole population in place of the former; readers see one or the other."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"columns.{secrets.token_hex(6)}"
        frame.write_parquet(draft, compression="lz4", row_group_size=131_072, statistics=False)
        draft.replace(self.path)

    def export(self, session: Session, spec: ProfileSpec) -> int:
        """Write every picture of the database; returns how many."""
        parts: list[pl.DataFrame] = []
        after, total = "", 0
        while rows := [(row[0], row[1]) for row in session.execute(_page(after))]:
            parts.append(frame_of(spec.dimensions, rows))
            after, total = rows[-1][0], total + len(rows)
        self.write(pl.concat(parts) if parts else frame_of(spec.dimensions, ()))
        return total

    def written_at(self) -> datetime | None:
        """When the file was written; None when there is none."""
        if not self.path.exists():
            return None
        return datetime.fromtimestamp(self.path.stat().st_mtime, clock.CHINA)

    def load(self, names: Sequence[str] | None = None) -> pl.DataFrame:
        """`id` and the named columns (all when None); only those are read from the disk.

        A name that the file has not is left out: to matching it is unknown of everybody, and the other clauses go on.
        """
        if names is None:
            return pl.read_parquet(self.path)
        held = pl.read_parquet_schema(self.path)
        return pl.read_parquet(self.path, columns=[ID, *(name for name in names if name in held)])

    def current(self, session: Session, spec: ProfileSpec, names: Sequence[str] | None = None) -> pl.DataFrame:
        """As `load`, with everything that changed since the file was written laid over it."""
        written = self.written_at()
        if written is None:
            self.export(session, spec)
            return self.load(names)
        wanted = [each for each in spec.dimensions if names is None or each.path in set(names)]
        frame = self.load([each.path for each in wanted])
        query = select(ProfileRow.subject_id, ProfileRow.facts).where(ProfileRow.changed_at >= written)
        rows = [(row[0], row[1]) for row in session.execute(query)]
        if not rows:
            return frame
        fresh = frame_of(wanted, rows)
        return pl.concat([frame.join(fresh, on=ID, how="anti", maintain_order="left"), fresh])


def _page(after: str) -> Select[str, dict[str, Any]]:
    query = select(ProfileRow.subject_id, ProfileRow.facts).where(ProfileRow.subject_id > after)
    return query.order_by(ProfileRow.subject_id).limit(CHUNK)


def short(path: str) -> str:
    """`company.employees` → `employees`."""
    return path.removeprefix(PREFIX)
