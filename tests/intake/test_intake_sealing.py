"""What a mother entered, sent and was fetched for her lies sealed under her own key; erasing the key erases it."""

from typing import Any

import pytest
from intake_world import BIRTH, MOTHER, World, document, photo
from sqlalchemy import MetaData, select

from onething.casework import service as casework
from onething.casework.certificates import lifecycle
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.intake import service as intake
from onething.intake.sealing import open_rows
from onething.intake.tables import AnswerRow, DocumentRow, SealedText
from onething.trust.sealing.sealed_files import fetch_file

APPLICANT, CALLED = "李晓燕", "李晓燕的结婚证"
SECRETS = (BIRTH["child_name"], BIRTH["certificate_number"], "方斜路", MOTHER, APPLICANT, CALLED)


def tables_that_tell(world: World) -> dict[str, set[str]]:
    """Table → which secrets can be read in it by whoever reads the database."""
    found: dict[str, set[str]] = {}
    with world.session() as session:
        meta = MetaData()
        meta.reflect(session.connection())
        for name, table in meta.tables.items():
            whole = "\n".join(str(tuple(row)) for row in session.execute(select(table)))
            told = {
                secret for secret in SECRETS if secret in whole or secret.encode("unicode_escape").decode() in whole
            }
            if told:
                found[name] = told
    return found


def test_whoever_reads_the_database_reads_nothing_of_a_filing(world: World) -> None:
    world.ready(f"{CALLED}.png")
    assert [each.filename for each in world.view().documents] == [f"{CALLED}.png"]
    submitted = world.submit()
    assert tables_that_tell(world) == {}
    with world.session() as session:
        case = casework.case_view(session, world.me, submitted.case_id)
    assert f"{CALLED}.png" in [each["filename"] for each in case.documents]


def test_a_draft_of_an_erased_person_reads_as_empty_and_she_may_begin_anew(world: World) -> None:
    world.ready()
    assert world.view().facts
    subject = world.me.subject_id or ""
    with world.session() as session:
        assert lifecycle.erase(session, subject)
        rows = session.scalars(select(AnswerRow)).all()
        assert rows
        assert all(isinstance(row.value, SealedText) for row in rows)
        open_rows(session, subject, rows)
        assert {row.value for row in rows} == {None}
    empty: Any = world.view()
    assert not [fact for fact in empty.facts if fact.value in SECRETS[:3]]
    with pytest.raises(Problem, match="erased"):
        world.answer()
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    assert [fact for fact in world.view().facts if fact.value == BIRTH["child_name"]], "what she gives now is kept"


def test_nothing_is_erased_from_under_a_case_that_is_under_way(world: World) -> None:
    world.ready()
    submitted = world.submit()
    with pytest.raises(Problem, match="under_way"), world.session() as session:
        lifecycle.erase(session, world.me.subject_id or "")
    with world.session() as session:
        view = casework.case_view(session, world.me, submitted.case_id)
    assert view.summary.reference == submitted.reference


def test_no_picture_lies_in_clear_and_the_same_picture_is_one_file(world: World) -> None:
    world.ready()
    with world.session() as session:
        rows = session.scalars(select(DocumentRow)).all()
        digest = rows[0].digest
        plain = fetch_file(digest, session)
    assert plain == photo(200)
    files = [path.read_bytes() for path in get_settings().data_dir.joinpath("blobs").rglob("*") if path.is_file()]
    assert files
    assert not [content for content in files if plain[:200] in content or content.startswith((b"\x89PNG", b"\xff\xd8"))]
    with world.session() as session:
        again = intake.add_upload(session, world.me, world.filing, photo(200), "again.png")
    assert again.known, "the same file again is not read again"
    with world.session() as session:
        assert lifecycle.erase(session, world.me.subject_id or "")
    with pytest.raises(Problem, match="erased"), world.session() as session:
        fetch_file(digest, session)
