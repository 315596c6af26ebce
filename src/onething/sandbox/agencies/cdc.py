"""疾病预防控制中心: immunisation records of children."""

import sqlite3
from datetime import timedelta
from typing import Any

from onething.core import clock
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import Fields
from onething.sandbox.population.people import Population
from onething.sandbox.population.places import DISTRICTS

SCHEMA = """
CREATE TABLE site (district TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE child (record_no TEXT PRIMARY KEY, certificate TEXT, full_name TEXT, born TEXT, closed INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX child_certificate ON child (certificate);
"""
_SECOND_HEPATITIS_B = timedelta(days=30)


def fill(db: sqlite3.Connection, _city: Population) -> None:
    db.executemany(
        "INSERT INTO site VALUES (?, ?)",
        (
            (f"{d.name}{place}", f"{d.name}{near}社区卫生服务中心预防接种门诊")
            for d in DISTRICTS
            for place, near in (("", d.subdistricts[0]), *((each, each) for each in d.subdistricts))
        ),
    )


desk = Desk(
    "cdc",
    "上海市疾病预防控制中心（沙盒）",
    Envelope(
        ok=lambda data: (200, {"result": "success", **data}),
        unknown=lambda: (404, {"result": "not_found"}),
        refused=lambda code, words, status: (status, {"result": "refused", "error_code": code, "error_message": words}),
        bad_field="invalid_field",
        no_key="missing_idempotency_key",
        key_reused="idempotency_key_reused",
    ),
    SCHEMA,
    fill,
)


@desk.perform("/immunisation/children")
def open_immunisation_record(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """A record at the vaccination site of the street or town of residence, else of its district; the next dose is hepatitis B at one month."""
    certificate, name = fields.text("birth_certificate_no", 20), fields.person_name("full_name")
    fields.one_of("gender", "M", "F")
    fields.text("contact_name")
    fields.phone("contact_phone")
    born, address = fields.moment("date_of_birth", "%Y-%m-%dT%H:%M:%S").date(), fields.text("home_address")
    if db.execute("SELECT 1 FROM child WHERE certificate = ? AND NOT closed", (certificate,)).fetchone():
        raise DoneBeforeError("already_registered", "该儿童已建立预防接种档案")
    sites = db.execute("SELECT district, name FROM site ORDER BY length(district) DESC").fetchall()
    site = next((row[1] for row in sites if row[0] in address), None)
    if site is None:
        raise RefusedError("outside_city", "现住址不在本市，无法分配接种门诊", 422)
    number = f"3101{born:%y%m%d}{next_number(db, 'record'):06d}"
    db.execute("INSERT INTO child VALUES (?, ?, ?, ?, 0)", (number, certificate, name, born.isoformat()))
    due = max(born + _SECOND_HEPATITIS_B, clock.today() + timedelta(days=1))
    return {
        "record_no": number,
        "vaccination_site": site,
        "next_dose": {"vaccine": "乙肝疫苗(第2剂)", "due": f"{due:%d.%m.%Y}"},
    }


@desk.perform("/immunisation/children/close")
def close_immunisation_record(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("record_no")
    if not db.execute("UPDATE child SET closed = 1 WHERE record_no = ?", (number,)).rowcount:
        raise UnknownError
    return {"record_no": number}
