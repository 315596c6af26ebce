"""Registries' history taken over from Parquet: relations into rows, and every company measured as of its registration."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select

from onething.core.db import Database
from onething.core.errors import Problem
from onething.risk import learning, store
from onething.risk.declared import RiskPolicy
from onething.risk.describing import Description, Person
from onething.risk.errors import UNREADABLE_HISTORY
from onething.risk.graph import entity_key, minutes
from onething.risk.indicators import measure
from onething.risk.models import Finding, Kind, Role
from onething.risk.surroundings import Known
from onething.risk.tables import FilingRow

_CHUNK = 2_000
_NEEDED = {
    "companies": (
        "company",
        "registered_at",
        "province",
        "address",
        "phone",
        "agent",
        "trade",
        "capital",
        "ended_at",
        "revoked",
    ),
    "relations": ("company", "number", "role", "share", "corporate"),
    "findings": ("company", "shell", "found_at", "by"),
}


def load_history(db: Database, folder: Path, policy: RiskPolicy, console: Console) -> dict[str, int]:
    """All three files of `folder`; loading the same ones again changes nothing. Raises `UNREADABLE_HISTORY`."""
    tables = {name: _read(folder / f"{name}.parquet", columns) for name, columns in _NEEDED.items()}
    people: dict[str, list[Person]] = {}
    for company, number, role, share, corporate in tables["relations"].select(_NEEDED["relations"]).iter_rows():
        people.setdefault(company, []).append(Person(number, Role[role.upper()], share or 0.0, bool(corporate)))
    rows = tables["companies"].sort("registered_at").to_dicts()
    described = [_description(row, people.get(row["company"], [])) for row in rows]
    counts = {"companies": len(rows), "relations": 0, "findings": tables["findings"].height}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("relations", total=len(rows))
        for start in range(0, len(rows), _CHUNK):
            part = described[start : start + _CHUNK]
            found = [relation for each in part for relation in each.relations()]
            with db.transaction() as session:
                store.add(session, found)
                for row, each in zip(rows[start : start + _CHUNK], part, strict=True):
                    if row["ended_at"] is not None:
                        store.end_company(
                            session, each.key, minutes(_aware(row["ended_at"])), revoked=bool(row["revoked"])
                        )
            counts["relations"] += len(found)
            progress.advance(task, len(part))
    with db.transaction() as session:
        store.declare_shared(session, [entity_key(Kind.ADDRESS, code) for code in policy.shared_addresses])
        findings = [
            Finding(str(entity_key(Kind.COMPANY, company)), bool(shell), _aware(at), by)
            for company, shell, at, by in tables["findings"].select(_NEEDED["findings"]).iter_rows()
        ]
        learning.record(session, findings)
    _measure(db, described, policy, console)
    return counts


def _measure(db: Database, described: list[Description], policy: RiskPolicy, console: Console) -> None:
    with db.reading() as session:
        known = Known.of(store.build(session))
        there = set(session.scalars(select(FilingRow.company)))
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("indicators", total=len(described))
        for start in range(0, len(described), _CHUNK):
            part = described[start : start + _CHUNK]
            with db.transaction() as session:
                for each in part:
                    if each.key in there:
                        continue
                    row = measure(known, each.seen_by(known.graph.find, policy))
                    session.add(
                        FilingRow(company=each.key, moment=each.moment, row=row.astype("<f4").tobytes(), trace={})
                    )
            progress.advance(task, len(part))


def _description(row: dict[str, Any], people: list[Person]) -> Description:
    return Description(
        row["company"], minutes(_aware(row["registered_at"])), people, row["province"] or "", row["address"] or "",
        (row["phone"],) if row["phone"] else (), row["agent"] or "", row["trade"] or "", row["capital"],
    )  # fmt: skip


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    try:
        table = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise Problem(UNREADABLE_HISTORY, str(error), file=path.name, why="not a Parquet file") from error
    if missing := [name for name in columns if name not in table.columns]:
        raise Problem(UNREADABLE_HISTORY, file=path.name, why=f"no columns {', '.join(missing)}")
    return table
