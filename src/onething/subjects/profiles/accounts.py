"""The bank accounts of companies: which there are, and which one is paid into. Numbers lie sealed under the company's key."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.errors import Problem
from onething.core.identifiers import normalize
from onething.core.ids import new_id
from onething.core.private import keyed_hash
from onething.subjects.errors import BAD_ACCOUNT, NO_ACCOUNT
from onething.subjects.profiles.tables import AccountRow
from onething.trust.sealing.service import LiesOpen, lies_open, open_of_many, seal_values, who_can_be_sealed

_USE = "company_account.number"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a company. Show `tail`, never the number."""

    id: str
    number: str
    bank: str
    basic: bool

    @property
    def tail(self) -> str:
        return self.number[-4:]


def add_account(session: Session, subject_id: str, number: str, bank: str, *, basic: bool = False) -> Account:
    """Add an account; the same number again is the same account. Raises `Problem(BAD_ACCOUNT)`."""
    digits = normalize(number)
    if not digits.isascii() or not digits.isdigit() or not 8 <= len(digits) <= 30:
        raise Problem(BAD_ACCOUNT)
    mark = keyed_hash("account", digits)
    query = select(AccountRow).where(AccountRow.subject_id == subject_id, AccountRow.number_hash == mark)
    row = session.scalar(query)
    text = seal_values(session, [(subject_id, digits)], _USE)[0]
    first = session.scalar(select(AccountRow.id).where(AccountRow.subject_id == subject_id).limit(1)) is None
    if basic and not first:
        session.execute(update(AccountRow).where(AccountRow.subject_id == subject_id).values(basic=False))
    if row is None:
        row = AccountRow(id=new_id("acc"), subject_id=subject_id, number_hash=mark, number=text, bank=bank.strip()[:60], basic=basic or first, added_at=clock.now())  # fmt: skip
        session.add(row)
    else:
        row.basic, row.number = row.basic or basic, text
    session.flush()
    return Account(row.id, digits, row.bank, row.basic)


def accounts_of(session: Session, subject_id: str) -> list[Account]:
    """The basic account first; none of what was erased."""
    query = select(AccountRow).where(AccountRow.subject_id == subject_id).order_by(AccountRow.basic.desc(), AccountRow.added_at).limit(20)  # fmt: skip
    rows = session.scalars(query).all()
    numbers = open_of_many(session, [(subject_id, row.number) for row in rows], _USE)
    return [Account(row.id, number, row.bank, row.basic) for row, number in zip(rows, numbers, strict=True) if number]


def account_of(session: Session, subject_id: str, account_id: str = "") -> Account | None:
    """The chosen account, else the basic one; None when there is none. Raises `Problem(NO_ACCOUNT)` for another's."""
    found = accounts_of(session, subject_id)
    if not account_id:
        return found[0] if found else None
    chosen = next((each for each in found if each.id == account_id), None)
    if chosen is None:
        raise Problem(NO_ACCOUNT)
    return chosen


def seal_open_ones(session: Session, account_ids: Sequence[str]) -> None:
    """Seal the numbers of these accounts; those of companies that were erased meanwhile go."""
    chosen = select(AccountRow).where(AccountRow.id.in_(account_ids), OPEN.where).order_by(AccountRow.id)
    rows = session.scalars(chosen.with_for_update()).all()
    living = who_can_be_sealed(session, {row.subject_id for row in rows})
    kept = [row for row in rows if row.subject_id in living]
    texts = seal_values(session, [(row.subject_id, row.number) for row in kept], _USE)
    for row, text in zip(kept, texts, strict=True):
        row.number = text
    for row in rows:
        if row.subject_id not in living:
            session.delete(row)
    session.flush()


OPEN = LiesOpen("accounts of companies", AccountRow.id, lies_open(AccountRow.number), seal_open_ones)
