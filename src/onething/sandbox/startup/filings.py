"""A register of filings that follow a licence: one a company at a time, each with a number, taken back by it."""

import sqlite3

from onething.core import clock
from onething.sandbox.agencies.desk import RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import Fields

FILINGS = """
CREATE TABLE filing (number TEXT PRIMARY KEY, uscc TEXT NOT NULL, company TEXT, address TEXT, representative TEXT, cancelled INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE UNIQUE INDEX filing_uscc ON filing (uscc) WHERE NOT cancelled;
"""


def enter_filing(db: sqlite3.Connection, fields: Fields, prefix: str, address: str) -> tuple[str, str]:
    """(number, day) of a new filing of a company; it may have one at a time."""
    code = fields.text("tyshxydm")
    if db.execute("SELECT 1 FROM filing WHERE uscc = ? AND NOT cancelled", (code,)).fetchone():
        raise RefusedError("4001", "该企业已备案")
    number, today = f"{prefix}{next_number(db, 'filing', 1):08d}", clock.today()
    db.execute(
        "INSERT INTO filing VALUES (?, ?, ?, ?, ?, 0)", (number, code, fields.text("qymc"), fields.text(address), fields.text("fddbr"))
    )  # fmt: skip
    return number, f"{today:%Y%m%d}"


def cancel_filing(db: sqlite3.Connection, number: str) -> None:
    if not db.execute("UPDATE filing SET cancelled = 1 WHERE number = ? AND NOT cancelled", (number,)).rowcount:
        raise UnknownError
