"""信用中心: one credit record a grown-up; what stands in it follows from the id number, so that it is the same in every run."""

import hashlib
import sqlite3
from typing import Any

from onething.core import clock
from onething.sandbox.agencies.desk import Desk, Envelope, UnknownError
from onething.sandbox.agencies.fields import Fields
from onething.sandbox.agencies.papers import spread
from onething.sandbox.population.people import Population

SCHEMA = "CREATE TABLE report (cert_no TEXT PRIMARY KEY, open_loans INTEGER, due_fen INTEGER, overdue INTEGER) WITHOUT ROWID;"


def record_of(id_number: str) -> tuple[int, int, int]:
    """Open loans, fen due each month, times overdue in 24 months. One in sixteen has been overdue often."""
    dice = hashlib.sha256(f"credit {id_number}".encode()).digest()
    loans = dice[0] % 3
    return loans, loans * (50_000 + dice[1] * 500), 5 if dice[2] % 16 == 0 else dice[2] % 2


def fill(db: sqlite3.Connection, city: Population) -> None:
    db.executemany(
        "INSERT INTO report VALUES (?, ?, ?, ?)",
        ((p.id_number, *record_of(p.id_number)) for p in city.people if p.phone),
    )


desk = Desk(
    "credit",
    "上海市公共信用信息服务中心（沙盒）",
    Envelope(
        ok=lambda data: (200, {"status": "SUCCESS", "info": "", "report": data}),
        unknown=lambda: (200, {"status": "NO_RECORD", "info": "查无记录", "report": None}),
        refused=lambda code, words, _status: (200, {"status": code, "info": words, "report": None}),
        bad_field="BAD_FIELD",
        no_key="NO_KEY",
        key_reused="KEY_REUSED",
    ),
    SCHEMA,
    fill,
)


@desk.query("/credit/personal/report")
def record(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute(
        "SELECT * FROM report WHERE cert_no = ?", (fields.person("certNo", "certType", "certCountry"),)
    ).fetchone()
    if row is None:
        raise UnknownError
    return {
        **spread(row[0], "certNo", "certType", "certCountry"), "openLoans": row[1], "monthlyDueFen": row[2], "overdueTimes24m": row[3], "date": f"{clock.today():%Y%m%d}",
    }  # fmt: skip
