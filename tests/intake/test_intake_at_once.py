"""A machine client files in one call."""

from typing import Any

import pytest
from intake_world import FATHER, SEPARATE, World, payload, sign_in
from sqlalchemy import event

from onething.core.errors import Problem
from onething.intake import service as intake


def file(world: World, body: dict[str, Any]) -> intake.AtOnce:
    with world.session() as session:
        return intake.file_at_once(session, world.me, body)


def test_one_call_one_case(world: World) -> None:
    first = file(world, payload())
    assert first.submitted is not None
    again = file(world, payload())
    assert again.submitted is not None
    assert again.submitted.reference == first.submitted.reference
    assert again.submitted.already_there
    with pytest.raises(Problem) as refused:
        file(world, payload("another key"))
    assert refused.value.kind.code == "casework.duplicate_case"


def test_what_is_wrong_comes_back_and_the_draft_can_be_mended(world: World) -> None:
    body = payload()
    del body["facts"]["choices"]
    body["facts"]["birth_certificate"]["mother_id_number"] = "310101199503021220"
    body["facts"]["low_income"] = {"level": "all"}
    first = file(world, body)
    assert first.submitted is None
    assert {"missing_answer", "bad_id_number"} <= {finding.code for finding in first.review.findings}
    assert "birth_certificate.mother_id_number" in first.messages
    assert first.refused == ("low_income.level",)
    world.filing = first.filing_id
    assert world.view().summary.status == "draft"
    mended = file(world, payload())
    assert mended.filing_id == first.filing_id
    assert mended.submitted is not None


def test_looking_first_without_submitting(world: World) -> None:
    looked = file(world, payload(submit=False))
    assert looked.submitted is None
    assert looked.review.may_submit
    assert file(world, payload()).submitted is not None


@pytest.mark.parametrize(
    "change",
    [{"life_event": 3}, {"key": ""}, {"facts": []}, {"facts": {"a": 1}}, {"consents": "police"}, {"leave_out": [1]}],
)
def test_a_malformed_request_names_the_field(world: World, change: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        file(world, payload() | change)
    assert refused.value.kind.code == "core.bad_request"
    assert next(iter(change)) in refused.value.what.zh


@pytest.mark.parametrize("change", [{"consents": ["nobody.asks"]}, {"leave_out": ["household_registration"]}])
def test_unknown_choices(world: World, change: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        file(world, payload() | change)
    assert refused.value.kind.code == "intake.unknown_choice"


def test_it_takes_few_statements(world: World) -> None:
    file(world, payload("warm", facts={}, submit=False))
    sign_in(world.db, "王建国", FATHER)  # somebody new costs a row and a key of his own
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", note)
    try:
        assert file(world, payload()).submitted is not None
    finally:
        event.remove(world.db.engine, "before_cursor_execute", note)
    assert len(seen) <= 36, "\n".join(
        seen
    )  # with notices and webhooks installed; the father is kept as concerned and told


def test_all_covers_what_needs_no_separate_consent_and_the_rest_is_named(world: World) -> None:
    done = file(world, payload("star", consents=["*"]))
    open_ones = {finding.about for finding in done.review.findings if finding.code == "consent_needed"}
    assert done.submitted is None
    assert open_ones <= set(SEPARATE)
    assert "health.birth_record" in open_ones
    again = file(world, payload("star", consents=["*", "health"]))
    assert "health.birth_record" in {finding.about for finding in again.review.findings}, (
        "an agency's name covers no more"
    )
    assert file(world, payload("star")).submitted is not None


def test_what_is_refused_in_the_call_is_refused_and_stays_so(world: World) -> None:
    body = payload(consents=["*"], declines=["police"], submit=False)
    world.filing = file(world, body).filing_id
    said = {each.operation: each.state for each in world.view().consents}
    refused = {operation for operation in said if operation.startswith("police.")}
    assert refused
    assert {said[operation] for operation in refused} == {"declined"}
    assert "given" in {said[operation] for operation in said.keys() - refused}
    # Sent again without a word of it, her refusal stands.
    assert file(world, payload(consents=[], submit=False)).filing_id == world.filing
    assert {each.state for each in world.view().consents if each.operation in refused} == {"declined"}
