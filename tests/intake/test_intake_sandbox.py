"""Against the sandbox's real agencies over HTTP: sound births pass at once, others are caught before they are filed."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from intake_world import FakeExchange, FakeReader, World, document, sign_in

from onething.catalog.service import get_city
from onething.core.db import Database
from onething.documents.service import document_types
from onething.exchange.service import Exchange
from onething.exchange.settings import ExchangeSettings
from onething.intake import service as intake
from onething.sandbox.service import CityHandles, running

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city() -> Iterator[CityHandles]:
    with running(people=400, births=24) as handles:
        yield handles


def certificate_of(birth: dict[str, Any]) -> dict[str, str]:
    """What is printed on the paper."""
    printed = {field.name for field in next(kind for kind in document_types() if kind.id == "birth_certificate").fields}
    return {name: str(value) for name, value in birth.items() if name in printed and value not in (None, "")}


def file(db: Database, certificate: dict[str, str], settings: Any) -> World:
    """Photo, answers and consents of one mother, and everything the agencies say."""
    me = sign_in(db, certificate["mother_name"], certificate["mother_id_number"])
    world = World(db, me, FakeReader(), FakeExchange())
    world.start()
    world.upload(document("birth_certificate", certificate))
    world.answer()
    world.consent()

    async def ask() -> None:
        exchange = Exchange(get_city(), db, settings=settings)
        try:
            await intake.prefill(db, exchange, me, world.filing)
        finally:
            await exchange.aclose()

    asyncio.run(ask())
    return world


def test_sound_births_pass_without_an_officer(db: Database, city: CityHandles) -> None:
    settings = ExchangeSettings(gateways=city.gateways)
    births = city.births(plain=True, limit=10)
    assert len(births) >= 5
    for birth in births:
        world = file(db, certificate_of(birth), settings)
        view = world.view()
        assert view.fix_now == (), [(f.code, f.slot, f.field, f.values) for f in view.fix_now]
        assert view.officer == (), [(f.code, f.slot, f.field, f.values) for f in view.officer]
        assert {registry.outcome for registry in view.registries} <= {"ok", "not_found"}
        assert world.submit().reference


def test_a_misread_certificate_number_is_caught_before_filing(db: Database, city: CityHandles) -> None:
    settings = ExchangeSettings(gateways=city.gateways)
    certificate = certificate_of(city.births(plain=True, limit=1, offset=10)[0])
    number = certificate["certificate_number"]
    wrong = number[:-1] + str((int(number[-1]) + 5) % 10)
    world = file(db, certificate | {"certificate_number": wrong}, settings)
    assert {"not_on_record", "mismatch"} & {finding.code for finding in world.view().fix_now}
    assert not world.view().may_submit
