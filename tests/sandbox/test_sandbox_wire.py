"""The city package and the eight agencies speak the same language: every operation is asked through the real exchange."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from onething.catalog.service import load_city
from onething.core.db import Database
from onething.core.ids import new_id
from onething.core.settings import get_settings
from onething.exchange.models import Answer, Call, Outcome
from onething.exchange.service import Exchange
from onething.exchange.settings import ExchangeSettings
from onething.sandbox.population.places import citizen_id
from onething.sandbox.service import CityHandles

Ask = Any


@pytest.fixture
async def exchange(sandbox: CityHandles, db: Database) -> AsyncIterator[Exchange]:
    city = load_city(get_settings().cities_dir / "shanghai")
    exchange = Exchange(city, db, settings=ExchangeSettings(gateways=sandbox.gateways))
    yield exchange
    await exchange.aclose()


async def ask(exchange: Exchange, operation: str, key: str = "", **params: Any) -> Answer:
    return await exchange.ask(
        Call(operation, params, purpose="test", ground="test", key=key or new_id("key"), case_id="case_1")
    )


async def good(exchange: Exchange, operation: str, key: str = "", **params: Any) -> dict[str, Any]:
    answer = await ask(exchange, operation, key, **params)
    assert answer.outcome is Outcome.OK, (operation, answer.outcome, answer.code, answer.reason)
    return answer.data


async def test_the_happy_mothers_registries_answer_in_our_words(exchange: Exchange, sandbox: CityHandles) -> None:
    persona = sandbox.persona("happy_mother")
    mother, father, birth = persona["mother"]["id_number"], persona["father"]["id_number"], persona["births"][0]
    record = await good(
        exchange, "health.birth_record", certificate_number=birth["certificate_number"], mother_id_number=mother
    )
    for name in (
        "certificate_number",
        "child_name",
        "child_sex",
        "born_at",
        "weight_g",
        "hospital",
        "father_name",
        "issued_on",
    ):
        assert record[name] == birth[name], name
    person = await good(exchange, "police.resident", id_number=mother)
    assert (person["name"], person["sex"], person["birth_date"], person["status"]) == (
        "林晓雯",
        "female",
        "1994-03-12",
        "active",
    )
    home = await good(exchange, "police.household", id_number=mother)
    assert (home["household_number"], home["household_type"], home["head_id_number"]) == (
        "310104007212",
        "family",
        father,
    )
    assert home["member_count"] >= 2
    marriage = await good(exchange, "civil.marriage", id_number=father)
    assert (marriage["wife_id_number"], marriage["registered_on"], marriage["status"]) == (
        mother,
        "2021-05-20",
        "valid",
    )
    insured = await good(exchange, "medins.insured", id_number=mother)
    assert (insured["scheme"], insured["status"], insured["months_paid"]) == ("employee", "active", 61)
    stay = await good(exchange, "medins.maternity_stay", mother_id_number=mother, born_on=birth["born_at"][:10])
    assert (stay["delivery_kind"], stay["total_cost"]) == ("normal", "6842.50")
    job = await good(exchange, "hrss.employment", id_number=mother)
    assert (job["employer"], job["average_wage"]) == ("上海申达信息科技有限公司", "14200.00")
    account = await good(exchange, "hrss.card_account", id_number=mother)
    assert (account["account_number"], account["account_name"]) == ("6222024344395891755", "林晓雯")
    assert (await good(exchange, "tax.taxpayer", id_number=mother))["status"] == "active"
    assert (await ask(exchange, "civil.low_income", id_number=mother)).outcome is Outcome.NOT_FOUND


async def carry_out(exchange: Exchange, birth: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every service of the event for one birth, in an order that data allows."""
    number, mother, born_on = birth["certificate_number"], birth["mother_id_number"], birth["born_at"][:10]
    child = {"child_name": birth["child_name"], "child_sex": birth["child_sex"], "born_at": birth["born_at"]}
    home = birth["mother_household"]
    account = {"account_number": birth["account_number"], "bank": birth["bank"]}
    done: dict[str, dict[str, Any]] = {}
    done["health.withdraw_birth_certificate"] = await good(
        exchange, "health.issue_birth_certificate", certificate_number=number, mother_id_number=mother
    )
    entry = done["police.cancel_birth_registration"] = await good(
        exchange, "police.register_birth", certificate_number=number, household_number=home["number"],
        mother_id_number=mother, father_id_number=birth["father_id_number"], **child,
    )  # fmt: skip
    done["cdc.close_immunisation_record"] = await good(
        exchange, "cdc.open_immunisation_record", certificate_number=number, address=home["address"],
        guardian_name=birth["mother_name"], phone=birth["mother_phone"], **child,
    )  # fmt: skip
    done["maternal.close_child_record"] = await good(
        exchange, "maternal.open_child_record", certificate_number=number, child_name=birth["child_name"],
        born_at=birth["born_at"], address=home["address"], phone=birth["mother_phone"],
    )  # fmt: skip
    who = {"child_id_number": entry["id_number"], "child_name": birth["child_name"]}
    insurance = done["medins.cancel_enrolment"] = await good(
        exchange,
        "medins.enrol_resident",
        born_on=born_on,
        household_number=home["number"],
        guardian_id_number=mother,
        **who,
    )
    done["tax.refund_premium"] = await good(
        exchange, "tax.pay_premium", insurance_number=insurance["insurance_number"], child_id_number=entry["id_number"],
        premium=insurance["premium"], payer_id_number=mother,
    )  # fmt: skip
    assert done["tax.refund_premium"]["amount"] == insurance["premium"]
    stay = await good(exchange, "medins.maternity_stay", mother_id_number=mother, born_on=born_on)
    done["medins.cancel_claim"] = await good(
        exchange,
        "medins.claim_maternity",
        mother_id_number=mother,
        settlement_number=stay["settlement_number"],
        **account,
    )
    done["hrss.cancel_card"] = await good(
        exchange,
        "hrss.apply_card",
        guardian_id_number=mother,
        delivery_address=home["address"],
        phone=birth["mother_phone"],
        **who,
    )
    done["tax.cancel_deduction"] = await good(
        exchange,
        "tax.declare_infant_deduction",
        child_id_number=entry["id_number"],
        taxpayer_id_number=mother,
        share=100,
    )
    done["health.cancel_childcare_subsidy"] = await good(
        exchange, "health.apply_childcare_subsidy", born_on=born_on, guardian_id_number=mother, **who, **account
    )
    return done


async def test_every_service_can_be_carried_out_undone_and_done_again(exchange: Exchange, sandbox: CityHandles) -> None:
    birth = sandbox.births(plain=True)[0]
    done = await carry_out(exchange, birth)
    assert done["police.cancel_birth_registration"]["id_number"][6:14] == birth["born_at"][:10].replace("-", "")
    assert done["health.cancel_childcare_subsidy"]["amount"] == "3600.00"
    for undo, result in reversed(done.items()):
        await good(exchange, undo, **result)
    again = await carry_out(exchange, birth)
    first, second = done["police.cancel_birth_registration"], again["police.cancel_birth_registration"]
    assert first["id_number"] != second["id_number"], "a cancelled number must never be given again"


async def test_a_child_joins_an_assisted_family(exchange: Exchange, sandbox: CityHandles) -> None:
    persona = sandbox.persona("low_income_family")
    relief = await good(exchange, "civil.low_income", id_number=persona["mother"]["id_number"])
    assert relief["level"] == "minimum_living"
    params = {
        "household_number": relief["household_number"],
        "child_id_number": citizen_id("310110", "20261114", 1),
        "child_name": "何承恩",
    }
    result = await good(exchange, "civil.add_family_member", **params)
    again = await ask(exchange, "civil.add_family_member", **params)
    assert (again.outcome, again.data["file_number"]) == (Outcome.OK, result["file_number"]), (
        "done before, and told as that"
    )
    await good(exchange, "civil.remove_family_member", file_number=result["file_number"])


async def test_agencies_refuse_with_reasons(exchange: Exchange, sandbox: CityHandles) -> None:
    birth = sandbox.births(plain=True)[1]
    await carry_out(exchange, birth)
    common = {
        name: birth[name] for name in ("certificate_number", "child_name", "child_sex", "born_at", "mother_id_number")
    }
    twice = await ask(exchange, "police.register_birth", household_number=birth["mother_household"]["number"], **common)
    assert (twice.outcome, twice.code) == (Outcome.REFUSED, "3001")
    assert "已办理" in twice.reason
    elsewhere = sandbox.births(plain=True)[2]["mother_household"]["number"]
    stranger = await ask(
        exchange, "police.register_birth", household_number=elsewhere, **{**common, "certificate_number": "X1"}
    )
    assert (stranger.outcome, stranger.code) == (Outcome.REFUSED, "3003")
    unknown = await ask(
        exchange, "health.birth_record", certificate_number="X999999999", mother_id_number=birth["mother_id_number"]
    )
    assert unknown.outcome is Outcome.NOT_FOUND
    other = sandbox.births(plain=True)[2]
    pry = await ask(
        exchange, "health.birth_record",
        certificate_number=birth["certificate_number"], mother_id_number=other["mother_id_number"],
    )  # fmt: skip
    assert pry.outcome is Outcome.NOT_FOUND, "a record is only for its own mother"


async def test_personas_are_what_their_titles_say(exchange: Exchange, sandbox: CityHandles) -> None:
    unmarried = sandbox.persona("unmarried_mother")
    assert (
        await ask(exchange, "civil.marriage", id_number=unmarried["mother"]["id_number"])
    ).outcome is Outcome.NOT_FOUND
    assert unmarried["births"][0]["father_name"] == ""
    collective = await good(
        exchange, "police.household", id_number=sandbox.persona("collective_household")["mother"]["id_number"]
    )
    assert collective["household_type"] == "collective"
    renamed = sandbox.persona("name_changed")
    register = await good(exchange, "civil.marriage", id_number=renamed["mother"]["id_number"])
    assert (register["wife_name"], renamed["mother"]["name"]) == ("吴招娣", "吴若溪")
    assert len(sandbox.persona("twins")["births"]) == 2
    away = sandbox.persona("father_elsewhere")["father"]["id_number"]
    assert (await ask(exchange, "police.resident", id_number=away)).outcome is Outcome.NOT_FOUND
    misprint = sandbox.persona("misprinted_certificate")["births"][0]
    wrong, right = misprint["paper"]["mother_id_number"], misprint["mother_id_number"]
    assert sum(a != b for a, b in zip(wrong, right, strict=True)) == 1
    rare = await good(exchange, "police.resident", id_number=sandbox.persona("rare_name")["father"]["id_number"])
    assert rare["name"] == "禤昊焱"


async def test_twins_are_two_certificates_of_one_stay(exchange: Exchange, sandbox: CityHandles) -> None:
    first, second = sandbox.persona("twins")["births"]
    for birth in (first, second):
        record = await good(
            exchange, "health.birth_record",
            certificate_number=birth["certificate_number"], mother_id_number=birth["mother_id_number"],
        )  # fmt: skip
        assert record["child_name"] == birth["child_name"]
    one = await good(
        exchange, "medins.maternity_stay", mother_id_number=first["mother_id_number"], born_on=first["born_at"][:10]
    )
    two = await good(
        exchange, "medins.maternity_stay", mother_id_number=first["mother_id_number"], born_on=second["born_at"][:10]
    )
    assert one["settlement_number"] == two["settlement_number"]
    assert one["claimed"] is False
    account = {"account_number": first["account_number"], "bank": first["bank"]}
    await good(
        exchange, "medins.claim_maternity", mother_id_number=first["mother_id_number"],
        settlement_number=one["settlement_number"], **account,
    )  # fmt: skip
    later = await good(
        exchange, "medins.maternity_stay", mother_id_number=first["mother_id_number"], born_on=second["born_at"][:10]
    )
    assert later["claimed"] is True, "so that the second twin's filing does not claim again"


async def test_the_same_key_has_one_effect_and_one_answer(exchange: Exchange, sandbox: CityHandles) -> None:
    birth = sandbox.births(plain=True)[3]
    key = new_id("key")
    params = {"certificate_number": birth["certificate_number"], "mother_id_number": birth["mother_id_number"]}
    first = await good(exchange, "health.issue_birth_certificate", key, **params)
    second = await good(exchange, "health.issue_birth_certificate", key, **params)
    assert first == second
    async with httpx.AsyncClient() as client:
        effects = (await client.get(f"{sandbox.gateways['health']}/_effects", params={"key": key})).json()
    assert effects["count"] == 1
    other = sandbox.births(plain=True)[4]
    reused = await ask(
        exchange, "health.issue_birth_certificate", key,
        certificate_number=other["certificate_number"], mother_id_number=other["mother_id_number"],
    )  # fmt: skip
    assert (reused.outcome, reused.code) == (Outcome.REFUSED, "1003")
