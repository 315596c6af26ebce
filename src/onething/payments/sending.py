"""Carries due orders to the bank. Any number of senders may run; each order goes out once.

Claimed → sent → answered are three steps with a commit between them. Whoever dies between two of them leaves orders
`sending`; when their claim lapses, the next sender asks the bank what became of them before it sends anything again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from onething.core.db import Database
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.payments import orders, payees
from onething.payments.bank import Bank, BankRefusedError, BankSilentError
from onething.payments.models import Answer, Instruction
from onething.payments.states import BankStatus

log = get_logger("payments")
BATCH = 200


@dataclass(slots=True)
class Round:
    """What one round did."""

    claimed: int = 0
    settled: int = 0
    silent: bool = False

    def __add__(self, other: "Round") -> "Round":
        return Round(self.claimed + other.claimed, self.settled + other.settled, self.silent or other.silent)


class PaymentSender:
    """Sends what is due. `name` shows in the books who claimed an order."""

    def __init__(self, db: Database, bank: Bank, name: str = "sender", batch: int = BATCH) -> None:
        self._db, self._bank, self.name, self._batch = db, bank, name, batch

    def run_once(self) -> Round:
        """One batch: claim, send or ask, note the answers."""
        with self._db.reading() as session:
            if not orders.waiting(session):
                return Round()
        with self._db.transaction() as session:
            fresh, doubtful = orders.claim(session, self.name, self._batch)
        done = Round(claimed=len(fresh) + len(doubtful))
        if fresh:
            done += self._send(fresh)
        if doubtful:
            done += self._ask(doubtful)
        return done

    def run_until_idle(self, rounds: int = 10_000) -> Round:
        """Until nothing is due; stops early when the bank is silent, because what it holds comes due again later."""
        total = Round()
        for _ in range(rounds):
            done = self.run_once()
            total += done
            if done.claimed == 0 or done.silent:
                break
        return total

    def _send(self, fresh: Sequence[Instruction]) -> Round:
        # A file has its own number: the same payments may travel in another file, the payments' own keys do not change.
        try:
            answers = self._bank.submit(new_id("msg").upper()[:35], fresh)
        except BankRefusedError:
            with self._db.transaction() as session:
                orders.give_back(session, [each.end_to_end for each in fresh])
            return Round(silent=True)
        except BankSilentError as error:
            log.warning("the bank did not answer; it will be asked what it has", why=str(error)[:80])
            return Round(silent=True)
        return self._note(answers)

    def _ask(self, doubtful: Sequence[str]) -> Round:
        try:
            answers = self._bank.ask(doubtful)
        except BankSilentError as error:
            log.warning("the bank cannot say what it has", why=str(error)[:80])
            return Round(silent=True)
        done = self._note(answers)
        unseen = [answer.end_to_end for answer in answers if answer.status == BankStatus.UNKNOWN]
        if unseen:
            with self._db.reading() as session:
                again = orders.instructions(session, unseen)
            lost = set(unseen) - {each.end_to_end for each in again}
            done += (
                self._note([Answer(each, BankStatus.REJECTED, payees.ERASED) for each in sorted(lost)])
                if lost
                else Round()
            )
            done += self._send(again) if again else Round()
        return done

    def _note(self, answers: Sequence[Answer]) -> Round:
        with self._db.transaction() as session:
            return Round(settled=orders.settle(session, answers))
