"""人力资源和社会保障局: employment, accounts of social security cards, new cards."""

import sqlite3
from datetime import timedelta
from typing import Any

from onething.core import clock
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, UnknownError, next_number
from onething.sandbox.agencies.fields import Fields
from onething.sandbox.population.people import Population

SCHEMA = """
CREATE TABLE employment (id_number TEXT PRIMARY KEY, employer TEXT, credit_code TEXT, since TEXT, wage_fen INTEGER) WITHOUT ROWID;
CREATE TABLE account (id_number TEXT PRIMARY KEY, bank TEXT, number TEXT, holder TEXT, status TEXT) WITHOUT ROWID;
CREATE TABLE card (number TEXT PRIMARY KEY, id_number TEXT, card_number TEXT, address TEXT, cancelled INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX card_id ON card (id_number);
"""


def fill(db: sqlite3.Connection, city: Population) -> None:
    db.executemany(
        "INSERT INTO employment VALUES (?, ?, ?, ?, ?)",
        (
            (p.id_number, p.employer.name, p.employer.uscc, f"{p.employed_since:%Y/%m/%d}", p.wage_fen)
            for p in city.people
            if p.employer and p.employed_since
        ),
    )
    db.executemany(
        "INSERT INTO account VALUES (?, ?, ?, ?, 'ACTIVE')",
        ((p.id_number, p.account.bank, p.account.number, p.name) for p in city.people if p.account),
    )


def _error(status: int, code: str, words: str) -> tuple[int, Any]:
    return status, {"error": {"code": code, "message": words}}


desk = Desk(
    "hrss",
    "上海市人力资源和社会保障局（沙盒）",
    Envelope(
        ok=lambda data: (200, data),
        unknown=lambda: _error(404, "NOT_FOUND", "没有符合条件的记录"),
        refused=lambda code, words, status: _error(status, code, words),
        bad_field="INVALID_FIELD",
        no_key="IDEMPOTENCY_KEY_MISSING",
        key_reused="IDEMPOTENCY_KEY_REUSED",
    ),
    SCHEMA,
    fill,
)


@desk.query("/api/v1/employments/search")
def employment(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute(
        "SELECT * FROM employment WHERE id_number = ?",
        (fields.person("personIdNumber", "personIdType", "personCountry"),),
    ).fetchone()
    if row is None:
        raise UnknownError
    return {
        "employment": {
            "employer": {"name": row[1], "creditCode": row[2]}, "startDate": row[3], "averageMonthlyWageFen": row[4],
        }
    }  # fmt: skip


@desk.query("/api/v1/card-accounts/search")
def card_account(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute(
        "SELECT * FROM account WHERE id_number = ?", (fields.person("personIdNumber", "personIdType", "personCountry"),)
    ).fetchone()
    if row is None:
        raise UnknownError
    return {"account": {"bankName": row[1], "accountNumber": row[2], "holderName": row[3], "status": row[4]}}


@desk.perform("/api/v1/card-applications")
def apply_card(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    child = fields.citizen_id("holder.idNumber")
    fields.person_name("holder.name")
    fields.person("guardianIdNumber", "guardianIdType", "guardianCountry")
    fields.phone("delivery.mobile")
    address = fields.text("delivery.address")
    if db.execute("SELECT 1 FROM card WHERE id_number = ? AND NOT cancelled", (child,)).fetchone():
        raise DoneBeforeError("CARD_EXISTS", "已有社会保障卡或正在制卡")
    today = clock.today()
    serial = next_number(db, "card")
    number, card = f"SBK{today:%Y%m%d}{serial:06d}", f"A{serial:08d}"
    db.execute("INSERT INTO card VALUES (?, ?, ?, ?, 0)", (number, child, card, address))
    ready = today + timedelta(days=15)
    return {
        "application": {"number": number, "cardNumber": card, "readyDate": f"{ready:%Y/%m/%d}", "state": "ACCEPTED"}
    }


@desk.perform("/api/v1/card-applications/cancellation")
def cancel_card(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("applicationNumber")
    if not db.execute("UPDATE card SET cancelled = 1 WHERE number = ?", (number,)).rowcount:
        raise UnknownError
    return {"application": {"number": number, "state": "CANCELLED"}}
