"""Whoever writes a package is told where a mistake is and which word was probably meant."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onething.catalog.service import CatalogError, CatalogProblem, check, load_city
from onething.core.errors import Problem

EVENT = "retire/life_event.yaml"
PENSION = "retire/services/1_pension.yaml"

# file, text in it, what a hurried person wrote instead, words of the message, the word that was meant
MISTAKES = [
    (EVENT, "type: career\n", "type: carreer\n", 'no evidence type called "carreer"', "career"),
    (EVENT, "registry: hrss.career", "registry: hrss.carer", 'no operation called "hrss.carer"', "hrss.career"),
    (EVENT, "registry: hrss.career", "registry: hrss.grant_pension", 'kind perform, not query', None),
    (EVENT, "{id_number: me.id_number}", "{id_nummer: me.id_number}", 'no parameter of "hrss.career"', "id_number"),
    (EVENT, "{id_number: me.id_number}", "{id_number: me.id_numer}", 'no field of "me"', "id_number"),
    (EVENT, "upload: household_page", "upload: houshold_page", 'read as "household_page"', "household_page"),
    (EVENT, "ask: [account_number, address]", "ask: [account_number, adress]", 'no field of "wishes"', "address"),
    (EVENT, "field: my_wishes.address", "field: my_wishes.account_number", "no question says how", None),
    (EVENT, "lead_agency: hrss", "lead_agency: hrs", 'no agency called "hrs"', "hrss"),
    (EVENT, "one_per: [me.id_number]", "one_per: [my.id_number]", 'no slot called "my"', None),
    (EVENT, "summary:", "sumary:", 'no "sumary" here', "summary"),
    (EVENT, "of: applicant, sources: [{upload", "off: applicant, sources: [{upload", 'no "off" here', "of"),
    (EVENT, "sources: [{upload: id_card_front}]", "sources: [{uplaod: id_card_front}]", "must say which it is", None),
    (EVENT, "replaced_by: my_card", "replaced_by: my_cart", 'no slot called "my_cart"', "my_card"),
    (EVENT, "id: my_pass,", "id: my_pasport,", 'fills the slot "my_pasport"', None),
    (PENSION, "agency: hrss", "agency: hrrs", 'no agency called "hrrs"', "hrss"),
    (PENSION, "my_career, my_wishes]", "my_carer, my_wishes]", 'no slot called "my_carer"', "my_career"),
    (PENSION, "outputs: [my_pension]", "outputs: []", "no outputs", None),
    (PENSION, "my_card, my_career, my_wishes]", "my_card, my_career]", 'reads "my_wishes": list it', None),
    (PENSION, "my_career.months < 180", "my_career.months < ", "cannot be understood", None),
    (PENSION, "officer_when: my_career.months", "officer_when: my_career.monts", 'no field of "my_career"', "months"),
    (PENSION, "#pension", "#pensions", "rules cannot be used", None),
    (PENSION, "rules/decisions.yaml", "rules/decision.yaml", "no rules file", "rules/decisions.yaml"),
    (PENSION, "documents: [id_copy", "documents: [id_coppy", "no paper document", "id_copy"),
    (PENSION, "working_days: 20", "working_days: soon", "valid integer", None),
    (PENSION, "requires: [me, my_card", "requires: [me, my_insurance, my_card", "wait for each other", None),
    (PENSION, "visits: 2", "visits: 2, vists: 3", 'no "vists" here', "visits"),
    ("agencies/hrss.yaml", "undo: cancel_pension", "undo: cancel_pensions", "no operation called", "cancel_pension"),
    ("agencies/hrss.yaml", "gives: career", "gives: carrier", "no evidence type called", "career"),
    ("agencies/hrss.yaml", "kind: perform", "kind: preform", "can only be", "perform"),
    ("retire/rules/decisions.yaml", "my_career.months", "my_career.month", 'no field of "my_career"', "months"),
    ("city.yaml", 'division: "990000"', "division: 990000", "put numbers in quotes", None),
    ("city.yaml", "id: harbour", "id: harbour\nid: twice", "written twice", None),
    ("city.yaml", "id: harbour", "id: harbour\nrefusal: carreer", 'no evidence type called "carreer"', "career"),
    ("city.yaml", "id: harbour", "id: harbour\nrefusal: career", "no decision can be written", None),
]  # fmt: skip


def _break(package: Path, file: str, before: str, after: str) -> int:
    """Replace the text once; gives the line on which the new text stands."""
    path = package / file
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{before!r} is not in {file}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    changed = next((part for part in after.split("\n") if part and part not in before), after)
    return text[: text.index(before)].count("\n") + 1 if not changed else _line_of(path, changed)


def _line_of(path: Path, words: str) -> int:
    return path.read_text(encoding="utf-8").split(words)[0].count("\n") + 1


def test_a_sound_package_has_no_problems(harbour: Path) -> None:
    assert check(harbour) == []


@pytest.mark.parametrize(("file", "before", "after", "words", "meant"), MISTAKES)
def test_a_mistake_is_named_with_its_place(
    harbour: Path, file: str, before: str, after: str, words: str, meant: str | None
) -> None:
    _break(harbour, file, before, after)
    found = check(harbour)
    match = [problem for problem in found if words in problem.text()]
    assert match, [problem.text() for problem in found]
    problem = match[0]
    assert problem.suggestion == meant
    assert problem.what.zh
    if not file.startswith("retire/rules"):  # which are reported where the service names them
        assert problem.file == file
        line = (harbour / file).read_text(encoding="utf-8").splitlines()[problem.line - 1]
        assert problem.path.endswith(("]", ".")) or any(
            part.strip("]") in line for part in problem.path.replace("[", ".").split(".")
        )


def test_the_line_is_exact_where_the_word_stands(harbour: Path) -> None:
    line = _break(harbour, EVENT, "type: career\n", "type: carreer\n")
    problem = check(harbour)[0]
    assert (problem.file, problem.line, problem.path) == (EVENT, line, "slots[2].type")
    assert problem.text() == (
        f'{EVENT}:{line}: slots[2].type: There is no evidence type called "carreer". (did you mean "career"?)'
    )


def test_every_mistake_is_listed_at_once(harbour: Path) -> None:
    _break(harbour, PENSION, "agency: hrss", "agency: hrrs")
    _break(harbour, EVENT, "lead_agency: hrss", "lead_agency: hrs")
    with pytest.raises(CatalogError) as raised:
        load_city(harbour)
    assert {problem.file for problem in raised.value.problems} == {PENSION, EVENT}
    assert "harbour" in raised.value.what.zh
    assert "onething catalog check" in raised.value.next.en


def test_two_slots_may_not_ask_for_the_same_document(harbour: Path) -> None:
    twin = (
        "  - {id: my_card_again, type: id_card, of: applicant, sources: [{upload: id_card_front}]}\n  - {id: my_wishes,"
    )
    _break(harbour, EVENT, "  - {id: my_wishes,", twin)
    assert any("twice" in problem.text() and "my_card_again" in problem.text() for problem in check(harbour))


def test_warnings_do_not_stop_a_package(harbour: Path) -> None:
    _break(harbour, "agencies/transit.yaml", "    undo: cancel_pass\n", "")
    assert [problem.severity for problem in check(harbour)] == ["warning"]
    assert load_city(harbour).id == "harbour"


def test_words_that_yaml_takes_for_truth_values_stay_words(harbour: Path) -> None:
    transit = load_city(harbour).agency("transit")
    assert transit is not None
    operation = transit.operation("issue_pass")
    assert operation is not None
    assert operation.response == {"pass_number": "no"}


def test_a_city_that_is_not_there_is_a_plain_message(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        load_city(tmp_path / "atlantis")
    assert raised.value.kind.exit_code == 3
    assert "atlantis" in raised.value.what.en


HOSTILE = {
    "tabs": b"id:\tx\n\t- y",
    "not utf-8": b"id: \xff\xfe\xfa",
    "empty": b"",
    "a list": b"- 1\n- 2\n",
    "a word": b"hello",
    "an unclosed bracket": b"id: [1, 2",
    "billion laughs": b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    b"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
    "an anchor in itself": b"a: &a [*a]",
    "a python object": b"id: !!python/object/apply:os.system ['true']",
    "deep nesting": b"id: " + b"[" * 3000 + b"]" * 3000,
    "keys that are lists": b"? [a, b]\n: 1",
    "a null byte": b"id: a\x00b",
    "too large": b"# " + b"x" * 2_100_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("file", ["city.yaml", EVENT])
def test_hostile_files_are_problems_not_crashes(harbour: Path, file: str, content: bytes) -> None:
    (harbour / file).write_bytes(content)
    found = check(harbour)
    assert any(problem.file == file for problem in found), [problem.text() for problem in found]


def _whole(problem: CatalogProblem) -> bool:
    return bool(problem.file and problem.line >= 1 and problem.what.zh and problem.what.en and problem.text("zh"))


@pytest.mark.slow
@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_to_a_file_is_reported_not_raised(harbour: Path, data: st.DataObject) -> None:
    path = harbour / data.draw(st.sampled_from([EVENT, PENSION, "city.yaml", "evidence.yaml", "agencies/hrss.yaml"]))
    sound = path.read_bytes()
    start = data.draw(st.integers(0, len(sound) - 1))
    end = data.draw(st.integers(start, min(len(sound), start + 40)))
    patch = data.draw(st.one_of(st.binary(max_size=12), st.text(max_size=8).map(str.encode)))
    try:
        path.write_bytes(sound[:start] + patch + sound[end:])
        assert all(_whole(problem) for problem in check(harbour))
    finally:
        path.write_bytes(sound)
