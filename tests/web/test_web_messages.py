"""The words of the pages: complete in both languages, well set in Chinese, dates and amounts as people write them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onething.core.clock import frozen, today
from onething.core.formats import full_moment
from onething.notices.texts import defaults
from onething.web.http import formats, messages
from onething.web.http.icons import ICONS
from onething.web.view.inbox import said

WEB = Path(messages.__file__).parents[1]


def test_both_languages_say_the_same_things() -> None:
    assert messages.MESSAGES.differences() == []


def test_every_message_that_a_template_asks_for_exists() -> None:
    known = messages.MESSAGES.forms["zh"]
    asked: set[str] = set()
    for path in (WEB / "templates").rglob("*.html"):
        asked |= set(re.findall(r"""\bt\(["']([a-z_]+(?:\.[a-z_0-9]+)+)["'][,)]""", path.read_text(encoding="utf-8")))
    for path in WEB.rglob("*.py"):
        asked |= set(re.findall(r"""\.t\("([a-z_]+(?:\.[a-z_0-9]+)+)"[,)]""", path.read_text(encoding="utf-8")))
    assert len(asked) > 150
    assert sorted(asked - known.keys()) == []


def test_chinese_messages_use_chinese_punctuation_and_english_ones_no_chinese() -> None:
    half = [
        key for key, text in messages.MESSAGES.forms["zh"].items() if re.search(r"[\u4e00-\u9fff][,;?!]", str(text))
    ]
    assert half == []
    mixed = [key for key, text in messages.MESSAGES.forms["en"].items() if re.search(r"[\u4e00-\u9fff]", str(text))]
    assert mixed == ["common.other_language"]


def test_templates_ask_only_for_icons_that_are_drawn() -> None:
    asked: set[str] = set()
    for path in (WEB / "templates").rglob("*.html"):
        asked |= set(re.findall(r"""icon\(["']([a-z-]+)["']""", path.read_text(encoding="utf-8")))
    assert asked <= ICONS.keys()


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text), path.name


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [(0.001, "不到1分钟", "under a minute"), (1 / 60, "1分钟", "1 minute"), (0.5, "30分钟", "30 minutes"),
     (4, "4小时", "4 hours"), (360, "15天", "15 days")],
)  # fmt: skip
def test_lengths_of_time_read_as_people_say_them(hours: float, zh: str, en: str) -> None:
    assert formats.length(hours, "zh") == zh
    assert formats.length(hours, "en") == en


def test_dates_and_amounts() -> None:
    assert formats.day("2026-11-01", "zh") == "2026年11月1日"
    assert formats.day("2026-11-01", "en") == "1 November 2026"
    assert formats.day("soon", "en") == "soon"
    assert full_moment("2026-11-21T08:15").zh == "2026年11月21日 08:15"
    assert formats.money("1600", "zh") == "1,600.00元"


def test_moments_are_told_on_a_clock_in_china() -> None:
    with frozen(datetime(2026, 11, 23, 20, 0, tzinfo=UTC)):
        assert today().day == 24
        assert formats.moment(datetime(2026, 11, 23, 17, 5, tzinfo=UTC), "zh") == "今天 01:05"
        assert formats.moment(datetime(2026, 11, 23, 17, 5, tzinfo=UTC) - timedelta(days=1), "en") == "yesterday 01:05"


def test_half_width_punctuation_in_data_is_set_properly() -> None:
    assert formats.typeset("请核对,然后提交;好吗?") == "请核对，然后提交；好吗？"
    assert formats.typeset("时间 08:15, see https://a.b/?c=d") == "时间 08:15, see https://a.b/?c=d"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("“出生”已撤回。出生证照旧有效。详情：http://127.0.0.1/c/1", "“出生”已撤回。出生证照旧有效。"),
        ("Your company will receive 1 yuan: http://127.0.0.1/c/1", "Your company will receive 1 yuan."),
        ("It was withdrawn. Details: http://127.0.0.1/c/1", "It was withdrawn."),
        ("林女士，别人办事查询或用到您的信息，详情：http://a/me", "林女士，别人办事查询或用到您的信息。"),
        ("王女士，“出生”已受理，正在办理，进度：http://a/c", "王女士，“出生”已受理，正在办理。"),
        ("王女士，6 项办好了，证照在这里：http://a/c", "王女士，6 项办好了。"),
        ("您提的政策建议有答复了：http://a/c", "您提的政策建议有答复了。"),
        ("王女士，“出生”全部办完，不用再跑腿：http://a/c", "王女士，“出生”全部办完，不用再跑腿。"),
        ("Somebody's application names you. What, and on what ground: http://a/c", "Somebody's application names you."),
        (
            "Your 出生 application was not granted. The reasons and what you can do are here: http://a/c",
            "Your 出生 application was not granted.",
        ),
        ("Handbook is done; your certificate is ready: http://a/c", "Handbook is done; your certificate is ready."),
    ],
)
def test_a_message_beside_its_link_leads_nowhere_in_words(sent: str, shown: str) -> None:
    assert said(sent) == shown


def test_no_message_of_ours_points_at_an_address_that_is_not_said() -> None:
    """Every form of every message that ends with an address is a whole sentence without it."""
    for name, template in defaults().items():
        for text in (template.text.zh, template.text.en):
            if not text.endswith("{link}"):
                continue
            shown = said(text.replace("{link}", "http://127.0.0.1/case/1"))
            assert not re.search(r"[，：；,:;]\s*[。.]|[：:]$|[：:][。.]$|在这里|here\.$", shown), (name, shown)
