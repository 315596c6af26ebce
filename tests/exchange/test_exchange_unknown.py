"""What the city package has no words for: an optional field stays unknown and is reported, the rest of the answer is used."""

from typing import Any

import pytest
from aiohttp import web
from exchange_world import ANY, MOTHER, RESIDENT, about, agency, make_city, resident_answer
from hypothesis import given
from hypothesis import strategies as st

from onething.catalog.models import City, FieldSpec
from onething.core.db import Database
from onething.core.faults import Fault, close, count_open, open_faults
from onething.exchange.models import Answer, Outcome
from onething.exchange.service import Exchange
from onething.exchange.wire.formats import parse_format
from onething.exchange.wire.translation import Translation


def city_with(url: str) -> City:
    """The test city, whose residents also have an ethnicity (a list of codes) and a day on which the card ends."""
    city = make_city(url)
    more = (
        FieldSpec(id="ethnicity", name=ANY, type="code", required=False),
        FieldSpec(id="valid_until", name=ANY, type="date", required=False),
    )
    (police,) = city.agencies
    resident = police.operations[0]
    wider = resident.model_copy(update={
        "response": resident.response | {"ethnicity": "data.0.mz", "valid_until": "data.0.yxq"},
        "formats": resident.formats | {"ethnicity": "codes:sex", "valid_until": "date:%Y%m%d"},
    })  # fmt: skip
    kind = RESIDENT.model_copy(update={"fields": (*RESIDENT.fields, *more)})
    police = police.model_copy(update={"operations": (wider, *police.operations[1:])})
    return city.model_copy(update={"agencies": (police,), "evidence_types": (kind, *city.evidence_types[1:])})


async def asked(db: Database, **changes: Any) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(resident_answer(**changes))

    async with agency(answer) as url:
        ours = Exchange(city_with(url), db)
        got = await ours.ask(about())
        await ours.aclose()
    return got


def faults(db: Database) -> list[Fault]:
    with db.reading() as session:
        return open_faults(session)


async def test_a_code_that_is_in_no_map_leaves_the_rest_of_the_answer(db: Database) -> None:
    got = await asked(db, mz="18")
    assert got.outcome is Outcome.OK
    assert got.data["name"] == "王小丽"
    assert "ethnicity" not in got.data
    assert got.unknown == ("ethnicity",)
    (fault,) = faults(db)
    assert (fault.code, fault.about) == ("unmapped", "police.resident")
    assert fault.detail == "ethnicity does not fit codes:sex: 18", "an operator reads which code to add"
    assert MOTHER not in repr(fault)
    assert fault.stream == "", "and nobody whose it was"
    await asked(db, mz="18")
    assert [each.times for each in faults(db)] == [2], "the same is counted, not listed again"


@pytest.mark.parametrize(("written", "read"), [("长期", "long"), ("99991231", "long"), ("00000000", None), ("20350101", "2035-01-01")])  # fmt: skip
async def test_a_day_of_expiry_may_be_none(db: Database, written: str, read: str | None) -> None:
    got = await asked(db, yxq=written)
    assert got.outcome is Outcome.OK
    assert got.data.get("valid_until") == read
    assert got.unknown == ()
    assert faults(db) == []


async def test_a_day_that_is_none_stays_unknown(db: Database) -> None:
    got = await asked(db, yxq="20350230")
    assert (got.outcome, got.unknown) == (Outcome.OK, ("valid_until",))
    (fault,) = faults(db)
    assert "20350230" not in fault.detail, "a day may be somebody's; a code is nobody's"


async def test_a_required_code_without_words_is_a_fault_and_nobodys_refusal(db: Database) -> None:
    got = await asked(db, xb="9")
    assert (got.outcome, got.code, got.data) == (Outcome.FAULT, "unmapped", {})
    (fault,) = faults(db)
    assert fault.detail == "sex does not fit codes:sex: 9"


async def test_who_it_is_about_is_never_left_unknown(db: Database) -> None:
    got = await asked(db, gmsfhm="not a number", mz="18")
    assert got.outcome is Outcome.NONSENSE


@pytest.mark.parametrize("status", [401, 405, 415, 400])
async def test_a_question_that_was_not_taken_is_no_refusal(db: Database, status: int) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({}, status=status)

    async with agency(answer) as url:
        ours = Exchange(make_city(url), db)
        got = await ours.ask(about(operation="police.pay", params={"amount": "1", "paid_on": "2026-11-23"}))
        await ours.aclose()
    assert (got.outcome, got.code) == (Outcome.FAULT, f"http_{status}")


async def test_a_closed_fault_that_comes_back_is_open_again(db: Database) -> None:
    await asked(db, mz="18")
    with db.transaction() as session:
        assert close(session, faults(db)[0].key, "admin:a")
        assert count_open(session) == 0
    await asked(db, mz="18")
    assert len(faults(db)) == 1


@given(st.text(max_size=12))
def test_no_code_however_strange_voids_or_invents_a_value(code: str) -> None:
    form = parse_format("codes:kind", {"kind": {"1": "one"}})
    data = Translation({}, {"kind": "k", "name": "n"}, {"kind": form}).to_ours({"k": code, "n": "x"})
    assert data["name"] == "x"
    assert data.get("kind") == "one" if code == "1" else data.get("kind") != "one"
