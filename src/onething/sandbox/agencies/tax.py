"""税务局: taxpayers, residents' insurance premiums, the deduction for infants."""

import sqlite3
from typing import Any

from onething.core import clock
from onething.core.persons.numbers import bare
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import BadFieldError, Fields
from onething.sandbox.agencies.papers import TAX
from onething.sandbox.population.people import Population

SCHEMA = """
CREATE TABLE zrr (sfzjhm TEXT PRIMARY KEY, rzsgdwmc TEXT, nsrzt TEXT) WITHOUT ROWID;
CREATE TABLE jk (pzxh TEXT PRIMARY KEY, sbbh TEXT, sjje INTEGER, refunded INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX jk_sbbh ON jk (sbbh);
CREATE TABLE kc (cjbh TEXT PRIMARY KEY, child TEXT, taxpayer TEXT, share INTEGER, cancelled INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX kc_child ON kc (child);
"""
_FULL_FEN = 200_000
"""2,000 yuan a month and child (国发〔2023〕13号)."""


def fill(db: sqlite3.Connection, city: Population) -> None:
    db.executemany(
        "INSERT INTO zrr VALUES (?, ?, '03')", ((p.id_number, p.employer.name) for p in city.people if p.employer)
    )


desk = Desk(
    "tax",
    "国家税务总局上海市税务局（沙盒）",
    Envelope(
        ok=lambda data: (200, {"RETCODE": "00", "RETMSG": "处理成功", "DATA": data}),
        unknown=lambda: (200, {"RETCODE": "44", "RETMSG": "查无此纳税人或记录", "DATA": {}}),
        refused=lambda code, words, _status: (200, {"RETCODE": code, "RETMSG": words, "DATA": {}}),
        bad_field="10",
        no_key="11",
        key_reused="12",
    ),
    SCHEMA,
    fill,
)


@desk.query("/ITS/ZRR/QUERY")
def taxpayer(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """A natural person's taxpayer number is her citizen id (税务登记管理办法)."""
    row = db.execute(
        "SELECT * FROM zrr WHERE sfzjhm = ?", (fields.person("SFZJHM", "SFZJLX", "GJHDQ", TAX),)
    ).fetchone()
    if row is None:
        raise UnknownError
    return {"NSRSBH": bare(row[0]), "RZSGDWMC": row[1], "NSRZT": row[2]}


@desk.perform("/SBF/CXJM/PAY")
def pay_premium(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Takes the premium of one insurance number once a year."""
    number, amount = fields.text("SBBH"), fields.whole("YJJE")
    fields.citizen_id("SFZJHM")
    fields.person("JFRSFZJHM", "JFRSFZJLX", "JFRGJHDQ", TAX)
    if not 0 < amount <= 300_000:
        raise BadFieldError("YJJE", "应缴金额超出范围")
    if db.execute("SELECT 1 FROM jk WHERE sbbh = ? AND NOT refunded", (number,)).fetchone():
        raise DoneBeforeError("31", "该参保人本年度保费已缴纳")
    today = clock.today()
    receipt = f"331{today:%y%m}{next_number(db, 'pzxh'):09d}"
    db.execute("INSERT INTO jk VALUES (?, ?, ?, 0)", (receipt, number, amount))
    return {"PZXH": receipt, "SJJE": amount, "JKRQ": f"{today:%Y%m%d}"}


@desk.perform("/SBF/CXJM/REFUND")
def refund_premium(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    receipt = fields.text("PZXH")
    if not db.execute("UPDATE jk SET refunded = 1 WHERE pzxh = ?", (receipt,)).rowcount:
        raise UnknownError
    return {"PZXH": receipt}


@desk.perform("/ITS/ZXFJKC/YYEZH")
def declare_infant_deduction(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """100 per cent by one parent or 50 by each, from the month of birth."""
    child, payer, share = (
        fields.citizen_id("ZNSFZJHM"),
        fields.person("NSRSBH", "NSRSFZJLX", "NSRGJHDQ", TAX),
        fields.whole("KCBL"),
    )
    if share not in (50, 100):
        raise BadFieldError("KCBL", "扣除比例应为 50 或 100")
    if not db.execute("SELECT 1 FROM zrr WHERE sfzjhm = ?", (payer,)).fetchone():
        raise UnknownError
    rows = db.execute("SELECT taxpayer, share FROM kc WHERE child = ? AND NOT cancelled", (child,)).fetchall()
    if any(row[0] == payer for row in rows):
        raise DoneBeforeError("41", "该纳税人已为该子女填报")
    if sum(row[1] for row in rows) + share > 100:
        raise RefusedError("42", "父母双方扣除比例合计超过 100%")
    number = f"ZXKC{clock.today():%Y}{next_number(db, 'kc'):08d}"
    db.execute("INSERT INTO kc VALUES (?, ?, ?, ?, 0)", (number, child, payer, share))
    return {"CJBH": number, "YKCJE": _FULL_FEN * share // 100, "KCYXQQ": child[6:12]}


@desk.perform("/ITS/ZXFJKC/CANCEL")
def cancel_deduction(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("CJBH")
    if not db.execute("UPDATE kc SET cancelled = 1 WHERE cjbh = ?", (number,)).rowcount:
        raise UnknownError
    return {"CJBH": number}
