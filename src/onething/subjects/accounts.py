"""The bank accounts of companies: which there are, and which one is paid into."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.errors import Problem, define
from onething.core.identifiers import normalize
from onething.core.ids import new_id
from onething.core.private import keyed_hash
from onething.subjects.profile_tables import AccountRow

BAD_ACCOUNT = define(
    "subjects.bad_account", 422,
    zh=("银行账号不对：应为 8 到 30 位数字。", "请核对开户许可证或回单上的账号后重填。"),
    en=("This is not a bank account number of 8 to 30 digits.", "Check it against your account certificate and enter it again."),
)  # fmt: skip
NO_ACCOUNT = define(
    "subjects.no_account", 404, exit_code=3,
    zh=("没有这个收款账户。", "请从列表里选一个，或新增一个。"),
    en=("There is no such account.", "Choose one of the list or add one."),
)  # fmt: skip


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
    first = session.scalar(select(AccountRow.id).where(AccountRow.subject_id == subject_id).limit(1)) is None
    if basic and not first:
        session.execute(update(AccountRow).where(AccountRow.subject_id == subject_id).values(basic=False))
    if row is None:
        row = AccountRow(id=new_id("acc"), subject_id=subject_id, number_hash=mark, number=digits, bank=bank.strip()[:60], basic=basic or first, added_at=clock.now())  # fmt: skip
        session.add(row)
    elif basic:
        row.basic = True
    session.flush()
    return _account(row)


def accounts_of(session: Session, subject_id: str) -> list[Account]:
    """The basic account first."""
    query = select(AccountRow).where(AccountRow.subject_id == subject_id).order_by(AccountRow.basic.desc(), AccountRow.added_at).limit(20)  # fmt: skip
    return [_account(row) for row in session.scalars(query)]


def account_of(session: Session, subject_id: str, account_id: str = "") -> Account | None:
    """The chosen account, else the basic one; None when there is none. Raises `Problem(NO_ACCOUNT)` for another's."""
    found = accounts_of(session, subject_id)
    if not account_id:
        return found[0] if found else None
    chosen = next((each for each in found if each.id == account_id), None)
    if chosen is None:
        raise Problem(NO_ACCOUNT)
    return chosen


def _account(row: AccountRow) -> Account:
    return Account(row.id, row.number, row.bank, row.basic)
