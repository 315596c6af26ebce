"""Payment files by ISO 20022: pain.001.001.09 (instructions) written and read, camt.053.001.08 (statement) written.

Only what a credit transfer in yuan needs. Amounts are written with two places and read exactly.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from onething.core.characters import visible
from onething.core.clock import local
from onething.core.errors import Problem
from onething.core.money import to_yuan
from onething.payments.errors import BAD_FILE
from onething.payments.models import Entry, Instruction, Payee

PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_NO_PREFIX: Any = None
_AMOUNT = re.compile(r"[0-9]{1,16}(?:\.[0-9]{0,5})?", re.ASCII)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def printable(text: str) -> str:
    """What XML and a bank's paper can carry: nothing invisible, no lone halves of characters."""
    return re.sub("[\ud800-\udfff\ufffe\uffff]", "", visible(text))


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    made = etree.SubElement(parent, f"{{{parent.nsmap[None]}}}{name}", attributes)
    made.text = None if text is None else printable(text)
    return made


def _deep(parent: Any, path: str, text: str | None = None, **attributes: str) -> Any:
    *above, last = path.split("/")
    for name in above:
        parent = _add(parent, name)
    return _add(parent, last, text, **attributes)


def write_pain001(
    message_id: str, instructions: Sequence[Instruction], payer: str, account: str, at: datetime
) -> bytes:
    """A payment initiation with one payment information block; moments and the day of execution by China's clock."""
    at = local(at)
    root = etree.Element(f"{{{PAIN}}}Document", nsmap={_NO_PREFIX: PAIN})
    top = _add(root, "CstmrCdtTrfInitn")
    total = str(to_yuan(sum(each.fen for each in instructions)))
    header = _add(top, "GrpHdr")
    for name, text in (("MsgId", message_id), ("CreDtTm", at.isoformat(timespec="seconds")), ("NbOfTxs", str(len(instructions))), ("CtrlSum", total)):  # fmt: skip
        _add(header, name, text)
    _deep(header, "InitgPty/Nm", payer)
    block = _add(top, "PmtInf")
    for name, text in (("PmtInfId", message_id), ("PmtMtd", "TRF"), ("NbOfTxs", str(len(instructions))), ("CtrlSum", total)):  # fmt: skip
        _add(block, name, text)
    _deep(block, "ReqdExctnDt/Dt", at.date().isoformat())
    _deep(block, "Dbtr/Nm", payer)
    _deep(block, "DbtrAcct/Id/Othr/Id", account)
    _deep(block, "DbtrAgt/FinInstnId/Nm", "财政代理银行")
    for each in instructions:
        one = _add(block, "CdtTrfTxInf")
        _deep(one, "PmtId/EndToEndId", each.end_to_end)
        _deep(one, "Amt/InstdAmt", str(to_yuan(each.fen)), Ccy="CNY")
        if each.payee.bank:
            _deep(one, "CdtrAgt/FinInstnId/Nm", each.payee.bank)
        _deep(one, "Cdtr/Nm", each.payee.name[:140])
        _deep(one, "CdtrAcct/Id/Othr/Id", each.payee.account)
        _deep(one, "RmtInf/Ustrd", each.purpose[:140])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def parsed(content: bytes, kind: str, namespace: re.Pattern[str]) -> Any:
    """The document of a message in one of the namespaces; raises `Problem(BAD_FILE)`. Nothing outside of it is fetched."""
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Problem(BAD_FILE, kind=kind, why=str(error)[:80]) from None
    name = etree.QName(root)
    if name.localname != "Document" or not namespace.fullmatch(name.namespace or ""):
        raise Problem(BAD_FILE, kind=kind, why=f"{name.localname}, {name.namespace}"[:80])
    return root


def text_at(element: Any, path: str) -> str:
    """The text below an element, by local names; empty when it is not there."""
    found = element.findtext("/".join(f"{{*}}{part}" for part in path.split("/")))
    return (found or "").strip()


def fen_of(text: str, kind: str) -> int:
    """Exact fen of a yuan amount; raises `Problem(BAD_FILE)` for what is none or finer than a fen."""
    if not _AMOUNT.fullmatch(text):
        raise Problem(BAD_FILE, kind=kind, why="amount")
    fen = Decimal(text) * 100
    if fen != fen.to_integral_value():
        raise Problem(BAD_FILE, kind=kind, why="amount")
    return int(fen)


def read_pain001(content: bytes) -> tuple[str, list[Instruction]]:
    """(message id, instructions). Counts and sums of the header must hold. Raises `Problem(BAD_FILE)`."""
    root = parsed(content, "pain.001", re.compile(re.escape(PAIN)))
    found: list[Instruction] = []
    for one in root.iter(f"{{{PAIN}}}CdtTrfTxInf"):
        payee = Payee(
            "", text_at(one, "Cdtr/Nm"), text_at(one, "CdtrAcct/Id/Othr/Id"), text_at(one, "CdtrAgt/FinInstnId/Nm")
        )
        amount = fen_of(text_at(one, "Amt/InstdAmt"), "pain.001")
        found.append(Instruction(text_at(one, "PmtId/EndToEndId"), amount, payee, text_at(one, "RmtInf/Ustrd")))
    header = root.find(f".//{{{PAIN}}}GrpHdr")
    if header is None or text_at(header, "NbOfTxs") != str(len(found)):
        raise Problem(BAD_FILE, kind="pain.001", why="NbOfTxs")
    if fen_of(text_at(header, "CtrlSum"), "pain.001") != sum(each.fen for each in found):
        raise Problem(BAD_FILE, kind="pain.001", why="CtrlSum")
    return text_at(header, "MsgId"), found


def write_camt053(statement_id: str, entries: Iterable[Entry], account: str, opening: int, at: datetime) -> bytes:
    """A statement: opening balance, entries, closing balance."""
    root = etree.Element(f"{{{CAMT}}}Document", nsmap={_NO_PREFIX: CAMT})
    top = _add(root, "BkToCstmrStmt")
    _deep(top, "GrpHdr/MsgId", statement_id)
    statement = _add(top, "Stmt")
    _add(statement, "Id", statement_id)
    _add(statement, "CreDtTm", at.isoformat(timespec="seconds"))
    _deep(statement, "Acct/Id/Othr/Id", account)
    lines = list(entries)
    for code, fen in (("OPBD", opening), ("CLBD", opening + sum(each.fen for each in lines))):
        balance = _add(statement, "Bal")
        _deep(balance, "Tp/CdOrPrtry/Cd", code)
        _add(balance, "Amt", str(to_yuan(abs(fen))), Ccy="CNY")
        _add(balance, "CdtDbtInd", "CRDT" if fen >= 0 else "DBIT")
    for each in lines:
        line = _add(statement, "Ntry")
        _add(line, "Amt", str(to_yuan(abs(each.fen))), Ccy="CNY")
        _add(line, "CdtDbtInd", "CRDT" if each.fen >= 0 else "DBIT")
        _deep(line, "Sts/Cd", "BOOK")
        _deep(line, "BookgDt/Dt", each.booked_on)
        _add(line, "AcctSvcrRef", each.reference)
        _deep(line, "NtryDtls/TxDtls/Refs/EndToEndId", each.end_to_end or "NOTPROVIDED")
        if each.info:
            _add(line, "AddtlNtryInf", each.info)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
