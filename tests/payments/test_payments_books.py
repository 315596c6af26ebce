"""The books cannot get out of balance: not by any order of steps, not by two at once, not by hand."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from payments_world import PURSE, assert_books_hold, book, fill, payee, purse
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from onething.core.clock import frozen, now
from onething.core.db import Base, Database
from onething.core.errors import Problem
from onething.payments import orders
from onething.payments import service as payments
from onething.payments.errors import KEY_REUSED
from onething.payments.models import Answer, Entry, NewOrder, OrderState
from onething.trust.service import SubjectSealer, key_store
from stores import with_tables


def test_a_key_is_one_payment_for_ever(db: Database) -> None:
    fill(db)
    first, again = book(db, 3), book(db, 3)
    assert first == again
    assert purse(db).reserved == 30_000
    with db.transaction() as session, pytest.raises(Problem) as caught:
        payments.book(session, [NewOrder("k0", PURSE, payee(0), 999, "另一笔")])
    assert caught.value.kind is KEY_REUSED


def test_an_appropriation_counts_once(db: Database) -> None:
    fill(db, 100)
    fill(db, 100)
    assert purse(db).appropriated == 10_000


def test_a_purse_for_one_pays_one_of_a_thousand(db: Database) -> None:
    fill(db, 100)
    booked = book(db, 1000, fen=10_000)
    assert booked[0]
    assert not any(booked[1:])
    assert purse(db).available == 0
    assert_books_hold(db)


CONCURRENT = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("kind", CONCURRENT)
def test_the_cap_holds_when_many_book_at_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path}/x.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(url)
    with_tables(database)
    fill(database, 700)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: book(database, 5, 10_000, prefix=f"w{n}-"), range(8)))
    assert sum(1 for batch in found for each in batch if each) == 7
    assert (purse(database).available, purse(database).reserved) == (0, 70_000)
    assert_books_hold(database)
    database.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pay_transfer SET fen = 1",
        "DELETE FROM pay_transfer",
        "INSERT INTO pay_transfer (key, debit, credit, fen, at, actor) VALUES ('x', 'available:talent-2026', 'reserved:talent-2026', 100000001, '2026-01-01', 'me')",
        "INSERT INTO pay_transfer (key, debit, credit, fen, at, actor) VALUES ('x', 'available:talent-2026', 'available:talent-2026', 1, '2026-01-01', 'me')",
        "INSERT INTO pay_transfer (key, debit, credit, fen, at, actor) VALUES ('x', 'available:talent-2026', 'reserved:talent-2026', 0, '2026-01-01', 'me')",
    ],
)
def test_the_database_refuses_what_would_spoil_the_books(db: Database, statement: str) -> None:
    fill(db)
    book(db)
    with pytest.raises(DatabaseError), db.transaction() as session:
        session.execute(text(statement))
    assert_books_hold(db)


def test_a_total_changed_by_hand_is_found(db: Database) -> None:
    fill(db)
    with db.transaction() as session:
        session.execute(text("UPDATE pay_account SET credits = credits + 1 WHERE id = 'available:talent-2026'"))
    with db.reading() as session:
        assert any("available:talent-2026" in problem for problem in payments.audit(session).problems)


TABLES = ("event_log", "pay_account", "pay_transfer", "pay_order", "pay_entry", "pay_suspense", "trust_subject_key")


class Books(RuleBasedStateMachine):
    """Any sequence of what people, banks and statements may do."""

    made = Bundle("made")

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(f"sqlite:///{self.folder.name}/books.db", 2)
        Base.metadata.create_all(self.db.engine, tables=[Base.metadata.tables[name] for name in TABLES])
        self.entries = 0

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.dispose()
            self.folder.cleanup()

    @rule(yuan=st.integers(1, 50), number=st.integers(1, 5))
    def appropriate(self, yuan: int, number: int) -> None:
        with self.db.transaction() as session:
            payments.appropriate(session, PURSE, yuan * 100, f"doc{number}")

    @rule(target=made, key=st.integers(1, 12), yuan=st.integers(1, 20))
    def book(self, key: int, yuan: int) -> str:
        with self.db.transaction() as session:
            try:
                return payments.book(session, [NewOrder(f"k{key}", PURSE, payee(key), yuan * 100, "补贴")])[0].order_id
            except Problem:
                return ""

    @rule(days=st.integers(0, 2))
    def claim(self, days: int) -> None:
        with frozen(now() + timedelta(days=days)), self.db.transaction() as session:
            orders.claim(session, "s", 3)

    @rule(order=made, status=st.sampled_from(["booked", "accepted", "rejected", "unknown"]))
    def answer(self, order: str, status: str) -> None:
        with self.db.transaction() as session:
            if order:
                reference = orders.instruction_reference(session, order)
                orders.settle(session, [Answer(reference, status, "AC01", f"B{reference}")])  # type: ignore[arg-type]

    @rule(order=made, what=st.sampled_from(["cancel", "redirect", "claim_back", "release"]))
    def act(self, order: str, what: str) -> None:
        with self.db.transaction() as session:
            try:
                if what == "redirect":
                    known = payments.order(session, order)
                    payments.redirect(session, order, payee(int(known.subject_id.removeprefix("subj_")), "7777"))
                elif what == "claim_back":
                    payments.claim_back(session, order, "officer", "wrong")
                elif what == "cancel":
                    payments.cancel(session, order)
                else:
                    orders.release(session, order)
            except Problem:
                pass

    @rule(number=st.integers(1, 12))
    def erase(self, number: int) -> None:
        with self.db.transaction() as session:
            SubjectSealer(key_store()).erase(session, payee(number).subject_id)

    @rule(order=made, yuan=st.integers(-20, 20), told_twice=st.booleans())
    def statement(self, order: str, yuan: int, told_twice: bool) -> None:
        if yuan == 0:
            return
        self.entries += 1
        with self.db.transaction() as session:
            reference = orders.instruction_reference(session, order) if order else "NOBODY"
            fen = yuan * 100
            if order and told_twice:
                fen = payments.order(session, order).fen * (1 if yuan > 0 else -1)
            entry = Entry(f"E{self.entries}", reference, fen, "2026-11-25")
            payments.reconcile(session, [entry] * (2 if told_twice else 1))

    @invariant()
    def every_fen_is_accounted_for(self) -> None:
        if hasattr(self, "db"):
            with self.db.reading() as session:
                assert payments.audit(session).problems == ()
                for each in payments.purses(session):
                    assert each.available >= 0
                    assert each.spent <= each.appropriated


Books.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
test_any_sequence_keeps_the_books = pytest.mark.slow(Books.TestCase)


def test_states_are_named_as_the_table_allows(db: Database) -> None:
    with db.reading() as session:
        sql = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'pay_order'")) or ""
    assert all(f"'{each.value}'" in sql for each in OrderState)
