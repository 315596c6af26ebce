"""What robots decide without a browser: which field is meant, and whether what stands there is what was entered."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.exchange.contrib.robot.finding import Thing, choose
from onething.exchange.contrib.robot.reading_back import as_date, same
from onething.exchange.contrib.robot.script import Element, ScriptError, load_script
from onething.sandbox import oldweb

SCRIPTS = Path(oldweb.__file__).parent / "scripts"
COMPANY = Element(label="单位名称", name="DWMC")


def field(index: int, label: str, name: str = "") -> Thing:
    return Thing(index, True, label, "", name)


def test_a_field_is_found_by_its_label_and_nothing_is_amiss() -> None:
    found = choose(COMPANY, [field(0, "备注："), field(1, "* 单位名称：", "DWMC")])
    assert found is not None
    assert (found.index, found.drift) == (1, "")


def test_a_changed_label_is_found_by_name_and_reported() -> None:
    found = choose(COMPANY, [field(0, "备注", "BZ"), field(1, "用章单位名称", "DWMC")])
    assert found is not None
    assert found.index == 1
    assert "用章单位名称" in found.drift


def test_a_changed_name_is_found_by_its_label() -> None:
    found = choose(COMPANY, [field(0, "单位名称", "ctl00_txt1"), field(1, "单位地址", "ctl00_txt2")])
    assert found is not None
    assert found.index == 0


def test_two_fields_that_could_be_meant_are_nobodys_guess() -> None:
    assert choose(Element(label="名称"), [field(0, "名称A"), field(1, "名称B")]) is None
    assert choose(COMPANY, [field(0, "电话"), field(1, "备注")]) is None


def test_a_hidden_field_is_not_there() -> None:
    assert choose(COMPANY, [Thing(0, True, "单位名称", "", "DWMC", visible=False)]) is None


@pytest.mark.parametrize(
    ("kind", "meant", "there", "equal"),
    [
        ("text", "深圳市好茶有限公司", "深圳市好茶有限公司 ", True),
        ("text", "深圳市好茶有限公司", "深圳市好荼有限公司", False),
        ("text", "91440300MA5ABCDE1X", "９１４４０３００ＭＡ５ＡＢＣＤＥ１Ｘ", True),
        ("text", "100.00", "100", True),
        ("text", "100.00", "1000", False),
        ("date", "2026-11-03", "2026年11月3日", True),
        ("date", "2026-11-03", "2026-03-11", False),
        ("date", "2026-11-03", "", False),
    ],
)
def test_what_counts_as_the_same(kind: str, meant: str, there: str, equal: bool) -> None:
    assert same(Element(label="x", kind=kind), meant, there) is equal  # type: ignore[arg-type]


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_two_values_are_the_same_unless_they_read_the_same(meant: str, there: str) -> None:
    element = Element(label="x")
    assert same(element, meant, meant)
    assert same(element, meant, there) == same(element, there, meant)


@given(st.integers(0, 20000), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日"]))
def test_a_day_is_the_same_day_in_every_spelling(days: int, form: str) -> None:
    day = date(1990, 1, 1) + timedelta(days=days)
    assert as_date(day.strftime(form)) == day


@pytest.mark.parametrize("name", ["seal", "fund"])
def test_the_sandbox_scripts_are_sound(name: str) -> None:
    assert load_script(SCRIPTS / f"{name}.yaml").procedures


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("hit.row", "hit.nowhere", "nowhere"),
        ("- click: menu.search", "- {click: menu.search, open: login}", "one verb"),
        ("    check:\n", "    checks:\n", "checks"),
        ("robot: 1", "robot: [", ""),
    ],
)
def test_a_broken_script_is_refused_with_its_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text((SCRIPTS / "seal.yaml").read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ScriptError, match=r"broken\.yaml") as refused:
        load_script(path)
    assert says in str(refused.value)
