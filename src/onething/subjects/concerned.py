"""People whom somebody else's filing or case concerns: each is a subject of her own, and is told.

They are found by the numbers of their papers in what agencies are asked and answer, and in the facts of a case. Somebody nobody here
knows yet is made by her number alone: her name and phone come with her own sign-in, never from what others say of her. For a
child under fourteen the one who files stands as guardian (个人信息保护法 第三十一条), so children are not told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.db import upsert
from onething.core.persons.numbers import as_person_number
from onething.subjects.events import PersonConcerned
from onething.subjects.former_numbers import hash_of, known_by
from onething.subjects.people import make_by_number
from onething.subjects.tables import ConcernRow

OF_AGE = 14
TOLD_ONCE_IN = timedelta(days=1)
"""Of the filings and cases of one person another is told by message so often; each question stands in her log."""
PAGE = "me/asked"


@dataclass(frozen=True, slots=True)
class Matter:
    """A filing or case (`stream`) of `by`, and the numbers of everybody it concerns, in their one spelling."""

    stream: str
    by: str
    actor: str
    numbers: frozenset[str]


def concern(session: Session, matters: Sequence[Matter], *, tell: bool = True) -> dict[str, str]:
    """Keep whom these concern, tell those who were not told yet, and give number → subject for everybody of age, the one
    whose filing it is included. Without `tell` the caller has words of its own for them, which count."""
    today = clock.today()
    numbers = {number for matter in matters for number in matter.numbers if of_age(number, today)}
    if not numbers:
        return {}
    known = _subjects(session, numbers)
    wanted = {
        (matter.stream, known[number]): matter
        for matter in matters
        for number in matter.numbers
        if number in known and known[number] != matter.by
    }
    if wanted:
        _keep(session, wanted, tell)
    return known


def of_age(number: str, day: date) -> bool:
    """Whether somebody is of age by her citizen id. Of other papers the number says nothing: who has one is told like everybody."""
    found = as_person_number(number)
    born = found.birth_date if found else None
    if born is None:
        return True
    return (day.year - born.year) - ((day.month, day.day) < (born.month, born.day)) >= OF_AGE


def _subjects(session: Session, numbers: Collection[str]) -> dict[str, str]:
    hashes = {hash_of(number): number for number in numbers}
    found = {hashes[id_hash]: subject_id for id_hash, subject_id in known_by(session, hashes).items()}
    for number in sorted(numbers - found.keys()):
        found[number] = make_by_number(session, number)
    return found


def _keep(session: Session, wanted: Mapping[tuple[str, str], Matter], tell: bool) -> None:
    at = clock.now()
    subjects = {subject_id for _, subject_id in wanted}
    query = select(ConcernRow.stream, ConcernRow.subject_id, ConcernRow.by_subject).where(
        ConcernRow.subject_id.in_(subjects), ConcernRow.since >= at - TOLD_ONCE_IN
    )
    before = session.execute(query).tuples().all()
    there, told = {(stream, subject_id) for stream, subject_id, _ in before}, {(by, each) for _, each, by in before}
    fresh = {key: matter for key, matter in wanted.items() if key not in there}
    if not fresh:
        return
    rows = [
        {"stream": stream, "subject_id": subject_id, "by_subject": matter.by, "since": at}
        for (stream, subject_id), matter in fresh.items()
    ]
    upsert(session, ConcernRow, rows, keys=["stream", "subject_id"])
    said: list[events.Event] = []
    for (_, subject_id), matter in fresh.items() if tell else ():
        if (matter.by, subject_id) not in told:
            told.add((matter.by, subject_id))
            happened = PersonConcerned(subject_id=subject_id, path=PAGE)
            said.append(events.Event.of(f"person:{subject_id}", happened, matter.actor, at))
    events.append_many(session, said)


def concerned_in(session: Session, streams: Collection[str], limit: int = 100) -> list[str]:
    """Whom these filings and cases concern besides those whose they are."""
    query = (
        select(ConcernRow.subject_id).where(ConcernRow.stream.in_(streams)).distinct().order_by(ConcernRow.subject_id)
    )
    return list(session.scalars(query.limit(limit)))
