"""Whom orders pay lies sealed; the bank is told. A payee who was erased is not paid to nowhere, and the others are."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from payments_world import SandboxBank, assert_books_hold, book, fill, payee, purse, states
from sqlalchemy import MetaData, select, update

from onething.core.clock import frozen, now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.payments import payees
from onething.payments import service as payments
from onething.payments.models import OrderState
from onething.payments.sending import PaymentSender, Round
from onething.payments.tables import OrderRow
from onething.trust import errors
from onething.trust.service import SubjectSealer, key_store


def stored(db: Database) -> str:
    """All that stands in the database."""
    with db.reading() as session:
        meta = MetaData()
        meta.reflect(session.connection())
        rows = [tuple(row) for table in meta.tables.values() for row in session.execute(select(table))]
    return "\n".join(map(str, rows))


def paid_into(folder: Path) -> dict[str, int]:
    """What the bank was told, by account."""
    with sqlite3.connect(folder / "bank.db") as bank:
        return dict(bank.execute("SELECT account, sum(fen) FROM instruction GROUP BY account"))


def erase(db: Database, number: int) -> None:
    with db.transaction() as session:
        assert SubjectSealer(key_store()).erase(session, payee(number).subject_id)


def send(db: Database, bank: SandboxBank, minutes: int = 0) -> Round:
    adapter = bank.adapter()
    try:
        with frozen(now() + timedelta(minutes=minutes)):
            return PaymentSender(db, adapter).run_until_idle(20)
    finally:
        adapter.close()


@pytest.mark.slow
def test_the_bank_is_told_the_account_and_the_database_is_not(db: Database, bank: SandboxBank, tmp_path: Path) -> None:
    fill(db)
    ids = book(db, 5)
    whole = stored(db)
    assert "稳岗返还" in whole
    assert not [each for n in range(5) for each in (payee(n).account, payee(n).name, payee(n).bank) if each in whole]
    with db.reading() as session:
        listed = payments.by_ids(session, ids)
        told = [(listed[each].bank, listed[each].account_tail) for each in ids]
        assert told == [("杭州银行", payee(n).account[-4:]) for n in range(5)]
    send(db, bank)
    assert paid_into(tmp_path) == {payee(n).account: 10_000 for n in range(5)}


@pytest.mark.slow
def test_an_erased_payee_is_refused_and_the_rest_of_the_batch_is_paid(db: Database, bank: SandboxBank, tmp_path: Path) -> None:  # fmt: skip
    fill(db)
    ids = book(db, 5)
    erase(db, 2)
    send(db, bank)
    assert states(db) == {"settled": 4, "rejected": 1}
    assert payee(2).account not in paid_into(tmp_path)
    assert purse(db).reserved == 10_000, "a person decides what becomes of it"
    assert_books_hold(db)
    with db.transaction() as session:
        order = payments.order(session, ids[2])
        assert (order.state, order.code, order.account_tail, order.bank) == (OrderState.REJECTED, "payee_erased", "", "")  # fmt: skip
        payments.cancel(session, ids[2], "officer:hrss:1")
    assert (purse(db).reserved, purse(db).spent) == (0, 40_000)
    assert_books_hold(db)


@pytest.mark.slow
def test_one_erased_while_the_bank_was_away_is_not_sent_again(db: Database, bank: SandboxBank, tmp_path: Path) -> None:
    fill(db)
    book(db, 3)
    bank.turn(error_rate=1.0)
    assert send(db, bank).silent
    assert states(db) == {"sending": 3}
    erase(db, 1)
    bank.turn(error_rate=0)
    send(db, bank, minutes=2)
    assert states(db) == {"settled": 2, "rejected": 1}
    assert paid_into(tmp_path) == {payee(0).account: 10_000, payee(2).account: 10_000}
    assert_books_hold(db)


@pytest.mark.slow
def test_what_the_bank_had_before_she_was_erased_is_settled(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 1)
    bank.turn(lost_rate=1.0)
    assert send(db, bank).silent
    erase(db, 0)
    bank.turn(lost_rate=0)
    send(db, bank, minutes=2)
    assert states(db) == {"settled": 1}
    assert bank.effects()["payments"] == 1
    assert_books_hold(db)


def test_nothing_is_booked_for_one_who_was_erased(db: Database) -> None:
    fill(db)
    book(db, 1)
    erase(db, 0)
    with pytest.raises(Problem) as caught:
        book(db, 2, prefix="later")
    assert caught.value.kind is errors.ERASED
    assert states(db) == {"reserved": 1}
    assert_books_hold(db)


@pytest.mark.slow
def test_orders_of_before_are_paid_as_they_lie_and_sealed_up(db: Database, bank: SandboxBank, tmp_path: Path) -> None:
    fill(db)
    ids = book(db, 3)
    open_text = '{"name": "旧公司", "account": "6222999988887777", "bank": "杭州银行"}'
    with db.transaction() as session:
        session.execute(update(OrderRow).where(OrderRow.id.in_(ids[1:])).values(payee=open_text))
    erase(db, 2)
    with db.transaction() as session:
        assert payments.order(session, ids[1]).account_tail == "7777"
        found = payees.OPEN.next(session)
        assert found == sorted(ids[1:])
        payees.seal_open_ones(session, found)
    whole = stored(db)
    assert not [each for each in ("旧公司", "6222999988887777") if each in whole]
    send(db, bank)
    assert paid_into(tmp_path) == {payee(0).account: 10_000, "6222999988887777": 10_000}
    assert states(db) == {"settled": 2, "rejected": 1}
