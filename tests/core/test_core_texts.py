"""The sentences that rooms say: complete in both languages, each one asked for somewhere, none asked for in vain."""

import re
from pathlib import Path

import pytest

import onething
from onething.core.i18n import Text, Texts

SRC = Path(onething.__file__).parent
ROOMS = sorted(path.parent for path in SRC.glob("*/texts.yaml"))
SAID = re.compile(r"""\b(?:say|texts_of\(__name__\)|say\.say)\((?:\w+, |"zh", )?\s*(f?)["']([^"'{]+)""")


def _asked(room: Path) -> tuple[set[str], set[str]]:
    """Keys that the room's code names in full, and the fronts of those it completes from a code."""
    whole: set[str] = set()
    fronts: set[str] = set()
    for path in room.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "texts_of" not in text:
            continue
        for formed, key in SAID.findall(text):
            (fronts if formed else whole).add(key)
    return whole, fronts


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_the_same_in_both_languages_and_nothing_in_vain(room: Path) -> None:
    texts = Texts(room / "texts.yaml")
    assert texts.differences() == []
    known = set(texts.forms["zh"])
    whole, fronts = _asked(room)
    assert sorted(whole - known) == [], "asked for, but not written"
    unsaid = {key for key in known - whole if not any(key.startswith(front) for front in fronts)}
    assert sorted(unsaid) == [], "written, but nobody says it"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_english_holds_no_chinese_and_no_sentence_is_empty(room: Path) -> None:
    texts = Texts(room / "texts.yaml")
    assert [key for key, form in texts.forms["en"].items() if re.search(r"[\u4e00-\u9fff]", str(form))] == []
    assert [key for forms in texts.forms.values() for key, form in forms.items() if not form] == []


def _written(tmp_path: Path, text: str) -> Texts:
    path = tmp_path / "texts.yaml"
    path.write_text(text, encoding="utf-8")
    return Texts(path)


def test_values_are_put_in_by_language_and_numbers_choose_the_form(tmp_path: Path) -> None:
    say = _written(
        tmp_path,
        """
queue:
  done: {zh: "{agency}办好了", en: "{agency} completed it"}
  left:
    zh: 还有{n}件
    en: {one: "{n} case left", other: "{n} cases left"}
""",
    )
    assert say("queue.done", agency=Text(zh="公安", en="Police")) == Text(zh="公安办好了", en="Police completed it")
    assert say("queue.left", n=1) == Text(zh="还有1件", en="1 case left")
    assert say.say("en", "queue.left", n=2) == "2 cases left"
    assert say("queue.done").fill(agency="X").en == "X completed it", "without values the places stay"
    with pytest.raises(KeyError):
        say("queue.lost")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [('a: {zh: "{n}件", en: "cases"}', "other places: a"), ("a: {zh: {x: 一}, en: {y: one}}", "only in zh: a.x")],
)
def test_what_only_one_language_says_is_found(tmp_path: Path, text: str, wrong: str) -> None:
    assert wrong in _written(tmp_path, text).differences()


@pytest.mark.parametrize("text", ["a: 一", "a: {zh: 一}", "a: {b: {en: one}}"])
def test_a_sentence_in_one_language_alone_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="must say"):
        _ = _written(tmp_path, text).forms
