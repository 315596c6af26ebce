"""A bank that fails, delays, answers after the time-out, takes things twice: each payment arrives once all the same."""

from datetime import timedelta

import pytest
from payments_world import SandboxBank, assert_books_hold, book, fill, payee, purse, state, states

from onething.core.clock import frozen, now, today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.payments import orders
from onething.payments import service as payments
from onething.payments.models import OrderState, Reconciliation
from onething.payments.sending import PaymentSender


def send(db: Database, bank: SandboxBank, timeout: float = 10.0, after: timedelta | None = None) -> payments.Round:
    """One sender until nothing is due, on a clock that may have gone on."""
    adapter = bank.adapter(timeout)
    try:
        with frozen(now() + (after or timedelta(0))):
            return PaymentSender(db, adapter).run_until_idle(50)
    finally:
        adapter.close()


def reconcile(db: Database, bank: SandboxBank) -> Reconciliation:
    adapter = bank.adapter()
    entries = adapter.statement(today().isoformat())
    adapter.close()
    with db.transaction() as session:
        return payments.reconcile(session, entries)


@pytest.mark.slow
def test_payments_are_booked_and_every_fen_is_accounted_for(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 250, fen=12_345)
    send(db, bank)
    assert states(db) == {"settled": 250}
    assert bank.effects() == {"payments": 250, "fen": 250 * 12_345, "doubled": 0, "repeated": 0}
    found = reconcile(db, bank)
    assert (found.matched, found.suspense) == (250, 0)
    assert purse(db).spent == 250 * 12_345
    assert_books_hold(db)


def test_a_bank_that_answers_after_the_time_out_is_asked_and_not_paid_again(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 5)
    bank.turn(duplicate_rate=1.0, late_ms=1500)
    assert send(db, bank, timeout=0.3).silent
    assert states(db) == {"sending": 5}
    assert purse(db).transit == 50_000
    bank.turn(duplicate_rate=0, late_ms=0)
    send(db, bank, after=timedelta(minutes=2))
    assert states(db) == {"settled": 5}
    assert bank.effects()["payments"] == 5
    assert_books_hold(db)


def test_a_bank_that_never_saw_the_file_gets_the_same_payment_again(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 3)
    bank.turn(error_rate=1.0)
    assert send(db, bank).silent
    bank.turn(error_rate=0)
    send(db, bank, after=timedelta(minutes=2))
    assert states(db) == {"settled": 3}
    assert bank.effects() == {"payments": 3, "fen": 30_000, "doubled": 0, "repeated": 0}


def test_a_line_that_breaks_in_the_answer_loses_nothing(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 3)
    bank.turn(lost_rate=1.0)
    assert send(db, bank).silent
    found = reconcile(db, bank)
    assert found.settled_by_statement == 3
    assert states(db) == {"settled": 3}
    assert bank.effects()["payments"] == 3
    assert_books_hold(db)


def test_no_bank_at_all_leaves_orders_to_be_sent_later(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 2)
    nowhere = SandboxBank("http://127.0.0.1:9")
    assert send(db, nowhere).silent
    send(db, bank, after=timedelta(minutes=2))
    assert states(db) == {"settled": 2}


@pytest.mark.slow
def test_an_accepted_payment_is_booked_later(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 2)
    bank.turn(pending=True)
    send(db, bank)
    assert states(db) == {"accepted": 2}
    assert purse(db).transit == 20_000
    send(db, bank, after=timedelta(minutes=2))
    assert states(db) == {"settled": 2}
    assert_books_hold(db)


@pytest.mark.slow
def test_a_refused_account_is_replaced_and_paid(db: Database, bank: SandboxBank) -> None:
    fill(db)
    (order,) = book(db, 1, account="62220000")
    send(db, bank)
    assert state(db, order) is OrderState.REJECTED
    assert purse(db).reserved == 10_000
    with db.transaction() as session:
        assert payments.order(session, order).code == "AC01"
        payments.redirect(session, order, payee(0, "622211112222"))
    send(db, bank)
    assert state(db, order) is OrderState.SETTLED
    assert bank.effects()["payments"] == 1
    assert_books_hold(db)


@pytest.mark.slow
def test_a_returned_payment_is_set_aside_again_and_paid_to_another_account(db: Database, bank: SandboxBank) -> None:
    fill(db)
    (order,) = book(db, 1, account="62229999")
    send(db, bank)
    found = reconcile(db, bank)
    assert (found.matched, found.returned) == (1, 1)
    assert state(db, order) is OrderState.RETURNED
    assert (purse(db).reserved, purse(db).spent) == (10_000, 0)
    with db.transaction() as session:
        payments.redirect(session, order, payee(0, "622211112222"))
    send(db, bank)
    reconcile(db, bank)
    assert state(db, order) is OrderState.SETTLED
    assert purse(db).spent == 10_000
    assert_books_hold(db)


@pytest.mark.slow
def test_a_wrong_payment_comes_back_in_two_parts_and_what_is_too_much_is_kept_apart(db: Database, bank: SandboxBank) -> None:  # fmt: skip
    fill(db)
    (order,) = book(db, 1, fen=10_000)
    send(db, bank)
    with db.transaction() as session:
        payments.claim_back(session, order, "officer:hrss:1", "figures corrected")
        payments.claim_back(session, order, "officer:hrss:1", "figures corrected")
        reference = orders.instruction_reference(session, order)
    assert purse(db).receivable == 10_000
    bank.receive(reference="IN1", end_to_end=reference, fen=4_000)
    reconcile(db, bank)
    assert (state(db, order), purse(db).receivable) == (OrderState.RECOVERING, 6_000)
    bank.receive(reference="IN2", end_to_end=reference, fen=6_500)
    reconcile(db, bank)
    assert (state(db, order), purse(db).receivable, purse(db).spent) == (OrderState.RECOVERED, 0, 0)
    assert purse(db).available == purse(db).appropriated
    assert_books_hold(db)


def test_a_statement_with_every_line_twice_counts_once(db: Database, bank: SandboxBank) -> None:
    fill(db)
    book(db, 4)
    send(db, bank)
    bank.turn(double_lines=True)
    first, again = reconcile(db, bank), reconcile(db, bank)
    assert (first.entries, first.new) == (8, 4)
    assert again.new == 0
    assert_books_hold(db)


def test_money_nobody_can_place_waits_in_suspense(db: Database, bank: SandboxBank) -> None:
    fill(db)
    (order,) = book(db, 1)
    send(db, bank)
    with db.reading() as session:
        reference = orders.instruction_reference(session, order)
    bank.receive(reference="IN9", fen=123, info="不明来款")
    bank.receive(reference="TWICE", end_to_end=reference, fen=-10_000, info="同一笔又付一次")
    assert reconcile(db, bank).suspense == 2
    with db.reading() as session:
        assert {(e.reference, e.fen) for e in payments.suspended(session)} == {("IN9", 123), ("TWICE", -10_000)}
    assert_books_hold(db)


def test_what_is_under_way_cannot_be_called_off(db: Database, bank: SandboxBank) -> None:
    fill(db)
    held, sent = book(db, 2)
    with db.transaction() as session:
        payments.cancel(session, held, "officer", "objected")
    send(db, bank)
    with db.transaction() as session, pytest.raises(Problem, match="wrong_state"):
        payments.cancel(session, sent)
    assert states(db) == {"cancelled": 1, "settled": 1}
    assert bank.effects()["payments"] == 1
    assert_books_hold(db)
