"""How the city fares: from entitled to paid, district by district, and what is left in each purse."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.payments import service as payments
from onething.payments.models import Purse
from onething.policy.fulfilment.states import CLOSED, GIVEN, AwardState
from onething.policy.fulfilment.tables import AwardRow, SeenRow
from onething.policy.matching.clauses import ClauseBook
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


def purses(session: Session, book: ClauseBook) -> Sequence[PurseLine]:
    """Where the budgets of the clauses in force stand, the emptiest first."""
    clauses: dict[str, list[str]] = {}
    for each in book.clauses:
        if each.clause.budget is not None:
            clauses.setdefault(each.clause.budget.key, []).append(each.id)
    found = [PurseLine(purse, tuple(clauses[purse.key])) for purse in payments.purses(session, clauses)]
    return sorted(found, key=lambda line: (line.purse.available / max(line.purse.appropriated, 1), line.purse.key))
