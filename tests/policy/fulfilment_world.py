"""A small city of companies for tests of fulfilment: one clause or the package's, a bank that answers as told."""

from datetime import UTC, date, datetime
from typing import Any

from onething.core.db import Database
from onething.host.assembling import subscribe
from onething.notices import service as notices
from onething.payments import service as payments
from onething.payments.models import Answer, Entry, Instruction
from onething.policy.fulfilment import service as benefits
from onething.policy.matching.clauses import make_book
from onething.policy.models import Clause, Relation
from onething.sandbox.companies.generate import company_name, uscc_of
from onething.subjects.profiles import accounts, service
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.service import ensure_organisation

DAY = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
"""Noon in China."""
GOOD = {
    "hrss": {"graduates_hired": 4, "wage_arrears": False},
    "market": {"status_normal": True},
    "credit": {"dishonest": False},
}


def clause(id_: str = "graduates", requires: tuple[str, ...] = ("company.graduates_hired >= 1",), amount: str = "company.graduates_hired * 1500", **changes: Any) -> Clause:  # fmt: skip
    name = {"zh": "招用毕业生补助", "en": "Graduate grant"}
    benefit = {"kind": "subsidy", "name": name, "amount": amount, "frequency": "yearly"} | changes.pop("benefit", {})
    return Clause.model_validate(
        {
            "id": id_, "name": name, "place": {"document": "eli/test", "title": "测试办法", "article": "第五条"}, "agency": "hrss",
            "budget": {"key": f"{id_}-2026", "amount": 1_000_000}, "benefit": benefit,
            "ruleset": {"id": id_, "rules": [{"id": f"r{n}", "require": text} for n, text in enumerate(requires)]},
        }
        | changes
    )  # fmt: skip


class PaperBank:
    """Books everything once; `silent` takes a file and does not answer, as after a time-out."""

    def __init__(self) -> None:
        self.booked: dict[str, int] = {}
        self.times: dict[str, int] = {}
        self.silent = False
        self.refuse: set[str] = set()

    def submit(self, message_id: str, instructions: list[Instruction]) -> list[Answer]:
        for each in instructions:
            if each.payee.account not in self.refuse:
                self.booked.setdefault(each.end_to_end, each.fen)
                self.times[each.end_to_end] = self.times.get(each.end_to_end, 0) + 1
        if self.silent:
            raise payments.BankSilentError("timeout")
        return self.ask([each.end_to_end for each in instructions], refused=True)

    def ask(self, end_to_ends: list[str], refused: bool = False) -> list[Answer]:
        return [
            Answer(each, "booked", "", f"R{each}") if each in self.booked else Answer(each, "rejected" if refused else "unknown", "AC04" if refused else "")
            for each in end_to_ends
        ]  # fmt: skip

    def statement(self, day: str) -> list[Entry]:
        return [Entry(f"R{key}", key, -fen, day) for key, fen in self.booked.items()]

    def close(self) -> None:
        pass


class World:
    def __init__(self, db: Database, spec: ProfileSpec, *clauses: Clause, relations: tuple[Relation, ...] = (), days: int = 3) -> None:  # fmt: skip
        self.db, self.spec, self.clauses, self.relations = db, spec, list(clauses), relations
        self.bank = PaperBank()
        subscribe()
        self.desk = benefits.Desk(db, spec, lambda _session, day: self.book(day), benefits.Terms(object_days=days))
        self.fund()

    def book(self, day: date) -> Any:
        return make_book(self.clauses, day, self.relations)

    def fund(self) -> None:
        with self.db.transaction() as session:
            benefits.fund(session, self.book(DAY))

    def company(self, number: int = 0, account: bool = True) -> str:
        with self.db.transaction() as session:
            made = ensure_organisation(session, uscc=uscc_of(number), name=company_name(number))
            if account:
                accounts.add_account(session, made.id, f"622200000{number:06d}", "杭州银行")
            return made.id

    def report(self, number: int, source: str, as_of: date = date(2026, 11, 20), **data: Any) -> None:
        with self.db.transaction() as session:
            taken = service.take_in(session, self.spec, source, [{"uscc": uscc_of(number), "name": company_name(number), "as_of": as_of, **data}])  # fmt: skip
            assert not taken.refused, taken.refused

    def good(self, number: int = 0, account: bool = True, **hrss: Any) -> str:
        """A company that the clause `graduates` holds for."""
        subject = self.company(number, account)
        for source, data in GOOD.items():
            self.report(number, source, **(data | (hrss if source == "hrss" else {})))
        return subject

    def work(self) -> None:
        self.desk.run_until_idle()

    def pay(self) -> None:
        payments.PaymentSender(self.db, self.bank).run_until_idle()  # type: ignore[arg-type]

    def awards(self, subject: str) -> list[benefits.Award]:
        with self.db.reading() as session:
            return benefits.awards_of(session, subject)

    def one(self, subject: str) -> benefits.Award:
        (found,) = self.awards(subject)
        return found

    def told(self, subject: str) -> list[str]:
        with self.db.reading() as session:
            return [each.text for each in notices.messages_for(session, subject).messages]

    def problems(self) -> tuple[str, ...]:
        with self.db.reading() as session:
            return payments.audit(session).problems
