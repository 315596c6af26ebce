"""医疗保障局: who is insured, hospital stays for birth, enrolment of newborns, maternity benefits."""

import sqlite3
from datetime import timedelta
from typing import Any

from onething.core import clock
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import Fields
from onething.sandbox.agencies.papers import MEDICAL
from onething.sandbox.population.people import Birth, Population

SCHEMA = """
CREATE TABLE psn (certno TEXT PRIMARY KEY, psn_no TEXT, insutype TEXT, stas TEXT, clct_cnt INTEGER, emp_name TEXT, clct_ym TEXT,
  wage_fen INTEGER) WITHOUT ROWID;
CREATE TABLE setl (setl_id TEXT PRIMARY KEY, certno TEXT, brdy TEXT, hosp TEXT, adm TEXT, dscg TEXT, matn_type TEXT, total INTEGER,
  fund INTEGER) WITHOUT ROWID;
CREATE INDEX setl_certno ON setl (certno, brdy);
CREATE TABLE reg (psn_no TEXT PRIMARY KEY, certno TEXT, cancelled INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX reg_certno ON reg (certno);
CREATE TABLE trt (dcla_no TEXT PRIMARY KEY, setl_id TEXT, account TEXT, cancelled INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE INDEX trt_setl ON trt (setl_id);
"""
_TYPES = {"employee": "310", "resident": "390", "none": "000"}
_DELIVERIES = {"normal": "1", "assisted": "2", "caesarean": "3"}
CHILD_PREMIUM = "265.00"
_ALLOWANCE_DAYS = {"1": 158, "2": 173, "3": 173}
"""98 days by national law and 60 by the city's, 15 more for a difficult birth."""
_EXPENSE_FEN = {"1": 360_000, "2": 420_000, "3": 480_000}


def _settlement(birth: Birth, number: int) -> tuple[Any, ...]:
    born = birth.born_at.date()
    days = 5 if birth.delivery == "caesarean" else 3
    fund = birth.cost_fen * 72 // 100
    return (
        f"SETL{born:%y%m%d}{number:06d}", birth.mother.id_number, born.isoformat(), birth.hospital,
        (born - timedelta(days=1)).isoformat(), (born + timedelta(days=days)).isoformat(), _DELIVERIES[birth.delivery],
        birth.cost_fen, fund,
    )  # fmt: skip


def fill(db: sqlite3.Connection, city: Population) -> None:
    last_month = (city.as_of.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    db.executemany(
        "INSERT INTO psn VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                p.id_number, f"31{index:010d}", _TYPES[p.scheme], "0" if p.scheme == "none" else "1", p.months_paid,
                p.employer.name if p.employer else "", last_month if p.scheme == "employee" else "", p.wage_fen,
            )
            for index, p in enumerate(city.people)
        ),
    )  # fmt: skip
    stays = {(b.mother.id_number, b.born_at.date()): b for b in city.births}  # twins share one stay
    db.executemany(
        "INSERT INTO setl VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_settlement(birth, number) for number, birth in enumerate(stays.values(), 1)),
    )


def _say(code: int, words: str) -> tuple[int, Any]:
    return 200, {"infcode": code, "inf_refmsgid": "", "err_msg": words, "output": {}}


desk = Desk(
    "medins",
    "上海市医疗保障局（沙盒）",
    Envelope(
        ok=lambda output: (200, {"infcode": 0, "inf_refmsgid": "", "err_msg": "", "output": output}),
        unknown=lambda: _say(1404, "未查询到人员或结算信息"),
        refused=lambda code, words, _status: _say(int(code), words),
        bad_field="1400",
        no_key="1401",
        key_reused="1409",
        body="input.data",
    ),
    SCHEMA,
    fill,
)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


@desk.query("/fsi/api/psn_insu_info/1101")
def insured(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute(
        "SELECT * FROM psn WHERE certno = ?", (fields.person("certno", "psn_cert_type", "nation_code", MEDICAL),)
    ).fetchone()
    if row is None:
        raise UnknownError
    return {
        "insuinfo": {
            "psn_no": row[1], "insutype": row[2], "psn_insu_stas": row[3], "clct_cnt": row[4], "emp_name": row[5], "clct_ym": row[6],
        }
    }  # fmt: skip


@desk.query("/fsi/api/matn_setl/5204")
def maternity_stay(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """The stay whose birth fell on that day, a day more or less (births around midnight)."""
    mother, born = (
        fields.person("certno", "psn_cert_type", "nation_code", MEDICAL),
        fields.moment("brdy", "%Y-%m-%d").date(),
    )
    row = db.execute(
        "SELECT setl.*, EXISTS (SELECT 1 FROM trt WHERE trt.setl_id = setl.setl_id AND NOT cancelled) FROM setl "
        "WHERE certno = ? AND brdy BETWEEN ? AND ?",
        (mother, (born - timedelta(days=1)).isoformat(), (born + timedelta(days=1)).isoformat()),
    ).fetchone()
    if row is None:
        raise UnknownError
    return {
        "setlinfo": {
            "setl_id": row[0], "fixmedins_name": row[3], "adm_time": row[4], "dscg_time": row[5], "matn_type": row[6],
            "medfee_sumamt": _yuan(row[7]), "fund_pay_sumamt": _yuan(row[8]), "psn_part_amt": _yuan(row[7] - row[8]),
            "trt_dcla_flag": str(row[9]),
        }
    }  # fmt: skip


@desk.perform("/fsi/api/rsdt_reg/add")
def enrol_resident(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Enrols a child with its household, from the day of birth when within 90 days."""
    child, born = fields.citizen_id("certno"), fields.moment("brdy", "%Y-%m-%d").date()
    fields.person_name("psn_name")
    fields.text("hsecfc_no")
    fields.person("agnter_certno", "agnter_cert_type", "agnter_nation", MEDICAL)
    if child[6:14] != f"{born:%Y%m%d}":
        raise RefusedError("2003", "出生日期与身份号码不一致")
    taken = db.execute("SELECT 1 FROM reg WHERE certno = ? AND NOT cancelled", (child,)).fetchone()
    if taken or db.execute("SELECT 1 FROM psn WHERE certno = ?", (child,)).fetchone():
        raise DoneBeforeError("2001", "该人员已参保，不能重复登记")
    today = clock.today()
    number = f"3199{next_number(db, 'psn_no'):08d}"
    db.execute("INSERT INTO reg VALUES (?, ?, 0)", (number, child))
    starts = born if (today - born).days <= 90 else today
    return {"reginfo": {"psn_no": number, "insutype": "390", "begndate": starts.isoformat(), "clct_amt": CHILD_PREMIUM}}


@desk.perform("/fsi/api/rsdt_reg/cancel")
def cancel_enrolment(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("psn_no")
    if not db.execute("UPDATE reg SET cancelled = 1 WHERE psn_no = ?", (number,)).rowcount:
        raise UnknownError
    return {"psn_no": number}


@desk.perform("/fsi/api/matn_trt/apply")
def claim_maternity(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Expenses for every insured mother, the allowance only for employees who paid nine months or more."""
    mother, account = fields.person("certno", "psn_cert_type", "nation_code", MEDICAL), fields.account("bankacct")
    fields.text("bank_name")
    stay = db.execute("SELECT * FROM setl WHERE setl_id = ?", (fields.text("setl_id"),)).fetchone()
    person = db.execute("SELECT insutype, stas, clct_cnt, wage_fen FROM psn WHERE certno = ?", (mother,)).fetchone()
    if stay is None or person is None:
        raise UnknownError
    if stay[1] != mother:
        raise RefusedError("2102", "结算单不属于该人员")
    if db.execute("SELECT 1 FROM trt WHERE setl_id = ? AND NOT cancelled", (stay[0],)).fetchone():
        raise DoneBeforeError("2101", "该次生育已申领待遇")
    if person[0] == "000":
        raise RefusedError("2103", "未参加生育保险或居民医保，不能享受待遇")
    days = _ALLOWANCE_DAYS[stay[6]] if person[0] == "310" and person[2] >= 9 else 0
    number = f"SYDY{clock.today():%Y%m%d}{next_number(db, 'trt'):06d}"
    db.execute("INSERT INTO trt VALUES (?, ?, ?, 0)", (number, stay[0], account))
    return {
        "trtinfo": {
            "trt_dcla_no": number, "matn_fee_amt": _yuan(_EXPENSE_FEN[stay[6]]),
            "matn_alwn_amt": _yuan(person[3] * days // 30), "alwn_days": days,
        }
    }  # fmt: skip


@desk.perform("/fsi/api/matn_trt/cancel")
def cancel_claim(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("trt_dcla_no")
    if not db.execute("UPDATE trt SET cancelled = 1 WHERE dcla_no = ?", (number,)).rowcount:
        raise UnknownError
    return {"trt_dcla_no": number}
