"""Bank statements by ISO 20022: camt.053 (end of day) and camt.054 (notification of debits and credits), versions .02 to .13.

Every booked amount of a message becomes one line, those of a batch one a payment (`TxDtls`). A line that is not of our account
or not in yuan is a line all the same: it is told apart and nothing of it is dropped. Amounts are read exactly.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.core.errors import Problem
from onething.payments.errors import BAD_FILE, OTHER_ACCOUNT
from onething.payments.iso20022 import fen_of, parsed, text_at
from onething.payments.models import Entry

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.05([34])\.001\.(0[2-9]|1[0-3])")
_KIND = "camt.053"
YUAN = "CNY"
_UNKNOWN = frozenset({"", "NOTPROVIDED", "NONREF"})
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
MOST_LINES = 200_000


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement or notification of one account. `account` is empty where the bank does not name it."""

    id: str
    account: str
    currency: str
    entries: tuple[Entry, ...]
    pending: int = 0
    """Lines that the bank has not booked yet; they come again once they are."""


def read_statements(content: bytes, account: str = "") -> list[Statement]:
    """All statements of a message. `account`: the only one that may be told of; empty means any.

    Raises `Problem(BAD_FILE)` for what is no such message, for amounts that are none, and where opening balance and lines
    do not come to the closing balance; `Problem(OTHER_ACCOUNT)` for a statement of another account.
    """
    root = parsed(content, _KIND, _NAMESPACE)
    found = [_statement(each) for each in root.iter("{*}Stmt", "{*}Ntfctn")]
    if not found:
        raise Problem(BAD_FILE, kind=_KIND, why="Stmt")
    for each in found:
        if account and each.account and _same_account(each.account, account) is False:
            raise Problem(OTHER_ACCOUNT, tail=each.account[-4:])
    if sum(len(each.entries) for each in found) > MOST_LINES:
        raise Problem(BAD_FILE, kind=_KIND, why=f"> {MOST_LINES} Ntry")
    return found


def _same_account(told: str, ours: str) -> bool:
    plain = [re.sub(r"[\s-]", "", each).upper() for each in (told, ours)]
    return plain[0] == plain[1]


def _statement(element: Any) -> Statement:
    currency = text_at(element, "Acct/Ccy") or YUAN
    account = text_at(element, "Acct/Id/Othr/Id") or text_at(element, "Acct/Id/IBAN")
    lines: list[Entry] = []
    booked: Counter[str] = Counter()
    pending = 0
    for line in element.iterfind("{*}Ntry"):
        if (text_at(line, "Sts/Cd") or text_at(line, "Sts/Prtry") or text_at(line, "Sts")) != "BOOK":
            pending += 1
            continue
        fen, money = _signed(line)
        booked[money] += fen
        lines += _lines(line, fen, money, account)
    lines = _numbered(lines, account)
    _check_balances(element, lines, currency)
    return Statement(text_at(element, "Id")[:60], account, currency, tuple(lines), pending)


def _lines(line: Any, fen: int, currency: str, account: str) -> Iterator[Entry]:
    """One line, or of a batch one a payment where the bank says how the sum is made up."""
    details = line.findall("{*}NtryDtls/{*}TxDtls")
    parts = [_part(each, fen) for each in details] if len(details) > 1 else []
    whole = parts and all(each is not None for each in parts) and sum(each or 0 for each in parts) == fen
    common = (text_at(line, "AcctSvcrRef") or text_at(line, "NtryRef"), _day(line), text_at(line, "AddtlNtryInf"))
    back = text_at(line, "RvslInd").lower() in {"true", "1"}
    if whole:
        for detail, part in zip(details, parts, strict=True):
            yield _entry(detail, part or 0, currency, common, back, account)
        return
    detail = details[0] if len(details) == 1 else None
    yield _entry(detail if detail is not None else line, fen, currency, common, back, account, batch=len(details) > 1)


def _part(detail: Any, of: int) -> int | None:
    """Signed fen of one payment of a batch; None when the bank does not say."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        if text_at(detail, path):
            sign = text_at(detail, "CdtDbtInd") or ("CRDT" if of >= 0 else "DBIT")
            return fen_of(text_at(detail, path), _KIND) * (1 if sign == "CRDT" else -1)
    return None


def _entry(
    of: Any, fen: int, currency: str, common: tuple[str, str, str], back: bool, account: str, batch: bool = False
) -> Entry:
    reference, day, info = common
    end_to_end = "" if batch else text_at(of, "Refs/EndToEndId")
    own = "" if batch else text_at(of, "Refs/AcctSvcrRef")
    said = info or text_at(of, "RmtInf/Ustrd") or text_at(of, "AddtlTxInf")
    if end_to_end in _UNKNOWN:
        end_to_end = ""
    return Entry(own or reference, end_to_end, fen, day, said[:140], currency, account, back)


def _day(line: Any) -> str:
    for path in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        text = text_at(line, path)[:10]
        if text:
            try:
                return date.fromisoformat(text).isoformat()
            except ValueError:
                raise Problem(BAD_FILE, kind=_KIND, why=path) from None
    return ""


def _signed(element: Any) -> tuple[int, str]:
    amount = element.find("{*}Amt")
    if amount is None:
        raise Problem(BAD_FILE, kind=_KIND, why="Amt")
    side = text_at(element, "CdtDbtInd")
    if side not in {"CRDT", "DBIT"}:
        raise Problem(BAD_FILE, kind=_KIND, why="CdtDbtInd")
    fen = fen_of((amount.text or "").strip(), _KIND)
    return (fen if side == "CRDT" else -fen), amount.get("Ccy", YUAN)


def _numbered(lines: Sequence[Entry], account: str) -> list[Entry]:
    """A line without a number of the bank gets one from what it says, the same whichever message tells it."""
    seen: Counter[str] = Counter()
    out: list[Entry] = []
    for each in lines:
        if each.reference:
            out.append(each)
            continue
        said = "\x1f".join((account, each.booked_on, each.currency, str(each.fen), each.end_to_end, each.info))
        digest = hashlib.sha256(said.encode()).hexdigest()[:24]
        seen[digest] += 1
        out.append(each.named(f"~{digest}-{seen[digest]}"))
    return out


def _check_balances(element: Any, lines: Sequence[Entry], currency: str) -> None:
    balances: dict[str, int] = {}
    for each in element.iterfind("{*}Bal"):
        fen, money = _signed(each)
        if money == currency:
            balances[text_at(each, "Tp/CdOrPrtry/Cd")] = fen
    opening = next((balances[code] for code in _OPENING if code in balances), None)
    closing = next((balances[code] for code in _CLOSING if code in balances), None)
    once = {(each.reference, each.end_to_end, each.fen): each.fen for each in lines if each.currency == currency}
    told = sum(each.fen for each in lines if each.currency == currency)
    if opening is not None and closing is not None and closing - opening not in (told, sum(once.values())):
        raise Problem(BAD_FILE, kind=_KIND, why="OPBD + Ntry ≠ CLBD")
