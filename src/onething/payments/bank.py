"""The contract of a bank and how one is chosen: parts of group `payments.banks` in the manifests."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

from onething.core.errors import Problem
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load
from onething.core.settings import settings_of
from onething.payments.errors import NO_BANK
from onething.payments.models import Answer, Entry, Instruction
from onething.payments.settings import PaymentsSettings

GROUP = "payments.banks"


class BankSilentError(Exception):
    """No usable answer: the bank may have done all of it, some of it or nothing. Ask before anything is sent again."""


class BankRefusedError(Exception):
    """The bank said that it took nothing of this message; it may be sent again as it is."""


class Bank(Protocol):
    """One paying bank. An `end_to_end` that comes twice is the same payment to it (as the interbank rules demand), yet
    we ask before we send one again, so that a bank which forgets does no harm either."""

    def submit(self, message_id: str, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand over a payment file (pain.001). Raises `BankSilentError` or `BankRefusedError`."""
        ...

    def ask(self, end_to_ends: Sequence[str]) -> list[Answer]:
        """What became of instructions; `unknown` for those it never saw. Raises `BankSilentError`."""
        ...

    def statement(self, day: str) -> list[Entry]:
        """The bookings of a day (camt.053). Raises `BankSilentError`."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


BankFactory = Callable[[PaymentsSettings], Bank]


@cache
def _factories() -> dict[str, BankFactory]:
    return {name: load(ref) for name, ref in parts_of(GROUP).items()}


def make_bank(settings: PaymentsSettings | None = None) -> Bank:
    """The bank of this installation; raises `Problem(NO_BANK)` naming those that exist."""
    settings = settings or settings_of(PaymentsSettings)
    factory = _factories().get(settings.bank)
    if factory is None or (settings.bank == "http" and not settings.bank_url):
        raise Problem(NO_BANK, name=settings.bank, known=", ".join(sorted(_factories())))
    return factory(settings)
