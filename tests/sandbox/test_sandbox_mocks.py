"""Agencies mocked from a package's data speak as the catalog says that they speak."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from onething.catalog.models import City, Mock, MockAgency, MockRefusal, Sandbox
from onething.catalog.service import load_city
from onething.core import clock
from onething.exchange.service import AgencySide
from onething.sandbox.mocks.app import make_app
from onething.sandbox.mocks.desk import Act

HARBOUR = Path(__file__).parents[1] / "catalog" / "data" / "harbour"
CITIES = sorted(file.parent for file in (Path(__file__).parents[2] / "cities").glob("*/city.yaml"))
MOCKED = Sandbox(
    agencies=(
        MockAgency(
            agency="hrss",
            records={"careers": ({"id_number": "A1", "months": 200, "employer": "港务局"}, {"id_number": "A2", "months": 3})},
            operations={
                "career": Mock(find="careers"),
                "grant_pension": Mock(
                    find="careers",
                    refuse=(MockRefusal(when="record.months < 180", code="E7", reason="未满十五年"),),
                    once=("id_number",),
                    give={"monthly_amount": "record.months * 20"},
                    numbers={"pension_number": "P{year}{serial:4}"},
                    keep="pensions",
                ),
                "cancel_pension": Mock(drop="pensions"),
            },
        ),
    )
)  # fmt: skip


@pytest.fixture
async def harbour(tmp_path: Path) -> AsyncIterator[AsyncClient]:
    city = load_city(HARBOUR).model_copy(update={"sandbox": MOCKED})
    async with AsyncClient(transport=ASGITransport(make_app(city, tmp_path)), base_url="http://mocks") as client:
        yield client


async def post(client: AsyncClient, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
    answer = await client.post(path, json=body, headers={"Idempotency-Key": key} if key else {})
    return answer.status_code, answer.json()


async def test_a_query_answers_the_record_in_the_agencys_own_names(harbour: AsyncClient) -> None:
    assert await post(harbour, "/hrss/career", {"idNo": "A1"}) == (200, {"data": {"months": 200, "employer": "港务局"}})
    assert (await post(harbour, "/hrss/career", {"idNo": "A9"}))[0] == 404


async def test_an_order_has_one_effect_a_number_and_its_own_refusals(harbour: AsyncClient) -> None:
    number = f"P{clock.today().year}0001"
    granted = (200, {"data": {"no": number, "amount": 4000}})
    assert await post(harbour, "/hrss/pension", {"idNo": "A1", "acct": "6"}, "k1") == granted
    assert await post(harbour, "/hrss/pension", {"idNo": "A1", "acct": "6"}, "k1") == granted
    assert (await harbour.get("/hrss/_effects", params={"key": "k1"})).json()["count"] == 1
    status, told = await post(harbour, "/hrss/pension", {"idNo": "A1", "acct": "6"}, "k2")
    assert status == 409
    assert told["data"]["no"] == number
    assert await post(harbour, "/hrss/pension", {"idNo": "A2", "acct": "6"}, "k3") == (
        409,
        {"code": "E7", "message": "未满十五年"},
    )
    assert (await post(harbour, "/hrss/pension/cancel", {"no": number}, "k4"))[0] == 200
    assert (await post(harbour, "/hrss/pension/cancel", {"no": number}, "k5"))[0] == 404
    assert (await post(harbour, "/hrss/pension", {"idNo": "A1", "acct": "6"}, "k6"))[1]["data"][
        "no"
    ] == f"P{clock.today().year}0002"


async def test_of_what_nobody_says_anything_orders_are_carried_out_with_made_up_values(harbour: AsyncClient) -> None:
    status, told = await post(harbour, "/transit/pass", {"name": "李", "to": "海滨路1号"}, "k1")
    assert status == 200
    assert told["no"]
    assert (await post(harbour, "/medins/nothing", {}, "k2"))[0] == 404


async def test_a_mocked_agency_can_misbehave_like_the_others(harbour: AsyncClient) -> None:
    await harbour.post("/hrss/_control", json={"outage": True})
    assert (await harbour.post("/hrss/career", json={"idNo": "A1"})).status_code == 503


@pytest.mark.parametrize("folder", CITIES, ids=lambda path: path.name)
def test_every_operation_of_every_shipped_city_understands_what_a_mock_of_it_says(folder: Path) -> None:
    city: City = load_city(folder)
    for agency, operation in city.operations():
        kind = city.evidence_type(operation.gives) if operation.gives else None
        if agency.gateway.adapter != "rest" or kind is None:
            continue
        act = Act(city, agency, MockAgency(agency=agency.id), operation, kind, AgencySide(agency, operation))
        meant = {
            spec.id: act.made_up(spec, 7)
            for spec in kind.fields
            if spec.id in operation.response and spec.type != "rows"
        }
        status, body = act.side.good(meant)
        assert _understood(agency, operation, status, body) == meant, f"{agency.id}.{operation.id}"


def _understood(agency: Any, operation: Any, status: int, body: Any) -> Any:
    from onething.exchange.base import Request
    from onething.exchange.models import Call, Outcome
    from onething.exchange.wire.reply_interpretation import judge
    from onething.exchange.wire.translation import translation_of

    call = Call(operation="x", params={}, purpose="x", ground="x", key="x")
    reply = judge(status, body, translation_of(agency, operation), Request(agency, operation, {}, "x", 1.0, "x", call))
    assert reply.outcome is Outcome.OK, reply
    return dict(reply.data)
