"""What pages promise to be told by text message is sent as one: each promise has its events, and nothing else is promised."""

import re
from pathlib import Path

import pytest
import yaml

import onething
from onething.catalog.service import load_city
from onething.core.i18n import Texts
from onething.notices.texts import defaults, template_for

ROOT = Path(onething.__file__).parent
CITIES = Path(__file__).parents[2] / "cities"

DONE = ("certificate.issued", "case.finished", "case.finished:partly_done")
PROMISED = {
    "about.step4": DONE,
    "case.reminders_text": ("reminder.due",),
    "company.tells.ordered": ("benefit.paid",),
    "filing.others_asked": ("consent.asked",),
    "filing.what_happens_told": DONE,
    "filing.done_next_2": DONE,
    "filing.done_next_3": ("supplement.requested", "task.failed"),
    "me.no_messages_text": (
        "certificate.issued",
        "task.failed",
        "supplement.requested",
        "case.finished",
        "case.refused",
    ),
    "startup.invite_text": ("signature.invited",),
    "startup.invite_do": ("signature.invited",),
    "startup.invited": ("signature.invited",),
    "startup.state.invited": ("signature.invited",),
}
"""Key of a page's sentence → the events of which it promises a text message."""
NO_PROMISE = {"filing.what_happens_told_here", "startup.code"}
"""Sentences about text messages that promise none."""


def sentences() -> dict[str, dict[str, str]]:
    """Every sentence of the pages, and of rooms that speak to applicants: key → language → words."""
    pages = Texts(ROOT / "web" / "messages")
    found = {
        key: {
            lang: pages.say(lang, key) if isinstance(pages.forms[lang][key], str) else str(pages.forms[lang][key])
            for lang in ("zh", "en")
        }
        for key in pages.forms["zh"]
    }
    for room in ("intake", "review", "casework", "planning", "payments"):
        texts = Texts(ROOT / room / "texts.yaml")
        found |= {
            f"{room}:{key}": {lang: str(texts.forms[lang][key]) for lang in ("zh", "en")} for key in texts.forms["zh"]
        }
    return found


def promising() -> set[str]:
    said = re.compile(r"短信|text message|\bSMS\b|text you")
    citizens = {
        key: words
        for key, words in sentences().items()
        if key.partition(".")[0] not in ("console", "styleguide", "oversight", "status", "faults")
    }
    return {key for key, words in citizens.items() if any(said.search(each) for each in words.values())}


def test_every_sentence_about_text_messages_is_on_the_list() -> None:
    assert promising() == set(PROMISED) | NO_PROMISE


@pytest.mark.parametrize("key", sorted(PROMISED))
def test_what_a_page_promises_is_sent(key: str) -> None:
    for event in PROMISED[key]:
        assert defaults()[event].sms, f"{key} promises a text message of {event}"
    for folder in sorted(each.parent for each in CITIES.glob("*/city.yaml")):
        for life_event in load_city(folder).life_events:
            for event in PROMISED[key]:
                template = template_for(event, life_event)
                assert template is not None
                assert template.sms


def test_a_city_promises_only_what_is_sent() -> None:
    """Of city data: the founders' question, whose shareholders are invited to sign."""
    said = [
        (path.parent.name, str(node))
        for path in CITIES.glob("*/*/life_event.yaml")
        for node in yaml.safe_load(path.read_text("utf-8")).get("questions", ())
        if "短信" in str(node)
    ]
    assert {event for event, _ in said} <= {"startup"}
    assert all("股东" in words for _, words in said)
    assert defaults()["signature.invited"].sms
