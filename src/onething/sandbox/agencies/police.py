"""公安局: residents, household registers, registration of births."""

import sqlite3
from datetime import date, timedelta
from typing import Any

from onething.core import clock
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import BadFieldError, Fields
from onething.sandbox.agencies.papers import spread
from onething.sandbox.population.people import Person, Population
from onething.sandbox.population.places import BY_CODE, citizen_id

SCHEMA = """
CREATE TABLE czrk (gmsfhm TEXT PRIMARY KEY, xm TEXT, xb TEXT, mz TEXT, csrq TEXT, hh TEXT, yhzgx TEXT, yxqqsrq TEXT,
  yxqjzrq TEXT, rkzt TEXT) WITHOUT ROWID;
CREATE INDEX czrk_hh ON czrk (hh);
CREATE TABLE hk (hh TEXT PRIMARY KEY, hlx TEXT, hzgmsfhm TEXT, hjdz TEXT, ssxq TEXT) WITHOUT ROWID;
CREATE TABLE csdj (gmsfhm TEXT PRIMARY KEY, csyxzmbh TEXT, hh TEXT, djrq TEXT, zx INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE TABLE crj (zjhm TEXT PRIMARY KEY, xm TEXT, xb TEXT, csrq TEXT, gj TEXT, yxqz TEXT) WITHOUT ROWID;
CREATE INDEX csdj_csyxzmbh ON csdj (csyxzmbh);
"""
ETHNICITIES = {"汉": "01", "蒙古": "02", "回": "03", "藏": "04", "维吾尔": "05", "苗": "06", "彝": "07", "壮": "08", "布依": "09", "朝鲜": "10", "满": "11", "侗": "12", "瑶": "13", "白": "14", "土家": "15", "畲": "22"}  # fmt: skip
RELATIONS = {"户主": "01", "本人": "02", "妻": "10", "夫": "11", "子": "20", "女": "30", "父亲": "51", "母亲": "52", "其他亲属": "97", "非亲属": "99"}  # fmt: skip
_LONG_TERM = "20991231"


def _card_dates(person: Person, as_of: date) -> tuple[str, str]:
    """When the id card began and ends: 5, 10, 20 years by age, for good from 46 (居民身份证法 第五条)."""
    age = (as_of - person.born).days // 365
    since = as_of - timedelta(days=365 * (1 + sum(map(ord, person.id_number)) % 4) + 40)
    if age >= 48:
        return f"{since:%Y%m%d}", _LONG_TERM
    years = 5 if age < 18 else 10 if age < 27 else 20
    return f"{since:%Y%m%d}", f"{since.replace(day=min(since.day, 28), year=since.year + years):%Y%m%d}"


def fill(db: sqlite3.Connection, city: Population) -> None:
    db.executemany(
        "INSERT INTO hk VALUES (?, ?, ?, ?, ?)",
        (
            (h.number, "20" if h.kind == "collective" else "10", h.members[0].person.id_number, h.address, h.division)
            for h in city.households
            if h.members
        ),
    )
    db.executemany(
        "INSERT INTO czrk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                m.person.id_number, m.person.name, "1" if m.person.sex == "male" else "2", ETHNICITIES[m.person.ethnicity],
                f"{m.person.born:%Y%m%d}", h.number, RELATIONS[m.relation], *_card_dates(m.person, city.as_of), "1",
            )
            for h in city.households
            for m in h.members
            if m.person.resident
        ),
    )  # fmt: skip

    db.executemany(
        "INSERT INTO crj VALUES (?, ?, ?, ?, ?, ?)",
        (
            (p.id_number, p.name, "1" if p.sex == "male" else "2", f"{p.born:%Y%m%d}", p.nationality, f"{city.as_of + timedelta(days=1500):%Y%m%d}")
            for p in city.people
            if p.from_abroad
        ),
    )  # fmt: skip


def _refuse(code: str, words: str, _status: int) -> tuple[int, Any]:
    return 200, {"code": code, "msg": words, "data": None}


desk = Desk(
    "police",
    "上海市公安局（沙盒）",
    Envelope(
        ok=lambda data: (200, {"code": "0", "msg": "操作成功", "data": data}),
        unknown=lambda: (200, {"code": "1004", "msg": "未找到符合条件的数据", "data": {"total": 0, "list": []}}),
        refused=_refuse,
        bad_field="1001",
        no_key="1002",
        key_reused="1003",
    ),
    SCHEMA,
    fill,
)


def _list(row: dict[str, Any]) -> dict[str, Any]:
    return {"total": 1, "list": [row]}


def _issuer(division: str) -> str:
    district = BY_CODE.get(division)
    return f"上海市公安局{district.name[:-1] if district else ''}分局"


@desk.query("/rkk/czrk/query")
def resident(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute(
        "SELECT p.*, h.hjdz, h.ssxq FROM czrk p JOIN hk h USING (hh) WHERE gmsfhm = ?", (fields.citizen_id("gmsfhm"),)
    ).fetchone()
    if row is None:
        raise UnknownError
    return _list(
        {
            "gmsfhm": row[0], "xm": row[1], "xb": row[2], "mz": row[3], "csrq": row[4], "hjdz": row[10], "ssxq": row[11],
            "yxqqsrq": row[7], "yxqjzrq": row[8], "qfjg": _issuer(row[11]), "rkzt": row[9],
        }
    )  # fmt: skip


@desk.query("/crj/zjrz/query")
def traveller(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Whoever has no resident identity card, by the kind of paper, its number and issuer."""
    number = fields.person("zjhm", "zjlx", "qfg", only="131 132 133 511 516 553 414")
    row = db.execute("SELECT * FROM crj WHERE zjhm = ?", (number,)).fetchone()
    if row is None:
        raise UnknownError
    told = {
        "xm": row[1],
        "xb": row[2],
        "csrq": row[3],
        "gj": row[4],
        "yxqz": row[5],
        "qfjg": "国家移民管理局",
        "zt": "1",
    }
    return _list(spread(number, "zjhm", "zjlx", "qfg") | told)


@desk.query("/rkk/hk/query")
def household(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = db.execute(
        "SELECT h.*, p.yhzgx, head.xm, (SELECT count(*) FROM czrk m WHERE m.hh = h.hh AND m.rkzt = '1') FROM czrk p "
        "JOIN hk h USING (hh) LEFT JOIN czrk head ON head.gmsfhm = h.hzgmsfhm WHERE p.gmsfhm = ?",
        (fields.citizen_id("gmsfhm"),),
    ).fetchone()
    if row is None:
        raise UnknownError
    return _list(
        {"hh": row[0], "hlx": row[1], "hzgmsfhm": row[2], "hzxm": row[6], "hjdz": row[3], "ssxq": row[4], "hnrs": row[7], "yhzgx": row[5]}
    )  # fmt: skip


def _new_id(db: sqlite3.Connection, division: str, born: str, sex: str) -> str:
    """The next free id of that place and day; odd serials for boys (GB 11643)."""
    taken = {
        row[0]
        for row in db.execute(
            "SELECT gmsfhm FROM czrk WHERE gmsfhm BETWEEN ? AND ?", (f"{division}{born}", f"{division}{born}9999")
        )
    }
    for serial in range(11 if sex == "1" else 12, 1000, 2):
        number = citizen_id(division, born, serial)
        if number not in taken:
            return number
    raise RefusedError("3009", "当日该行政区划的公民身份号码顺序码已用完")


@desk.perform("/hzyw/csdj/add")
def register_birth(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Puts a newborn into a parent's household and gives the citizen id. One registration per certificate."""
    certificate, name = fields.text("csyxzmbh", 20).upper(), fields.person_name("xm")
    sex, born = fields.one_of("xb", "1", "2"), fields.moment("cssj", "%Y%m%d%H%M%S")
    home = db.execute("SELECT hh, hlx, hjdz, ssxq FROM hk WHERE hh = ?", (fields.text("hh"),)).fetchone()
    parents = [
        fields.person(f"{part}gmsfhm", f"{part}zjlx", f"{part}gj")
        for part in ("mq", "fq")
        if fields.optional(f"{part}gmsfhm")
    ]
    if not parents:
        raise BadFieldError("mqgmsfhm", "父母至少一方不能为空")
    if db.execute("SELECT 1 FROM csdj WHERE csyxzmbh = ? AND NOT zx", (certificate,)).fetchone():
        raise DoneBeforeError("3001", "该出生医学证明已办理出生登记")
    if home is None:
        raise RefusedError("3002", "户号不存在")
    members = {row[0] for row in db.execute("SELECT gmsfhm FROM czrk WHERE hh = ? AND rkzt = '1'", (home[0],))}
    if members.isdisjoint(parents):
        raise RefusedError("3003", "父母双方均不在该户，不能随其落户")
    return _enter(db, certificate, name, sex, born.strftime("%Y%m%d"), home, len(members))


def _enter(
    db: sqlite3.Connection, certificate: str, name: str, sex: str, born: str, home: tuple[Any, ...], members: int
) -> dict[str, Any]:
    number, today = _new_id(db, home[3], born, sex), f"{clock.today():%Y%m%d}"
    db.execute(
        "INSERT INTO czrk VALUES (?, ?, ?, '01', ?, ?, ?, ?, ?, '1')",
        (number, name, sex, born, home[0], "20" if sex == "1" else "30", today, _LONG_TERM),
    )
    db.execute("INSERT INTO csdj VALUES (?, ?, ?, ?, 0)", (number, certificate, home[0], today))
    return {
        "gmsfhm": number, "xm": name, "hh": home[0], "hjdz": home[2], "djrq": today,
        "hkbyh": f"{members + 1:02d}", "lsh": f"CS{today}{next_number(db, 'csdj'):06d}",
    }  # fmt: skip


@desk.perform("/hzyw/csdj/cancel")
def cancel_birth_registration(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """Takes the child out of the household again; the number is never given to anybody else."""
    number = fields.citizen_id("gmsfhm")
    if not db.execute("UPDATE csdj SET zx = 1 WHERE gmsfhm = ? AND NOT zx", (number,)).rowcount:
        raise UnknownError
    db.execute("UPDATE czrk SET rkzt = '4' WHERE gmsfhm = ?", (number,))
    return {"gmsfhm": number}
