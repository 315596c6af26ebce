"""The real package: complete in both languages, on legal ground, and no dearer to read than it must be."""

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from onething.catalog import service
from onething.catalog.models import City, LifeEvent
from onething.catalog.service import check, file_of, find_event, get_city, load_city, rules_of
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.settings import get_settings
from onething.documents.service import document_types, render_certificate
from onething.planning.service import resolve_params
from onething.rules.service import decide, load_rules

CITIES = Path(__file__).parents[2] / "cities"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(CITIES / "shanghai")


@pytest.fixture(scope="module")
def newborn(city: City) -> LifeEvent:
    return find_event(city, "newborn")


def _texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)


def test_nothing_is_wrong_with_it() -> None:
    assert [problem.text() for problem in check(CITIES / "shanghai")] == []


def test_the_newborn_event_is_whole(city: City, newborn: LifeEvent) -> None:
    assert {each.agency for each in newborn.services} <= {agency.id for agency in city.agencies}
    replaced = {name for each in newborn.services for name in each.old_way.documents}
    assert replaced == {paper.id for paper in newborn.paper}, "each paper of the old way is one that somebody asked for"
    for each in newborn.services:
        assert each.grounds, each.id
        assert each.working_days >= 1
        assert each.promised_hours <= 24


def test_both_languages_are_complete(city: City) -> None:
    seen = list(_texts(city))
    assert len(seen) > 300
    for text in seen:
        assert text.zh.strip(), text
        assert text.en.strip(), text
        assert not re.search("[一-鿿]", text.en), text


def test_only_what_no_agency_knows_is_asked(newborn: LifeEvent) -> None:
    asked = {question.field for question in newborn.questions}
    assert asked == {
        "choices.household_of", "choices.home_address", "choices.pay_premium", "deduction_choice.share",
        "payout_account.bank", "payout_account.account_number",
    }  # fmt: skip


def test_every_upload_is_a_document_that_can_be_read(city: City) -> None:
    readable = {kind.id for kind in document_types()}
    for kind in city.evidence_types:
        assert kind.document_type is None or kind.document_type in readable
        assert set(kind.from_document) <= readable


def test_rules_decide_a_plain_case_and_find_an_odd_one(city: City, newborn: LifeEvent) -> None:
    assert newborn.review
    path, name = rules_of(city, newborn, newborn.review)
    facts = {
        "applicant": {"id_number": "C"},
        "birth_certificate": {
            "mother_id_number": "A", "father_id_number": "B", "mother_name": "王芳", "father_name": "张伟",
            "child_name": "李㼆", "born_at": "2026-09-01T08:00",
        },
        "choices": {"household_of": "mother"},
        "mother_household": {"household_type": "collective"},
    }  # fmt: skip
    found = {result.id for result in decide(load_rules(path, name), facts, date(2026, 11, 23)).fired}
    assert found == {
        "applicant_is_a_parent", "surname_of_neither_parent", "rare_characters", "collective_household",
        "later_than_a_month",
    }  # fmt: skip
    facts["applicant"] = {"id_number": "A"}
    facts["birth_certificate"] |= {"child_name": "张小明", "born_at": "2026-11-01T08:00"}
    facts["mother_household"] = {"household_type": "family"}
    assert decide(load_rules(path, name), facts, date(2026, 11, 23)).fired == []


def test_a_decision_without_facts_is_undecided_never_no(city: City, newborn: LifeEvent) -> None:
    ruled = [each for each in newborn.services if each.rules]
    assert ruled
    for each in ruled:
        path, name = rules_of(city, newborn, each.rules or "")
        outcome = decide(load_rules(path, name), {}, date(2026, 11, 23)).outcome
        assert str(outcome) != "yes"
    path, name = rules_of(city, newborn, "rules/decisions.yaml#household_registration")
    assert str(decide(load_rules(path, name), {}, date(2026, 11, 23)).outcome) == "undecided"


@pytest.mark.slow
def test_every_certificate_renders_in_both_languages(city: City) -> None:
    forms = [kind for kind in city.evidence_types if kind.certificate]
    assert len(forms) == 7
    for kind in forms:
        assert kind.certificate
        data = {**resolve_params(kind.certificate.with_, {}), "certificate_title": kind.certificate.title.zh}
        for lang in ("zh", "en"):
            content = render_certificate(file_of(city, kind.certificate.template), data, lang)
            assert content.startswith(b"%PDF")


def test_files_outside_the_package_are_out_of_reach(city: City) -> None:
    with pytest.raises(ValueError):
        file_of(city, "../../pyproject.toml")


def test_an_unknown_life_event_names_those_there_are(city: City) -> None:
    with pytest.raises(Problem) as raised:
        find_event(city, "newbron")
    assert "newborn" in raised.value.next.zh


def test_the_version_follows_the_content(shanghai: Path) -> None:
    before = load_city(shanghai).version
    again = load_city(Path(shutil.copytree(shanghai, shanghai.parent / "copy"))).version
    with (shanghai / "newborn/templates/subsidy.typ").open("a", encoding="utf-8") as template:
        template.write("\n// changed\n")
    assert before == again != load_city(shanghai).version


@pytest.fixture
def installed(shanghai: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that serves a copy of the package."""
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(shanghai.parent))
    get_settings.cache_clear()
    return shanghai


def test_many_threads_share_one_loaded_city(installed: Path) -> None:
    got: list[City] = []
    threads = [threading.Thread(target=lambda: got.append(get_city())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len({id(each) for each in got}) == 1


def test_saved_changes_are_seen_in_development(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LOOK_AGAIN", 0.0)
    event = installed / "newborn/life_event.yaml"
    before = get_city()
    event.write_text(event.read_text().replace("zh: 新生儿出生一件事", "zh: 出生一件事", 1))
    assert find_event(get_city(), "newborn").name.zh == "出生一件事" != find_event(before, "newborn").name.zh


def test_a_broken_save_keeps_the_last_good_package(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LOOK_AGAIN", 0.0)
    before = get_city()
    (installed / "newborn/life_event.yaml").write_text("id: [")
    assert get_city() is before


def test_production_reads_a_package_once(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LOOK_AGAIN", 0.0)
    monkeypatch.setenv("ONETHING_PRODUCTION", "true")
    get_settings.cache_clear()
    before = get_city()
    (installed / "newborn/life_event.yaml").write_text("id: [")
    assert get_city() is before
