"""卫生健康委员会: births on record, electronic certificates, childcare subsidies."""

import base64
import io
import sqlite3
from datetime import date
from typing import Any

from onething.core import clock
from onething.core.persons.numbers import bare
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.fields import Fields
from onething.sandbox.agencies.papers import spread
from onething.sandbox.population.people import Population

SCHEMA = """
CREATE TABLE birth (cert_no TEXT PRIMARY KEY, child_name TEXT, sex TEXT, born_at TEXT, weeks INTEGER, weight INTEGER,
  length INTEGER, hospital TEXT, place TEXT, mother_name TEXT, mother_id TEXT, father_name TEXT, father_id TEXT,
  issued_on TEXT, issuer TEXT, status TEXT, licence_no TEXT UNIQUE, licence_on TEXT) WITHOUT ROWID;
CREATE TABLE subsidy (apply_no TEXT PRIMARY KEY, child_id TEXT, guardian_id TEXT, account TEXT, cancelled INTEGER DEFAULT 0)
  WITHOUT ROWID;
CREATE INDEX subsidy_child ON subsidy (child_id);
"""
_YEAR_AMOUNT = "3600.00"


def fill(db: sqlite3.Connection, city: Population) -> None:
    db.executemany(
        "INSERT INTO birth VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                b.certificate_number, b.child_name, "1" if b.child_sex == "male" else "2", f"{b.born_at:%Y-%m-%d %H:%M}",
                b.weeks, b.weight_g, b.length_cm, b.hospital, b.place, b.mother.name, b.mother.id_number,
                b.father.name if b.father else "", b.father.id_number if b.father else "",
                b.issued_on.isoformat(), b.hospital, "01", None, None,
            )
            for b in city.births
        ),
    )  # fmt: skip


def _wrap(code: str, text: str, body: Any = None) -> dict[str, Any]:
    return {"Response": {"Head": {"Version": "1.0", "ResultCode": code, "ResultText": text}, "Body": body or {}}}


desk = Desk(
    "health",
    "上海市卫生健康委员会（沙盒）",
    Envelope(
        ok=lambda body: (200, _wrap("0000", "成功", body)),
        unknown=lambda: (200, _wrap("2001", "未查询到相关记录")),
        refused=lambda code, words, _status: (200, _wrap(code, words)),
        bad_field="1001",
        no_key="1002",
        key_reused="1003",
        body="Request.Body",
    ),
    SCHEMA,
    fill,
)


def _find(db: sqlite3.Connection, number: str) -> sqlite3.Row | tuple[Any, ...]:
    row = db.execute("SELECT * FROM birth WHERE cert_no = ?", (number,)).fetchone()
    if row is None:
        raise UnknownError
    return row


@desk.query("/BirthService/QueryCertificate")
def birth_record(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """The record of a certificate; only for its own mother, otherwise as if there were none."""
    row = _find(db, fields.text("CertificateNo").upper())
    if fields.person("MotherIdNo", "MotherIdType", "MotherNationality") != row[10]:
        raise UnknownError
    return {
        "Certificate": {
            "CertificateNo": row[0],
            "Newborn": {"Name": row[1], "SexCode": row[2], "BirthTime": row[3], "GestationalWeeks": str(row[4]), "BirthWeight": str(row[5]), "BirthLength": str(row[6])},
            "Institution": {"Name": row[7], "Place": row[8]},
            "Mother": {"Name": row[9], **spread(row[10], "IdNo", "IdTypeCode", "NationalityCode")},
            "Father": {"Name": row[11], **spread(row[12], "IdNo", "IdTypeCode", "NationalityCode")},
            "IssueDate": row[13],
            "Issuer": row[14],
            "StatusCode": row[15],
        }
    }  # fmt: skip


@desk.query("/BirthService/QueryPrintedForm")
def issued_form(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """The certificate as it was printed, drawn again from the record, and where on it each value stands."""
    from onething.sandbox import studio  # loads the drawing library: only this operation needs it

    row = _find(db, fields.text("CertificateNo").upper())
    if fields.person("MotherIdNo", "MotherIdType", "MotherNationality") != row[10]:
        raise UnknownError
    printed = {
        "certificate_number": row[0], "child_name": row[1], "child_sex": "male" if row[2] == "1" else "female",
        "born_at": row[3].replace(" ", "T"), "gestation_weeks": str(row[4]), "weight_g": str(row[5]), "length_cm": str(row[6]),
        "hospital": row[7], "birth_address": row[8], "mother_name": row[9], "mother_id_number": bare(row[10]),
        "father_name": row[11], "father_id_number": bare(row[12]), "issued_on": row[13], "issuer": row[14],
    }  # fmt: skip
    picture, places = studio.issued("birth_certificate", printed)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    places = {name: list(box) for name, box in places.items()}
    return {"Form": {"CertificateNo": row[0], "Picture": base64.b64encode(out.getvalue()).decode(), "Places": places}}


@desk.perform("/BirthService/IssueElectronic")
def issue_birth_certificate(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    row = _find(db, fields.text("CertificateNo").upper())
    if fields.person("MotherIdNo", "MotherIdType", "MotherNationality") != row[10]:
        raise RefusedError("3002", "申请人与出生医学证明登记的母亲不一致")
    if row[15] != "01":
        raise RefusedError("3003", "该出生医学证明已作废或换发")
    if row[16]:
        raise DoneBeforeError("3001", "该出生医学证明已签发电子证照")
    today = clock.today()
    licence = f"31EBC{today:%Y%m%d}{next_number(db, 'licence'):06d}"
    db.execute(
        "UPDATE birth SET licence_no = ?, licence_on = ? WHERE cert_no = ?", (licence, today.isoformat(), row[0])
    )
    return {"Licence": {"LicenceNo": licence, "CertificateNo": row[0], "IssueDate": today.isoformat()}}


@desk.perform("/BirthService/WithdrawElectronic")
def withdraw_birth_certificate(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    licence = fields.text("LicenceNo")
    if not db.execute("UPDATE birth SET licence_no = NULL WHERE licence_no = ?", (licence,)).rowcount:
        raise UnknownError
    return {"LicenceNo": licence}


@desk.perform("/SubsidyService/Apply")
def apply_childcare_subsidy(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    """One running application per child, under three years of age."""
    child, guardian = (
        fields.citizen_id("ChildIdNo"),
        fields.person("GuardianIdNo", "GuardianIdType", "GuardianNationality"),
    )
    fields.person_name("ChildName")
    born, account = fields.moment("ChildBirthDate", "%Y-%m-%d").date(), fields.account("Account.No")
    fields.text("Account.Bank")
    today = clock.today()
    if child[6:14] != f"{born:%Y%m%d}":
        raise RefusedError("3102", "出生日期与身份号码不一致")
    if (today - born).days > 3 * 365:
        raise RefusedError("3103", "已超过三周岁，不在补贴范围")
    if db.execute("SELECT 1 FROM subsidy WHERE child_id = ? AND NOT cancelled", (child,)).fetchone():
        raise DoneBeforeError("3101", "该婴幼儿已申领育儿补贴")
    number = f"YEBT{today:%Y%m}{next_number(db, 'subsidy'):07d}"
    db.execute("INSERT INTO subsidy VALUES (?, ?, ?, ?, 0)", (number, child, guardian, account))
    years, month = divmod((today.month + 2) // 3 * 3, 12)
    first = date(today.year + years, month + 1, 20)  # paid in the first month of each quarter
    return {"Application": {"ApplyNo": number, "YearAmount": _YEAR_AMOUNT, "FirstPayDate": first.isoformat()}}


@desk.perform("/SubsidyService/Cancel")
def cancel_childcare_subsidy(db: sqlite3.Connection, fields: Fields) -> dict[str, Any]:
    number = fields.text("ApplyNo")
    if not db.execute("UPDATE subsidy SET cancelled = 1 WHERE apply_no = ?", (number,)).rowcount:
        raise UnknownError
    return {"ApplyNo": number}
