"""Statements as banks send them, by the message standard's own rules: every line ends in a booking or in suspense with an owner."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from payments_world import PURSE, assert_books_hold, book, fill, payee, purse, state

from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.payments import orders
from onething.payments import service as payments
from onething.payments.models import Answer, How, OrderState
from onething.payments.statements import read_statements
from onething.payments.states import BankStatus

OPERATOR = Principal(Role.SYSTEM, "os:alice")
ACCOUNT = "3301000000000001"


def line(amount: str, side: str = "DBIT", reference: str = "", end_to_end: str = "", currency: str = "CNY", status: str = "<Sts><Cd>BOOK</Cd></Sts>", details: str = "", more: str = "") -> str:  # fmt: skip
    refs = (
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs></TxDtls></NtryDtls>"
        if end_to_end
        else ""
    )
    number = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}{status}'
        f"<BookgDt><Dt>2026-11-25</Dt></BookgDt>{number}{details or refs}</Ntry>"
    )


def statement(*lines: str, number: str = "S1", account: str = ACCOUNT, balances: str = "") -> str:
    return (
        f"<Stmt><Id>{number}</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>{balances}{''.join(lines)}</Stmt>"
    )


def message(*statements: str, version: str = "053.001.08") -> bytes:
    top = "BkToCstmrStmt" if version.startswith("053") else "BkToCstmrDbtCdtNtfctn"
    inner = "".join(statements).replace("Stmt>", "Ntfctn>") if version.startswith("054") else "".join(statements)
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}"><{top}>{inner}</{top}></Document>'.encode()


def take_in(db: Database, *lines: str) -> object:
    told = read_statements(message(statement(*lines)), ACCOUNT)
    with db.transaction() as session:
        return payments.reconcile(session, [entry for each in told for entry in each.entries])


def open_lines(db: Database) -> list[tuple[str, int, str]]:
    with db.reading() as session:
        return [(each.why.value, each.fen, each.owner) for each in payments.suspended(session)]


def reference_of(db: Database, order: str) -> str:
    with db.reading() as session:
        return orders.instruction_reference(session, order)


def send(db: Database, order: str, answer: BankStatus, code: str = "") -> str:
    with db.transaction() as session:
        orders.claim(session, "s", 10)
        reference = orders.instruction_reference(session, order)
        orders.settle(session, [Answer(reference, answer, code, "B1")])
    return reference


@pytest.mark.parametrize("version", ["053.001.02", "053.001.04", "053.001.06", "053.001.08", "053.001.13", "054.001.02", "054.001.08"])  # fmt: skip
def test_every_version_and_kind_of_message_is_read(version: str) -> None:
    status = "<Sts>BOOK</Sts>" if version.endswith(".02") else "<Sts><Cd>BOOK</Cd></Sts>"
    pending = status.replace("BOOK", "PDNG")
    (told,) = read_statements(message(statement(line("12.80", reference="R1", end_to_end="E1", status=status), line("9", reference="R2", status=pending)), version=version))  # fmt: skip
    assert [(each.reference, each.end_to_end, each.fen) for each in told.entries] == [("R1", "E1", -1280)]
    assert told.pending == 1


@pytest.mark.parametrize("amount", ["Infinity", "NaN", "1e5", "-5", "12.345", "1,280.00", "١٢", "", "9" * 40])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(Problem, match="bad_file"):
        read_statements(message(statement(line(amount, reference="R1"))))


def test_another_account_is_refused_and_several_statements_are_read_apart() -> None:
    with pytest.raises(Problem, match="other_account"):
        read_statements(message(statement(account="999")), ACCOUNT)
    opening = (
        '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">100</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    )
    closing = opening.replace("OPBD", "CLBD").replace(">100<", ">90<")
    first = statement(line("10", reference="R1"), balances=opening + closing)
    told = read_statements(message(first, statement(line("5", reference="R2"), number="S2")), ACCOUNT)
    assert [[each.fen for each in one.entries] for one in told] == [[-1000], [-500]]
    with pytest.raises(Problem, match="bad_file"):
        read_statements(message(first.replace(">90<", ">80<")), ACCOUNT)


def test_a_batch_is_one_line_a_payment_and_shared_numbers_are_told_apart(db: Database) -> None:
    """One entry of 300 yuan for two payments, under one number of the bank (camt.053, NtryDtls/TxDtls)."""
    fill(db)
    one, two = book(db, 2)
    with db.transaction() as session:
        orders.claim(session, "s", 10)
    parts = "".join(
        f"<TxDtls><Refs><EndToEndId>{reference_of(db, each)}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy='CNY'>100.00</Amt></TxAmt></AmtDtls></TxDtls>"
        for each in (one, two)
    )
    batch = line("200.00", reference="BATCH", details=f"<NtryDtls>{parts}</NtryDtls>")
    done = take_in(db, batch)
    assert (done.new, done.settled_by_statement, done.suspense) == (2, 2, 0)  # type: ignore[attr-defined]
    assert take_in(db, batch).new == 0  # type: ignore[attr-defined]
    assert (state(db, one), state(db, two)) == (OrderState.SETTLED, OrderState.SETTLED)
    uneven = line("201.00", reference="BATCH2", details=f"<NtryDtls>{parts}</NtryDtls>")
    take_in(db, uneven)
    assert open_lines(db) == [("unknown", -20_100, "finance")]
    assert_books_hold(db)


def test_a_refused_attempt_that_was_paid_all_the_same_stops_the_next_one(db: Database) -> None:
    """Rejected, sent to another account, and then the statement pays both: 200 went out, and the books say so."""
    fill(db)
    (order,) = book(db)
    first = send(db, order, BankStatus.REJECTED, "AC01")
    with db.transaction() as session:
        payments.redirect(session, order, payee(0, account="622200000000007777"))
    second = send(db, order, BankStatus.BOOKED)
    take_in(db, line("100", reference="B1", end_to_end=second), line("100", reference="B0", end_to_end=first))
    assert open_lines(db) == [("paid_though_refused", -10_000, "finance")]
    with db.reading() as session:
        totals = payments.audit(session).totals
    assert totals["bank"] == 1_000_000 * 100 - 20_000
    assert_books_hold(db)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_refused_attempt_that_was_paid_is_not_paid_again_until_a_person_has_said_so(
    db: Database, confirmed: bool
) -> None:
    fill(db)
    (order,) = book(db)
    first = send(db, order, BankStatus.REJECTED, "AC01")
    with db.transaction() as session:
        payments.redirect(session, order, payee(0, account="622200000000007777"))
    take_in(db, line("100", reference="B0", end_to_end=first))
    with db.transaction() as session:
        payments.release_many(session, [order])
        assert orders.claim(session, "s", 10) == ([], [])
        (waits,) = payments.suspended(session)
    with db.transaction() as session:
        if confirmed:
            payments.resolve(session, OPERATOR, waits.key, How.ORDER, "银行函〔2026〕3号")
        else:
            payments.reconcile(session, [entry for each in read_statements(message(statement(line("100", side="CRDT", reference="B9")))) for entry in each.entries])  # fmt: skip
            back = next(each for each in payments.suspended(session) if each.fen > 0)
            payments.resolve(session, OPERATOR, waits.key, How.OFFSET, "银行已冲正", with_key=back.key)
            orders.release(session, order)
    assert open_lines(db) == []
    assert state(db, order) is (OrderState.SETTLED if confirmed else OrderState.RESERVED)
    assert purse(db).spent == (10_000 if confirmed else 0)
    assert_books_hold(db)


def test_other_currencies_and_unknown_money_have_an_owner(db: Database) -> None:
    fill(db)
    take_in(
        db,
        line("5", reference="U1", currency="USD"),
        line("7", side="CRDT", reference="U2"),
        line("3", reference="", end_to_end="X-1"),
    )
    assert sorted(open_lines(db)) == [
        ("other_currency", -500, "finance"),
        ("unknown", -300, "finance"),
        ("unknown", 700, "finance"),
    ]
    with db.transaction() as session:
        by_why = {(each.why.value, each.fen): each.key for each in payments.suspended(session)}
        with pytest.raises(Problem, match="cannot_resolve"):
            payments.resolve(session, OPERATOR, by_why["unknown", -300], How.OUTSIDE, "note")
        with pytest.raises(Problem, match="cannot_resolve"):
            payments.resolve(session, OPERATOR, by_why["unknown", 700], How.PURSE, " ", purse=PURSE)
        payments.resolve(session, OPERATOR, by_why["other_currency", -500], How.OUTSIDE, "外币账户凭证 12")
        payments.resolve(session, OPERATOR, by_why["unknown", 700], How.PURSE, "利息", purse=PURSE)
        with pytest.raises(Problem, match="cannot_resolve"):
            payments.resolve(session, OPERATOR, by_why["unknown", 700], How.PURSE, "利息", purse=PURSE)
        with pytest.raises(Problem, match="no_suspense"):
            payments.resolve(session, OPERATOR, "entry:nothing", How.PURSE, "利息", purse=PURSE)
    assert purse(db).available == 1_000_000 * 100 + 700
    assert_books_hold(db)


def test_the_audit_finds_a_line_that_the_books_do_not_carry(db: Database) -> None:
    from sqlalchemy import text

    fill(db)
    with db.transaction() as session:
        session.execute(
            text("INSERT INTO pay_entry VALUES ('R9', 'E', -500, '2026-11-25', :at, 'suspense', NULL)"), {"at": now()}
        )
    with db.reading() as session:
        assert any("R9" in problem for problem in payments.audit(session).problems)


_LINES = st.builds(
    line,
    st.decimals("0.01", "99.99", places=2).map(str),
    st.sampled_from(["DBIT", "CRDT"]),
    st.sampled_from(["", "R1", "R2", "R3"]),
    st.sampled_from(["", "E1", "NOTPROVIDED"]),
)


@settings(max_examples=40)
@given(st.lists(_LINES, max_size=6), st.integers(0, 6))
def test_overlapping_statements_count_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], cut: int
) -> None:
    """The bank tells the first part of a day in one message and the whole day in the next."""
    from stores import with_tables

    db = Database(f"sqlite:///{tmp_path_factory.mktemp('statements')}/x.db")
    with_tables(db)
    take_in(db, *lines[:cut])
    take_in(db, *lines)
    told = {
        (e.reference, e.end_to_end, e.fen) for one in read_statements(message(statement(*lines))) for e in one.entries
    }
    with db.reading() as session:
        assert sum(each.fen for each in payments.suspended(session)) == sum(fen for *_, fen in told)
        assert payments.audit(session).problems == ()
    db.dispose()
    assert Decimal(sum(fen for *_, fen in told)) == sum(fen for *_, fen in told)
