"""What is worked out may name parameters, by the day on which they are in force, and read a decision table."""

from datetime import date
from typing import Any

import pytest

from onething.catalog.models import FromFacts, LifeEvent, Slot
from onething.planning.derive import with_derived

SOURCE: dict[str, Any] = {
    "derive": {"monthly": "月费 * table", "known": "base.kind"},
    "parameters": {
        "月费": {
            "versions": [
                {"value": 300, "valid_from": date(2020, 1, 1), "valid_to": date(2025, 12, 31)},
                {"value": 400, "valid_from": date(2026, 1, 1)},
            ]
        }
    },
    "table": {
        "inputs": [{"expression": "base.kind", "type": "text"}],
        "outputs": [{"name": "share", "type": "number"}],
        "rows": [{"when": ['"electric"'], "then": ["0.5"]}, {"when": ['"petrol"'], "then": ["1"]}],
    },
}


def event(source: dict[str, Any]) -> LifeEvent:
    slots = (
        Slot(id="base", type="base", of="applicant"),
        Slot(id="fee", type="fee", of="applicant", sources=(FromFacts(**source),)),
    )
    words = {"zh": "x", "en": "x"}
    return LifeEvent.model_validate(
        {"id": "e", "name": words, "summary": words, "who": words, "roles": {}, "slots": slots, "services": (), "paper": (), "lead_agency": "a"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "kind", "fee"),
    [("2025-06-01", "electric", 150), ("2026-06-01", "electric", 200), ("2026-06-01", "petrol", 400)],
)
def test_the_table_and_the_parameter_of_the_day_make_the_value(day: str, kind: str, fee: int) -> None:
    known = with_derived(event(SOURCE), {"base": {"kind": kind}}, date.fromisoformat(day))
    assert known["fee"] == {"monthly": fee, "known": kind}


def test_what_no_row_tells_is_not_made_up_and_the_rest_is_told_all_the_same() -> None:
    assert with_derived(event(SOURCE), {"base": {"kind": "steam"}}, date(2026, 6, 1))["fee"] == {"known": "steam"}
    assert "fee" not in with_derived(event(SOURCE), {}, date(2026, 6, 1))
    assert with_derived(event(SOURCE), {"base": {"kind": "petrol"}}, date(2019, 1, 1))["fee"] == {"known": "petrol"}


def test_it_waits_for_what_the_table_reads_and_not_for_its_parameters() -> None:
    assert FromFacts(**SOURCE).reads == {"base.kind"}


def test_several_outputs_are_told_apart_by_name() -> None:
    table = {
        "inputs": [{"expression": "base.kind", "type": "text"}],
        "outputs": [{"name": "share", "type": "number"}, {"name": "days", "type": "number"}],
        "rows": [{"when": ["-"], "then": ["0.5", "30"]}],
    }
    source = {"derive": {"monthly": "table.share * 100", "days": "table.days"}, "table": table}
    assert with_derived(event(source), {"base": {"kind": "x"}}, date(2026, 6, 1))["fee"] == {"monthly": 50, "days": 30}
