"""民政局: marriages, households on social assistance."""

import sqlite3
from datetime import date, timedelta
from typing import Any

from onething.core import clock
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import Fields
from onething.sandbox.agencies.papers import spread
from onething.sandbox.population.people import Population

SCHEMA = """
CREATE TABLE marriage (reg_no TEXT PRIMARY KEY, man TEXT, man_id TEXT, woman TEXT, woman_id TEXT, reg_date TEXT, organ TEXT,
  state TEXT) WITHOUT ROWID;
CREATE INDEX marriage_man ON marriage (man_id);
CREATE INDEX marriage_woman ON marriage (woman_id);
CREATE TABLE relief (family_no TEXT PRIMARY KEY, kind TEXT, begins TEXT, ends TEXT) WITHOUT ROWID;
CREATE TABLE relief_member (cert_num TEXT, family_no TEXT, full_name TEXT, file_no TEXT, removed INTEGER DEFAULT 0);
CREATE INDEX relief_member_cert ON relief_member (cert_num);
"""
_STATES = {"valid": "MARRIED", "dissolved": "DIVORCED"}
_KINDS = {"minimum_living": "DB", "low_income": "DS"}


def _day(day: date) -> str:
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def fill(db: sqlite3.Connection, city: Population) -> None:
    db.executemany(
        "INSERT INTO marriage VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (m.number, m.husband_name, m.husband_id, m.wife_name, m.wife_id, _day(m.registered_on), m.authority, _STATES[m.status])
            for m in city.marriages
        ),
    )  # fmt: skip
    poor = [h for h in city.households if h.low_income]
    begins, ends = _day(city.as_of - timedelta(days=200)), _day(city.as_of + timedelta(days=165))
    db.executemany(
        "INSERT INTO relief VALUES (?, ?, ?, ?)",
        ((h.assistance_number, _KINDS[h.low_income], begins, ends) for h in poor),
    )
    db.executemany(
        "INSERT INTO relief_member (cert_num, family_no, full_name) VALUES (?, ?, ?)",
        ((m.person.id_number, h.assistance_number, m.person.name) for h in poor for m in h.members),
    )


def _refuse(code: str, words: str, status: int) -> tuple[int, Any]:
    return 200, {"head": {"status": status, "errorCode": code, "message": words}, "rows": -1, "items": []}


def _wrap(data: Any) -> tuple[int, Any]:
    head = {"status": 200, "message": "OK"}
    if isinstance(data, list):
        return 200, {"head": head, "rows": len(data), "items": data}
    return 200, {"head": head, "rows": 1, "result": data}


desk = Desk(
    "civil",
    "上海市民政局（沙盒）",
    Envelope(
        ok=_wrap,
        unknown=lambda: (200, {"head": {"status": 200, "message": "OK"}, "rows": 0, "items": []}),
        refused=_refuse,
        bad_field="E_PARAM",
        no_key="E_SERIAL",
        key_reused="E_SERIAL_REUSED",
    ),
    SCHEMA,
    fill,
)


@desk.query("/marriage/v2/search")
def marriage(db: sqlite3.Connection, fields: Fields) -> list[dict[str, Any]]:
    """The latest registration first, dissolved ones included."""
    number = fields.person("condition.certNum", "condition.certType", "condition.nationality")
    rows = db.execute(
        "SELECT * FROM marriage WHERE man_id = ? OR woman_id = ? ORDER BY state = 'MARRIED' DESC, reg_date DESC",
        (number, number),
    ).fetchall()
    return [
        {
            "registrationNo": row[0], "man": {"fullName": row[1], **spread(row[2], "certNum", "certType", "nationality")},
            "woman": {"fullName": row[3], **spread(row[4], "certNum", "certType", "nationality")}, "registerDate": row[5], "organ": row[6], "state": row[7],
        }
        for row in rows
    ]  # fmt: skip


@desk.query("/relief/v2/search")
def low_income(db: sqlite3.Connection, fields: Fields) -> list[dict[str, Any]]:
    rows = db.execute(
        "SELECT f.* FROM relief_member m JOIN relief f USING (family_no) WHERE m.cert_num = ? AND NOT m.removed",
        (fields.person("condition.certNum", "condition.certType", "condition.nationality"),),
    ).fetchall()
    return [{"familyNo": row[0], "kind": row[1], "beginDate": row[2], "endDate": row[3]} for row in rows]


@desk.perform("/relief/v2/member/add")
def add_family_member(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    family, child = fields.text("member.familyNo"), fields.citizen_id("member.certNum")
    name = fields.person_name("member.fullName")
    if not db.execute("SELECT 1 FROM relief WHERE family_no = ?", (family,)).fetchone():
        raise RefusedError("E_NO_FAMILY", "救助家庭不存在或已退出")
    if db.execute("SELECT 1 FROM relief_member WHERE cert_num = ? AND NOT removed", (child,)).fetchone():
        raise DoneBeforeError("E_ALREADY_MEMBER", "该人员已在救助家庭中")
    today = clock.today()
    file_no = f"JZ{today:%Y%m}{next_number(db, 'file'):06d}"
    db.execute("INSERT INTO relief_member VALUES (?, ?, ?, ?, 0)", (child, family, name, file_no))
    next_month = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return {"fileNo": file_no, "effectiveDate": _day(next_month)}


@desk.perform("/relief/v2/member/remove")
def remove_family_member(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    file_no = fields.text("fileNo")
    if not db.execute("UPDATE relief_member SET removed = 1 WHERE file_no = ?", (file_no,)).rowcount:
        raise UnknownError
    return {"fileNo": file_no}
