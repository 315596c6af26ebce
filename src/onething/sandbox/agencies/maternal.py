"""妇幼保健中心: health records of children, home visits after birth."""

import sqlite3
from datetime import timedelta
from typing import Any

from onething.core import clock
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import Fields
from onething.sandbox.population.people import Population
from onething.sandbox.population.places import DISTRICTS

SCHEMA = """
CREATE TABLE org (district TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE archive (handbook_no TEXT PRIMARY KEY, certificate TEXT, child TEXT, born TEXT, closed INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX archive_certificate ON archive (certificate);
"""


def fill(db: sqlite3.Connection, _city: Population) -> None:
    db.executemany(
        "INSERT INTO org VALUES (?, ?)",
        (
            (f"{d.name}{place}", f"{d.name}{near}社区卫生服务中心（儿童保健门诊）")
            for d in DISTRICTS
            for place, near in (("", d.subdistricts[0]), *((each, each) for each in d.subdistricts))
        ),
    )


desk = Desk(
    "maternal",
    "上海市妇幼保健中心（沙盒）",
    Envelope(
        ok=lambda row: (200, {"errcode": 0, "errmsg": "ok", "data": [row]}),
        unknown=lambda: (200, {"errcode": 40400, "errmsg": "档案不存在", "data": []}),
        refused=lambda code, words, _status: (200, {"errcode": int(code), "errmsg": words, "data": []}),
        bad_field="40001",
        no_key="40002",
        key_reused="40009",
    ),
    SCHEMA,
    fill,
)


@desk.perform("/mch/openapi/child/archive/create")
def open_child_record(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Opens the handbook at the clinic of the street or town, else of its district; the first visit is within seven days of filing."""
    certificate, name = fields.text("csyxzmh", 20), fields.person_name("childName")
    born, address = fields.moment("birthday", "%Y-%m-%d %H:%M:%S"), fields.text("liveAddr")
    fields.phone("tel")
    if db.execute("SELECT 1 FROM archive WHERE certificate = ? AND NOT closed", (certificate,)).fetchone():
        raise DoneBeforeError("40901", "该出生医学证明已建档")
    org = next(
        (
            row[1]
            for row in db.execute("SELECT district, name FROM org ORDER BY length(district) DESC").fetchall()
            if row[0] in address
        ),
        None,
    )
    if org is None:
        raise RefusedError("40902", "居住地址不在本市")
    number = f"SC31{next_number(db, 'handbook'):08d}"
    db.execute("INSERT INTO archive VALUES (?, ?, ?, ?, 0)", (number, certificate, name, born.isoformat()))
    visit = max(born.date() + timedelta(days=7), clock.today() + timedelta(days=2))
    return {"handbookNo": number, "orgName": org, "firstVisit": f"{visit:%m/%d/%Y}"}


@desk.perform("/mch/openapi/child/archive/revoke")
def close_child_record(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("handbookNo")
    if not db.execute("UPDATE archive SET closed = 1 WHERE handbook_no = ?", (number,)).rowcount:
        raise UnknownError
    return {"handbookNo": number}
