"""The words: short enough for one SMS, complete in both languages, free of personal data, a city's own where it has them."""

import string
from dataclasses import replace

import pytest

from onething.catalog.models import LifeEvent
from onething.core.clock import now
from onething.core.events import Event
from onething.core.i18n import Text
from onething.core.settings import get_settings
from onething.notices.texts import Template, defaults, link_to, template_for, template_of, words
from onething.subjects.models import Person

PLACES = {
    "who",
    "event",
    "service",
    "agency",
    "reference",
    "link",
    "benefit",
    "amount",
    "code",
    "reason",
    "because",
    "left",
    "stays",
    "name",
    "day",
}
HER = Person("subj_1", "person", "王小丽", "310101199003070027", "13812345678", "zh", True, now())
LONG = {"name": "首次缴纳社会保险费和公积金", "day": "2027年1月15日", "who": "欧阳女士", "event": "新生儿出生一件事", "service": "城乡居民基本医疗保险参保登记", "agency": "卫生健康委员会", "reference": "", "code": "123456", "benefit": "研发费用补助", "amount": "500,000.00", "reason": "", "because": "您撤回了申请", "left": "城乡居民基本医疗保险参保登记等 7 项", "stays": "", "link": "https://ot.sh.gov.cn/case/CS20261123-7K4M-92QD"}  # fmt: skip


def life_event(**notices: Text) -> LifeEvent:
    some = Text(zh="出生一件事", en="newborn")
    return LifeEvent(
        id="newborn", name=some, summary=some, who=some, roles={}, slots=(), services=(), paper=(), lead_agency="health",
        notices={name.replace("_", "."): text for name, text in notices.items()},
    )  # fmt: skip


@pytest.mark.parametrize("event_type", list(defaults()))
def test_common_words_use_known_places_and_fit_one_sms(event_type: str) -> None:
    template = defaults()[event_type]
    for text in (template.text.zh, template.text.en):
        used = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert used <= PLACES
    if template.sms:
        assert len(template.text.zh.format(**LONG)) <= 96, "long names may spill over a little"
        usual = LONG | {
            "event": "出生一件事",
            "name": "首次纳税申报",
            "left": "出生户口登记等 7 项",
            "service": "社会保障卡申领",
            "who": "王女士",
        }
        assert len(template.text.zh.format(**usual)) <= 70
        assert len(template.text.en.format(**usual)) <= 160


def test_a_life_events_own_words_come_first_and_a_new_kind_buzzes() -> None:
    own = life_event(
        case_finished=Text(zh="{who}，宝宝的证都办好了", en="All done"), house_visited=Text(zh="来过了", en="visited")
    )
    assert template_for("case.finished", own) == Template(own.notices["case.finished"], sms=True)
    assert template_for("house.visited", own) == Template(own.notices["house.visited"], sms=True)
    assert template_for("case.submitted", own) == defaults()["case.submitted"]
    assert template_for("house.sold", own) is None
    ended = Event("case_1", "case.finished", data={"outcome": "partly_done"})
    assert template_of(ended, own) == defaults()["case.finished:partly_done"], (
        "words for success are no words for a part"
    )
    assert template_of(Event("case_1", "case.finished", data={"outcome": "done"}), own) == template_for(
        "case.finished", own
    )
    quiet = life_event(task_referred=Text(zh="在看", en="looking"))
    changed = template_for("task.referred", quiet)
    assert changed is not None
    assert not changed.sms


@pytest.mark.parametrize("text", ["{who", "}", "{}", "{0}", "{nobody}完", "{who.__class__}", "{link!r:>9}", "100%"])
def test_a_slip_in_a_citys_words_never_stops_a_case(text: str) -> None:
    event = Event("case_1", "case.finished", data={"reference": "CS1"})
    said = words(Template(Text(zh=text, en=text), sms=True), event, HER, None)
    assert "class" not in said or "{" in said


def test_the_link_is_short_and_leads_to_the_case() -> None:
    assert link_to("CS20261123-7K4M-92QD") == f"{get_settings().public_url}/case/CS20261123-7K4M-92QD"
    assert link_to("").endswith("/me")


def test_nobody_is_addressed_by_a_pronoun_alone() -> None:
    """People concerned by somebody else's filing are known by a number only."""
    unnamed = replace(HER, name="")
    text = words(defaults()["person.concerned"], Event("case_1", "person.concerned", data={}), unnamed, None)
    assert text.startswith("别人办事查询或用到您的信息")
    assert words(defaults()["person.concerned"], Event("case_1", "person.concerned", data={}), HER, None).startswith(
        "王女士，"
    )
