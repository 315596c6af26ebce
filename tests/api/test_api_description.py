"""The description of the API is whole: names that generators can use, words for everything, refusals as they come."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from conformity import description, validator
from fastapi import APIRouter
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from onething.api import rules as rules_api
from onething.api import service
from onething.api.schema.words import operations, words
from onething.api.service import breaking, described
from onething.core.errors import all_kinds

SCHEMAS = description()["components"]["schemas"]
OPERATIONS = [(f"{method.upper()} {path}", operation) for path, method, operation in operations(description())]
EVERY = pytest.mark.parametrize(("where", "operation"), OPERATIONS, ids=[each[1]["operationId"] for each in OPERATIONS])


def test_the_description_that_is_checked_in_is_the_one_that_is_served() -> None:
    assert described() == description(), "run: make docs"


def test_many_who_ask_for_it_at_once_have_it_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def slowly(*_: object) -> dict[str, str]:
        made.append(1)
        time.sleep(0.2)
        return {"openapi": "3.1.0", "about": "…" * 1000}

    monkeypatch.setattr(service, "openapi_of", slowly)
    asked = TestClient(service._bare([]))
    with ThreadPoolExecutor(8) as people:
        answers = [each.result() for each in [people.submit(asked.get, "/openapi.json") for _ in range(8)]]
    assert {answer.json()["openapi"] for answer in answers} == {"3.1.0"}
    assert {answer.headers["content-encoding"] for answer in answers} == {"gzip"}
    assert "content-encoding" not in asked.get("/openapi.json", headers={"accept-encoding": "identity"}).headers
    assert made == [1]


def test_the_schema_of_rules_that_anybody_may_ask_for_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(rules_api.rules, "json_schema", lambda: made.append(1) or {"title": "rules"})
    rules_api._rule_schema.cache_clear()
    try:
        assert [rules_api.get_rule_schema() for _ in range(3)] == [{"title": "rules"}] * 3
    finally:
        rules_api._rule_schema.cache_clear()
    assert made == [1]


def test_operations_and_schemas_each_have_a_name_of_their_own_that_programmers_can_read() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)+", name)] == []
    titles = [schema["title"] for schema in SCHEMAS.values()]
    assert len(set(titles)) == len(titles)
    assert [name for name, schema in SCHEMAS.items() if schema["title"] != name] == []
    assert [name for name in SCHEMAS if not re.fullmatch(r"([A-Z][a-z]*)+", name)] == []


def test_no_property_has_a_title_that_generators_would_make_a_class_of() -> None:
    assert [(name, key) for name, key, shape in _properties() if "title" in shape] == []


def _properties() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (name, key, shape) for name, schema in SCHEMAS.items() for key, shape in schema.get("properties", {}).items()
    ]


def test_every_schema_and_every_property_says_what_it_means() -> None:
    assert [name for name, schema in SCHEMAS.items() if not schema.get("description")] == []
    assert [(name, key) for name, key, shape in _properties() if not shape.get("description")] == []


def _composed(shape: dict[str, Any]) -> bool:
    """A file, or a schema with properties of its own, which have the examples."""
    return "$ref" in str(shape) or "contentMediaType" in shape


def test_every_value_has_an_example_and_each_example_is_one() -> None:
    assert [(name, key) for name, key, shape in _properties() if "examples" not in shape and not _composed(shape)] == []
    wrong = [
        (name, key, example)
        for name, key, shape in _properties()
        for example in shape.get("examples", ())
        if not validator(shape).is_valid(example)
    ]
    assert wrong == []


@EVERY
def test_every_operation_says_what_it_does_and_what_it_answers(where: str, operation: dict[str, Any]) -> None:
    assert operation["summary"], where
    assert operation["description"], where
    assert operation["tags"], where
    for parameter in operation.get("parameters", ()):
        assert parameter.get("description"), (where, parameter["name"])
        assert all(validator(parameter["schema"]).is_valid(each) for each in parameter["schema"]["examples"]), parameter
    for status, response in operation["responses"].items():
        assert response["description"], (where, status)
        assert status == "204" or response["content"], (where, status)


@EVERY
def test_refusals_are_problems_with_their_codes_and_422_never_stands_where_400_comes(
    where: str, operation: dict[str, Any]
) -> None:
    known = {kind.code: kind.status for kind in all_kinds()}
    refusals = {status: each for status, each in operation["responses"].items() if status >= "400"}
    assert {"429", "500", "503"} <= set(refusals), where
    assert ("401" in refusals) == ("security" in operation), where
    assert ("400" in refusals) == bool(operation.get("parameters") or operation.get("requestBody")), where
    assert ("413" in refusals) >= ("requestBody" in operation), where
    for status, response in refusals.items():
        assert list(response["content"]) == ["application/problem+json"], (where, status)
        assert [known[code] for code in response["x-codes"]] == [int(status)] * len(response["x-codes"]), (
            where,
            status,
        )
        assert list(response["content"]["application/problem+json"]["examples"]) == response["x-codes"], (where, status)


def test_every_kind_of_problem_has_an_example_that_is_one() -> None:
    used = {code for _, operation in OPERATIONS for each in operation["responses"].values() for code in each.get("x-codes", ())}  # fmt: skip
    assert set(description()["components"]["examples"]) == used
    for example in description()["components"]["examples"].values():
        assert validator({"$ref": "#/components/schemas/Problem"}).is_valid(example["value"]), example


def test_lists_are_answered_alike_everywhere() -> None:
    pages = {name for name, schema in SCHEMAS.items() if set(schema.get("properties", ())) == {"items", "next"}}
    for where, operation in OPERATIONS:
        names = {each["name"] for each in operation.get("parameters", ())}
        answered = str(operation["responses"].get("200", ""))
        pages_answered = {name for name in pages if f"/{name}'" in answered}
        assert bool(pages_answered) == ({"cursor", "limit"} <= names), where
        assert not {"before", "offset", "page", "start"} & names, where
        plain = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        assert operation["operationId"] in ("checkRuleset", "diffRuleset") or plain.get("type") != "array", where


def test_files_and_streams_are_described_with_their_media_types() -> None:
    answers = {operation["operationId"]: list(operation["responses"]["200"]["content"]) for _, operation in OPERATIONS if "200" in operation["responses"]}  # fmt: skip
    assert answers["getCertificatePdf"] == ["application/pdf"]
    assert answers["watchCase"] == ["text/event-stream"]
    assert answers["getCatalogue"] == ["application/ld+json"]


def test_who_may_call_what_stands_in_the_description() -> None:
    roles = {operation["operationId"]: operation.get("security", [{}])[0].get("idToken") for _, operation in OPERATIONS}
    assert roles["listCases"] == ["citizen"]
    assert roles["listInbox"] == ["admin", "auditor", "officer"]
    assert roles["getCase"] == ["admin", "auditor", "citizen", "officer"]
    assert roles["listLifeEvents"] is None
    assert description()["components"]["securitySchemes"]["idToken"]["scheme"] == "bearer"


def test_every_schema_is_a_schema() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


def test_no_word_is_written_for_what_is_not_there() -> None:
    own = {(name, key) for name, key, _ in _properties()}
    said = {(name, key) for name, of in words()["schemas"].items() for key in of if key != "is"}
    assert said - own == set()
    assert {name for name in words()["schemas"] if name not in SCHEMAS} == set()
    assert {key for key in words()["properties"] if not any(k == key and (n, k) not in said for n, k, _ in _properties())} == set()  # fmt: skip
    answered = {f"{each['operationId']}.{status}" for _, each in OPERATIONS for status in each["responses"]}
    assert set(words()["answers"]) - answered == set()


def test_two_operations_of_one_name_are_refused() -> None:
    router = APIRouter()
    for path in ("/one", "/two"):

        def same_name() -> dict[str, str]:
            """Twice."""
            return {}

        router.get(path)(same_name)
    with pytest.raises(ValueError, match="two operations of the API would be called sameName"):
        described([router])


# -- compatibility -------------------------------------------------------------------------------------------------

TODAY = date(2026, 9, 30)


def changed(**at: Any) -> dict[str, Any]:
    """The description with one place changed: `a/b/c` → value, None to take it away."""
    copy = json.loads(json.dumps(description()))
    for path, value in at.items():
        *steps, last = path.split("|")
        part = copy
        for step in steps:
            part = part[step]
        if value is None:
            del part[last]
        else:
            part[last] = value
    return copy


CASES = "paths|/cases|get"


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("paths|/cases", None, "listCases: get /cases is gone"),
        (f"{CASES}|operationId", "mine", "listCases: is called mine now"),
        (f"{CASES}|parameters", [], "listCases: parameter cursor is gone"),
        (f"{CASES}|responses|200", None, "listCases: does not answer 200 any more"),
        ("components|schemas|CaseSummary|properties|due_at", None, "answer 200.items[].due_at is gone"),
        ("components|schemas|CaseSummary|properties|reference", {"type": "integer"}, "reference may be integer now"),
        ("components|schemas|CaseSummary|required", [], "items[].id may be missing now"),
        ("components|schemas|NewFiling|required", ["life_event", "lang"], "startFiling: body.lang is required now"),
        ("components|schemas|NewFiling|properties|lang|enum", ["zh"], "startFiling: body.lang does not take en any more"),
        ("components|schemas|NewFiling|properties|life_event|maxLength", 5, "body.life_event has a smaller maxLength now"),
        ("components|schemas|Answers|properties|source", None, "saveAnswers: body.source is not heeded any more"),
        ("paths|/certificates/{certificate_id}.pdf|get|responses|200|content", {"text/html": {}}, "does not answer application/pdf any more"),
    ],
)  # fmt: skip
def test_a_change_that_breaks_programs_is_named(place: str, value: Any, said: str) -> None:
    found = breaking(description(), changed(**{place: value}), TODAY)
    assert any(said.lower() in line.lower() for line in found), found


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("components|schemas|CaseSummary|properties|colour", {"type": "string"}),
        ("components|schemas|CaseStatus|enum", ["running", "paused"]),
        ("components|schemas|NewFiling|properties|hint", {"type": "string"}),
        (f"{CASES}|responses|418", {"description": "New"}),
        ("paths|/new", {"get": {"operationId": "getNew", "responses": {}}}),
    ],
)
def test_what_only_adds_breaks_nobody(place: str, value: Any) -> None:
    assert breaking(description(), changed(**{place: value}), TODAY) == []


def test_a_deprecated_operation_may_go_on_its_day_and_not_before() -> None:
    old = changed(**{f"{CASES}|deprecated": True, f"{CASES}|x-sunset": "2026-09-30"})
    new = changed(**{"paths|/cases": None})
    assert breaking(old, new, date(2026, 9, 29)) == ["listCases: GET /cases is gone"]
    assert breaking(old, new, date(2026, 9, 30)) == []
