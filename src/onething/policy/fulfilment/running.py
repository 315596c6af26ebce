"""The rounds of a worker: matching, sweeping, paying, reconciling, beside the cases. Any number of workers may run them."""

import asyncio

from onething.core import clock
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.core.processes.rounds import After, Looked, Round, run_rounds, threaded
from onething.core.settings import get_settings, settings_of
from onething.payments import service as payments
from onething.payments.settings import PaymentsSettings
from onething.policy.fulfilment import sweeping
from onething.policy.fulfilment.books import CityBooks, policy_folder
from onething.policy.fulfilment.desk import Desk
from onething.policy.fulfilment.models import Terms
from onething.policy.settings import PolicySettings
from onething.subjects.profiles import service
from onething.subjects.profiles.service import Arrivals, ColumnStore
from onething.subjects.settings import SubjectsSettings

log = get_logger("benefits")
ARRIVALS, SWEEP, STATEMENT = 2.0, 2.0, 300.0
"""Seconds between looks for deliveries of agencies, for changed clauses, and between statements asked of the bank."""


def make_desk(db: Database) -> Desk | None:
    """The desk of this installation; None where the city has no company profiles."""
    folder = policy_folder()
    spec = service.load_spec(folder)
    if not spec.dimensions:
        return None
    return Desk(db, spec, CityBooks(folder).of, Terms(object_days=settings_of(PolicySettings).policy_object_days))


def column_store() -> ColumnStore:
    return ColumnStore(get_settings().data_dir / "companies")


def arrivals_of(desk: Desk) -> Arrivals:
    """Files and feeds of agencies, as the settings name them."""
    settings = settings_of(SubjectsSettings)
    return Arrivals(desk.db, desk.spec, settings.profile_drop_dir, settings.profile_feeds)


class BenefitRounds:
    """What a worker does for companies beside the cases. Nothing is lost by dying in between."""

    def __init__(self, desk: Desk, poll: float = 0.5) -> None:
        self.desk, self._poll = desk, poll
        self._store = column_store()
        self._bank: payments.Bank | None = None
        self._sender: payments.PaymentSender | None = None
        self._arrivals = arrivals_of(desk)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop. Each kind of work on its own, so that a bank or an agency that is away holds up nothing else."""
        try:
            await run_rounds(self._rounds(), stop)
        finally:
            if self._bank is not None:
                self._bank.close()

    def _rounds(self) -> list[Round]:
        return [
            threaded("benefits.arrivals", ARRIVALS, lambda: bool(self._arrivals.look())),
            threaded("benefits.sweep", SWEEP, lambda: bool(sweeping.sweep(self.desk, self._store))),
            threaded("benefits.desk", self._poll, lambda: not self.desk.run_once().idle),
            threaded("benefits.pay", self._poll, self._pay),
            threaded("benefits.statement", STATEMENT, self._reconcile),
        ]

    def _pay(self) -> bool:
        sender = self._open_sender()
        if sender is None:
            return False
        done = sender.run_once()
        return bool(done.claimed) and not done.silent

    def _open_sender(self) -> payments.PaymentSender | None:
        if self._sender is None and settings_of(PaymentsSettings).bank_url:
            try:
                self._bank = payments.make_bank()
            except Problem as problem:
                log.warning("no bank", code=problem.kind.code)
                return None
            self._sender = payments.PaymentSender(self.desk.db, self._bank, get_settings().worker_id)
        return self._sender

    def _reconcile(self) -> Looked:
        """The bank's statement of today: late answers, returns, money paid back."""
        if self._bank is None:
            return After(self._poll)
        try:
            entries = self._bank.statement(clock.today().isoformat())
        except payments.BankSilentError:
            return None
        with self.desk.db.transaction() as session:
            payments.reconcile(session, entries)
        return None
