"""Two numbers of one person: a renewed passport has a new one, a card of permanent residence got another form in 2023.

Only the identity provider says that both are hers (the claim `former_number`); names and birth dates never do. Then whoever comes by
either number is the same subject. A record that others' filings made of her under the other number is read together with hers; two
records under both of which she has filed stay two, because each lies sealed under a key of its own.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.db import upsert
from onething.core.private import keyed_hash
from onething.subjects.sealing import opened, sealed
from onething.subjects.tables import ConcernRow, FormerNumberRow, SubjectRow


def hash_of(number: str) -> str:
    """By which a number in its one spelling is found without being kept."""
    return keyed_hash("subject", number)


def known_by(session: Session, hashes: Collection[str]) -> dict[str, str]:
    """Hash of a number → subject, by the number that each has now and by those that she had before."""
    if not hashes:
        return {}
    before = select(FormerNumberRow.id_hash, FormerNumberRow.subject_id).where(FormerNumberRow.id_hash.in_(hashes))
    now = select(SubjectRow.id_hash, SubjectRow.id).where(SubjectRow.id_hash.in_(hashes))
    return {each: subject for query in (before, now) for each, subject in session.execute(query).tuples()}


def ids_of(session: Session, subject_id: str) -> tuple[str, ...]:
    """The person herself and the records that were found to be of her too, for reading logs."""
    same = select(SubjectRow.id).where(SubjectRow.same_as == subject_id).order_by(SubjectRow.id)
    return (subject_id, *session.scalars(same))


def all_known(session: Session, former: Iterable[str]) -> bool:
    """Whether these numbers are kept as somebody's former ones already."""
    hashes = {hash_of(number) for number in former}
    query = select(FormerNumberRow.id_hash).where(FormerNumberRow.id_hash.in_(hashes))
    return not hashes or set(session.scalars(query)) == hashes


def take_over(session: Session, number: str, former: Collection[str]) -> None:
    """Whoever is here under one of the `former` numbers is found by `number` from now on, and keeps being found by those. Two records
    under both of which somebody has signed in stay two."""
    hashes = [hash_of(each) for each in former if each != number]
    old = session.scalars(select(SubjectRow).where(SubjectRow.id_hash.in_(hashes), SubjectRow.kind == "person")).all()
    new = session.scalar(select(SubjectRow).where(SubjectRow.id_hash == hash_of(number)))
    lives = [row for row in (*old, *([new] if new else ())) if row.oidc_sub or opened(session, [row])[0].name]
    if len({row.id for row in lives}) > 1 or not (old or new):
        return
    kept = lives[0] if lives else (new or old[0])
    for row in (*old, *([new] if new else ())):
        if row.id != kept.id:
            _read_with(session, row, kept.id)
    _renumber(session, kept, number, hashes)


def _read_with(session: Session, row: SubjectRow, kept: str) -> None:
    """A record that only others made: whom filings concern is the one who is kept."""
    concerns = session.scalars(select(ConcernRow).where(ConcernRow.subject_id == row.id)).all()
    moved = [
        {"stream": each.stream, "subject_id": kept, "by_subject": each.by_subject, "since": each.since}
        for each in concerns
    ]
    if moved:
        upsert(session, ConcernRow, moved, keys=["stream", "subject_id"])
        session.execute(delete(ConcernRow).where(ConcernRow.subject_id == row.id))
    values = {"same_as": kept, "id_hash": keyed_hash("subject", f"same as {row.id}")}
    session.execute(update(SubjectRow).where(SubjectRow.id == row.id).values(**values))


def _renumber(session: Session, kept: SubjectRow, number: str, hashes: Collection[str]) -> None:
    aliases = [{"id_hash": each, "subject_id": kept.id, "since": clock.now()} for each in hashes]
    if aliases:
        upsert(session, FormerNumberRow, aliases, keys=["id_hash"])
    stored = sealed(session, "person", kept.id, {"id_number": number})
    values = {"id_hash": hash_of(number), **stored}
    session.execute(update(SubjectRow).where(SubjectRow.id == kept.id).values(**values))
    session.flush()
    session.expire_all()
