"""How the city fares: from entitled to paid, district by district, and what is left in each purse."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.payments import service as payments
from onething.payments.models import Purse
from onething.policy.fulfilment.models import period_of
from onething.policy.fulfilment.states import CLOSED, GIVEN, AwardState
from onething.policy.fulfilment.tables import AwardRow, SeenRow
from onething.policy.matching.clauses import ClauseBook, ReadyClause
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.profiles.service import ID, ColumnStore


@dataclass(frozen=True, slots=True)
class Funnel:
    """Benefits (one clause for one company) that came so far."""

    found: int
    told: int
    opened: int
    paid: int
    declined: int


@dataclass(frozen=True, slots=True)
class District:
    """Companies of a district: all, those with a benefit, those paid, and the yuan they were paid."""

    code: str
    companies: int
    reached: int
    paid: int
    yuan: float


@dataclass(frozen=True, slots=True)
class PurseLine:
    """A purse with the clauses that draw on it."""

    purse: Purse
    clauses: tuple[str, ...]


def funnel(session: Session) -> Funnel:
    """Counted over first instalments, so that a benefit counts once."""
    first = AwardRow.part == 1

    def count(*where: object) -> int:
        return int(session.scalar(select(func.count()).select_from(AwardRow).where(first, *where)) or 0)  # type: ignore[arg-type]

    opened = select(func.count()).select_from(AwardRow).join(
        SeenRow, (SeenRow.subject_id == AwardRow.subject_id) & (SeenRow.clause_id == AwardRow.clause_id)
    )  # fmt: skip
    return Funnel(
        count(), count(AwardRow.noticed_at.is_not(None)), int(session.scalar(opened.where(first)) or 0),
        count(AwardRow.paid_at.is_not(None)), count(AwardRow.state == AwardState.OBJECTED),
    )  # fmt: skip


def districts(session: Session, store: ColumnStore, spec: ProfileSpec) -> list[District]:
    """Take-up by district, the largest first."""
    frame = store.current(session, spec, ["company.district"])
    if "company.district" not in frame.columns:
        return []  # no company is known yet
    frame = frame.rename({"company.district": "district"})
    given = [state.value for state in GIVEN]
    query = select(AwardRow.subject_id, AwardRow.state, AwardRow.fen).where(AwardRow.state.not_in(CLOSED))
    rows = [(s, state in given and state != AwardState.ORDERED, fen) for s, state, fen in session.execute(query)]
    awards = pl.DataFrame(rows, schema={ID: pl.String, "is_paid": pl.Boolean, "fen": pl.Int64}, orient="row")
    per = awards.group_by(ID).agg(
        pl.col("is_paid").any().alias("is_paid"), pl.col("fen").filter(pl.col("is_paid")).sum().alias("fen"), pl.lit(value=True).alias("reached")
    )  # fmt: skip
    summed = (
        frame.join(per, on=ID, how="left")
        .group_by("district")
        .agg(pl.len().alias("n"), pl.col("reached").sum().alias("r"), pl.col("is_paid").sum().alias("p"), pl.col("fen").sum().alias("f"))
    )  # fmt: skip
    made = [District(str(d["district"] or ""), int(d["n"]), int(d["r"] or 0), int(d["p"] or 0), int(d["f"] or 0) / 100) for d in summed.to_dicts()]  # fmt: skip
    return sorted(made, key=lambda each: (-each.companies, each.code))


@dataclass(frozen=True, slots=True)
class Booked:
    """Where one clause stands in the books in its present period: companies with a benefit of it, and fen by what became of
    them. `held`: set aside or with the bank; `paid`: gone, also what is claimed back; `waiting`: for an account, for budget or
    for the company's consent; `unwanted`: objected to."""

    companies: int = 0
    held: int = 0
    paid: int = 0
    waiting: int = 0
    unwanted: int = 0

    @property
    def whole(self) -> int:
        """Fen that its conditions give, whatever became of them: the figure of a what-if's "now"."""
        return self.held + self.paid + self.waiting + self.unwanted


_KINDS: dict[AwardState, str] = {
    AwardState.NOTICED: "held", AwardState.SCHEDULED: "held", AwardState.ORDERED: "held", AwardState.FAILED: "held",
    AwardState.PAID: "paid", AwardState.OVERPAID: "paid", AwardState.RECOVERING: "paid", AwardState.RECOVERED: "paid",
    AwardState.WAITING: "waiting", AwardState.ASKED: "waiting", AwardState.OBJECTED: "unwanted",
}  # fmt: skip
"""What is over (lapsed, displaced) is in no figure."""


def booked(session: Session, clause: ReadyClause) -> Booked:
    """The books of one clause. The same awards that orders are made from."""
    query = (
        select(AwardRow.state, func.sum(AwardRow.fen))
        .where(AwardRow.clause_id == clause.id, AwardRow.period == _period(clause), AwardRow.state.not_in(CLOSED))
        .group_by(AwardRow.state)
    )
    fen: dict[str, int] = {"held": 0, "paid": 0, "waiting": 0, "unwanted": 0}
    for state, total in session.execute(query):
        fen[_KINDS[AwardState(state)]] += int(total or 0)
    whom = select(func.count(AwardRow.subject_id.distinct())).where(
        AwardRow.clause_id == clause.id, AwardRow.period == _period(clause), AwardRow.state.not_in(CLOSED)
    )
    return Booked(int(session.scalar(whom) or 0), **fen)


def given_in(session: Session, book: ClauseBook, clause_ids: Collection[str]) -> dict[str, set[str]]:
    """Company → those of the clauses of which money has gone in their present period."""
    query = select(AwardRow.subject_id, AwardRow.clause_id, AwardRow.period).where(
        AwardRow.part == 1,
        AwardRow.clause_id.in_(list(clause_ids)),
        AwardRow.state.in_([state.value for state in GIVEN]),
    )
    found: dict[str, set[str]] = {}
    for subject_id, clause_id, period in session.execute(query):
        clause = book.find(clause_id)
        if clause is not None and period == _period(clause):
            found.setdefault(subject_id, set()).add(clause_id)
    return found


def _period(clause: ReadyClause) -> str:
    benefit = clause.clause.benefit
    return period_of(benefit.frequency, clause.day) if benefit else ""


def purses(session: Session, book: ClauseBook) -> Sequence[PurseLine]:
    """Where the budgets of the clauses in force stand, the emptiest first."""
    clauses: dict[str, list[str]] = {}
    for each in book.clauses:
        if each.clause.budget is not None:
            clauses.setdefault(each.clause.budget.key, []).append(each.id)
    found = [PurseLine(purse, tuple(clauses[purse.key])) for purse in payments.purses(session, clauses)]
    return sorted(found, key=lambda line: (line.purse.available / max(line.purse.appropriated, 1), line.purse.key))
