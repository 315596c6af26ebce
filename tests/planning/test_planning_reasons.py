"""Reasons in plans: typed in the code, kept in rows as the text they always were."""

import json

from hypothesis import given
from hypothesis import strategies as st

from onething.planning.models import Plan
from onething.planning.reasons import Cause, Why, from_text, to_text

names = st.from_regex(r"[a-z][a-z_]{0,8}(\.[a-z_]{1,8})?", fullmatch=True)
reasons = st.one_of(
    st.builds(lambda text: Why(Cause.WHEN, (text,)), st.sampled_from(['a.b = "x, y; z"', "c.d > 3 and not(e.f)"])),
    st.builds(lambda cause, about: Why(cause, tuple(about)), st.sampled_from([each for each in Cause if each is not Cause.WHEN]), st.lists(names, max_size=3)),
)  # fmt: skip


@given(st.lists(reasons, max_size=4))
def test_reasons_are_read_back_as_they_were_written(wanted: list[Why]) -> None:
    assert from_text(to_text(tuple(wanted))) == tuple(wanted)


def test_a_plan_stored_before_reasons_were_typed_is_read_and_written_unchanged() -> None:
    stored = (
        '{"life_event":"newborn","city":"c","catalog_version":"v","tasks":[],"asks":[],"filled":[],'
        '"left_out":{"deduction":"left_out_by_applicant","old":"when: x.y = \\"a, b\\""},'
        '"unreachable":{"entry":"not_on_record: civil.birth; needs: father, mother","late":"failed"},'
        '"effort":{"documents":0,"fields":0,"visits":0,"hours":0.0,"width":0,"critical_path":[]}}'
    )
    plan = Plan.model_validate_json(stored)
    assert plan.unreachable["entry"] == (
        Why(Cause.NOT_ON_RECORD, ("civil.birth",)),
        Why(Cause.NEEDS, ("father", "mother")),
    )
    assert plan.left_out["old"] == (Why(Cause.WHEN, ('x.y = "a, b"',)),)
    written = json.loads(plan.model_dump_json())
    for later in ("services", "at_once", "longest"):
        del written["effort"][later]
    assert written == json.loads(stored)
