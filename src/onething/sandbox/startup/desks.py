"""The agencies of company start-up: what they are asked, what they do, each in its own words.

Who lives here comes from `Town`: people with what is held against them, addresses, leases, deeds.
"""

import sqlite3
from datetime import timedelta
from typing import Any

from onething.core import clock
from onething.core.identifiers import uscc_check_character
from onething.sandbox.agencies.desk import Desk, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import BadFieldError, Fields
from onething.sandbox.agencies.papers import TAX, spread
from onething.sandbox.startup.filings import FILINGS, cancel_filing, enter_filing
from onething.sandbox.startup.town import Town

MOST_PEOPLE = 70


def _envelope() -> Envelope:
    return Envelope(
        ok=lambda data: (200, {"code": "0", "msg": "成功", "data": data}),
        unknown=lambda: (200, {"code": "1004", "msg": "未查询到记录", "data": None}),
        refused=lambda code, words, _status: (200, {"code": code, "msg": words, "data": None}),
        bad_field="2001",
        no_key="3001",
        key_reused="3002",
    )


def _rows(fields: Fields, name: str) -> list[dict[str, Any]]:
    rows = fields.raw(name)
    if not isinstance(rows, list) or not rows or len(rows) > MOST_PEOPLE:
        raise BadFieldError(name, "应为一至七十人")
    return [row for row in rows if isinstance(row, dict)]


PEOPLE = """
CREATE TABLE person (id_number TEXT PRIMARY KEY, name TEXT, status TEXT, valid_until TEXT, debtor TEXT, barred TEXT, until TEXT, born TEXT) WITHOUT ROWID;
"""


def _fill_people(db: sqlite3.Connection, town: Town) -> None:
    db.executemany(
        "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (p.id_number, p.name, p.status, p.valid_until, p.debtor, p.barred, p.barred_until, p.birth_date.isoformat())
            for p in town.people
        ),
    )


def _find(db: sqlite3.Connection, number: str, what: str) -> Any:
    return db.execute(f"SELECT {what} FROM person WHERE id_number = ?", (number,)).fetchone()  # noqa: S608 - fixed columns


police = Desk("police", "深圳市公安局（沙盒）", _envelope(), PEOPLE, _fill_people)


@police.query("/rkk/hy/batch")
def residents(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    for row in _rows(fields, "ryxx"):
        number = Fields(row).citizen_id("gmsfhm")
        known = _find(db, number, "name, status, valid_until")
        if known is not None:
            found.append({"gmsfhm": number, "xm": known[0], "rkzt": known[1], "yxqjzrq": known[2]})
    return {"list": found}


@police.query("/crj/hy/batch")
def foreigners(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Exit and entry: whoever has no resident identity card, by the kind of paper, its number and issuer."""
    found: list[dict[str, Any]] = []
    for row in _rows(fields, "ryxx"):
        number = Fields(row).person("zjhm", "zjlx", "qfg", only="131 132 133 511 516 553 414")
        known = _find(db, number, "name, status, valid_until, born")
        if known is not None:
            told = {"xm": known[0], "zt": known[1], "yxqz": known[2], "csrq": known[3]}
            found.append(spread(number, "zjhm", "zjlx", "qfg") | told)
    return {"list": found}


court = Desk("court", "深圳市中级人民法院（沙盒）", _envelope(), PEOPLE, _fill_people)


@court.query("/shixin/batch")
def dishonest(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    out: list[dict[str, Any]] = []
    for row in _rows(fields, "persons"):
        one = Fields(row)
        number = one.person("cardNum", "cardType", "nationality")
        known = _find(db, number, "debtor")
        case = known[0] if known else ""
        told = {"iname": one.text("iname"), "listed": bool(case), "caseCode": case}
        out.append(spread(number, "cardNum", "cardType", "nationality") | told)
    return {"list": out}


AMR = (
    PEOPLE
    + """
CREATE TABLE company (uscc TEXT PRIMARY KEY, name TEXT NOT NULL, capital TEXT, address TEXT, representative TEXT, founded TEXT, withdrawn INTEGER DEFAULT 0);
CREATE UNIQUE INDEX company_name ON company (name) WHERE NOT withdrawn;
"""
    + FILINGS
)
amr = Desk("amr", "深圳市市场监督管理局（沙盒）", _envelope(), AMR, _fill_people)


@amr.query("/renzhi/batch")
def bars(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    out: list[dict[str, Any]] = []
    for row in _rows(fields, "ryxx"):
        number = Fields(row).person("zjhm", "zjlx", "gj")
        known = _find(db, number, "barred, until")
        reason = known[0] if known else ""
        told = {"sx": bool(reason), "sxyy": reason, "sxjz": known[1] if known else ""}
        out.append(spread(number, "zjhm", "zjlx", "gj") | told)
    return {"list": out}


def credit_code(serial: int) -> str:
    """GB 32100: registrar 9 (market regulation), kind 1 (company), Shenzhen, nine places of the body, check character."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body, rest = "", serial
    for _ in range(6):
        rest, digit = divmod(rest, len(alphabet))
        body = alphabet[digit] + body
    first17 = f"91440300MA{body}{_organisation_check('MA' + body)}"
    return first17 + uscc_check_character(first17)


def _organisation_check(first8: str) -> str:
    """GB 11714: the check character of the organisation code inside the credit code."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in first8]
    check = 11 - sum(w * v for w, v in zip(weights, values, strict=True)) % 11
    return {10: "X", 11: "0"}.get(check, str(check))


@amr.perform("/sldj/add")
def register(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    name, capital, address = fields.text("qymc"), fields.text("zczb"), fields.text("zs")
    fields.text("jyfw", 2000)
    fields.person("fddbrzjhm", "fddbrzjlx", "fddbrgj")
    representative = fields.text("fddbr")
    for row in _rows(fields, "tzr"):
        Fields(row).person("zjhm", "zjlx", "gj")
    if db.execute("SELECT 1 FROM company WHERE name = ? AND NOT withdrawn", (name,)).fetchone():
        raise RefusedError("4001", "企业名称已被登记")
    today = clock.today()
    serial = next_number(db, "company", 100_000)
    code = credit_code(serial)
    db.execute(
        "INSERT INTO company VALUES (?, ?, ?, ?, ?, ?, 0)", (code, name, capital, address, representative, f"{today:%Y%m%d}")
    )  # fmt: skip
    return {"tyshxydm": code, "zch": f"4403{serial:011d}", "clrq": f"{today:%Y%m%d}", "djjg": "深圳市市场监督管理局"}


@amr.perform("/sldj/cancel")
def withdraw_registration(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    code = fields.text("tyshxydm")
    if not db.execute("UPDATE company SET withdrawn = 1 WHERE uscc = ? AND NOT withdrawn", (code,)).rowcount:
        raise UnknownError
    return {"tyshxydm": code}


@amr.perform("/yzspba/add")
def file_prepacked_food(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number, day = enter_filing(db, fields, "YB24403", "jycs")
    return {"babh": number, "barq": day}


@amr.perform("/yzspba/cancel")
def cancel_prepacked_food(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("babh")
    cancel_filing(db, number)
    return {"babh": number}


PLANNING = """
CREATE TABLE place (address TEXT PRIMARY KEY, code TEXT, use TEXT, area INTEGER, companies INTEGER, shared TEXT) WITHOUT ROWID;
CREATE TABLE deed (number TEXT PRIMARY KEY, address TEXT, owner TEXT, owner_id TEXT, status TEXT) WITHOUT ROWID;
"""


def _fill_planning(db: sqlite3.Connection, town: Town) -> None:
    db.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)",
        ((p.address, p.code, p.use, p.area, p.companies, "Y" if p.shared else "N") for p in town.places),
    )
    db.executemany(
        "INSERT INTO deed VALUES (?, ?, ?, ?, ?)", ((d.number, d.address, d.owner, d.owner_id, d.status) for d in town.deeds)
    )  # fmt: skip


planning = Desk("planning", "深圳市规划和自然资源局（沙盒）", _envelope(), PLANNING, _fill_planning)


@planning.query("/bzdz/query")
def address(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute("SELECT * FROM place WHERE address = ?", ("".join(fields.text("dz").split()),)).fetchone()
    if row is None:
        raise UnknownError
    return {"dz": row[0], "bm": row[1], "yt": row[2], "mj": row[3], "qys": row[4], "jq": row[5]}


@planning.query("/bdc/query")
def deed(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute("SELECT * FROM deed WHERE number = ?", (fields.text("bdcqzh"),)).fetchone()
    if row is None:
        raise UnknownError
    return {"bdcqzh": row[0], "zl": row[1], "qlr": row[2], "zt": row[4]} | spread(row[3], "qlrzjh", "qlrzjlx", "qlrgj")


LEASES = """
CREATE TABLE lease (number TEXT PRIMARY KEY, address TEXT, landlord TEXT, rightful TEXT, tenant TEXT, tenant_id TEXT, starts TEXT, ends TEXT, status TEXT) WITHOUT ROWID;
"""


def _fill_leases(db: sqlite3.Connection, town: Town) -> None:
    db.executemany(
        "INSERT INTO lease VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (x.number, x.address, x.landlord, "Y" if x.rightful else "N", x.tenant, x.tenant_id, f"{x.starts:%Y%m%d}", f"{x.ends:%Y%m%d}", x.status)
            for x in town.leases
        ),
    )  # fmt: skip


housing = Desk("housing", "深圳市住房和建设局（沙盒）", _envelope(), LEASES + FILINGS, _fill_leases)


@housing.perform("/jjjg/add")
def file_estate_agent(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number, day = enter_filing(db, fields, "深房经备", "dz")
    return {"bah": number, "barq": day}


@housing.perform("/jjjg/cancel")
def cancel_estate_agent(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("bah")
    cancel_filing(db, number)
    return {"bah": number}


@housing.query("/zlba/query")
def lease(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute("SELECT * FROM lease WHERE number = ?", (fields.text("bah"),)).fetchone()
    if row is None:
        raise UnknownError
    names = ("bah", "dz", "czr", "cqyz", "chzr", "chzrzjh", "qzrq", "dqrq", "zt")
    return dict(zip(names, row, strict=True)) | spread(row[5], "chzrzjh", "chzrzjlx", "chzrgj")


REGISTER = """
CREATE TABLE entry (number TEXT PRIMARY KEY, uscc TEXT, body TEXT, cancelled INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE UNIQUE INDEX entry_uscc ON entry (uscc) WHERE NOT cancelled;
"""


def _enter(db: sqlite3.Connection, number: str, code: str, company: str) -> None:
    if db.execute("SELECT 1 FROM entry WHERE uscc = ? AND NOT cancelled", (code,)).fetchone():
        raise RefusedError("4001", "该单位已登记")
    db.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, 0)", (number, code, company))


def _cancel(db: sqlite3.Connection, number: str) -> None:
    if not db.execute("UPDATE entry SET cancelled = 1 WHERE number = ? AND NOT cancelled", (number,)).rowcount:
        raise UnknownError


tax = Desk("tax", "国家税务总局深圳市税务局（沙盒）", _envelope(), REGISTER)


@tax.perform("/swdj/add")
def register_taxpayer(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    code = fields.text("nsrsbh")
    fields.person("cwfzr", "cwfzrzjlx", "cwfzrgj", TAX)
    _enter(db, code, code, fields.text("nsrmc"))
    return {"nsrsbh": code, "zgswjg": "国家税务总局深圳市福田区税务局", "fps": "25"}


@tax.perform("/swdj/cancel")
def cancel_taxpayer(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    _cancel(db, fields.text("nsrsbh"))
    return {"nsrsbh": fields.text("nsrsbh")}


hrss = Desk("hrss", "深圳市社会保险基金管理局（沙盒）", _envelope(), REGISTER)


@hrss.perform("/cbdj/add")
def register_employer(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    fields.whole("zgs")
    number = f"{next_number(db, 'employer', 70_000_000)}"
    _enter(db, number, fields.text("tyshxydm"), fields.text("dwmc"))
    return {"dwbh": number, "djrq": f"{clock.today():%Y%m%d}"}


@hrss.perform("/cbdj/cancel")
def cancel_employer(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    _cancel(db, fields.text("dwbh"))
    return {"dwbh": fields.text("dwbh")}


bank = Desk("bank", "深圳前海银行（沙盒）", _envelope(), REGISTER)


@bank.perform("/account/open")
def open_account(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = f"4000{next_number(db, 'account', 20_000_000_000):015d}"
    _enter(db, number, fields.text("creditCode"), fields.text("companyName"))
    return {
        "bankName": "深圳前海银行",
        "accountNo": number,
        "validUntil": f"{clock.today() + timedelta(days=30):%Y%m%d}",
    }


@bank.perform("/account/close")
def close_account(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    _cancel(db, fields.text("accountNo"))
    return {"accountNo": fields.text("accountNo")}


DESKS: dict[str, Desk] = {d.id: d for d in (police, court, amr, planning, housing, tax, hrss, bank)}
