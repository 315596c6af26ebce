"""Every operation called wrongly, in every way its description tells of: what comes back is held against the description."""

from collections.abc import Iterator
from typing import Any

import pytest
from conformity import PREFIX, description, hold
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from onething.api.errors import TOKEN_REFUSED
from onething.api.schema.words import operations
from onething.api.service import create_api
from onething.core.access import Principal, Role
from onething.core.db import Database, get_database
from onething.core.errors import Problem
from onething.subjects.service import ensure_person
from stores import with_tables

OPERATIONS = list(operations(description()))
SECURED = [each for each in OPERATIONS if "security" in each[2]]
MOTHER = "310104199203151226"


class Nobody:
    """An exchange that asks nobody."""

    def down_agencies(self) -> frozenset[str]:
        return frozenset()

    def states(self) -> tuple[Any, ...]:
        return ()


@pytest.fixture
def people() -> dict[str, Principal]:
    database = get_database()
    with_tables(database)
    with database.transaction() as session:
        mother = ensure_person(session, oidc_sub="a1", id_number=MOTHER, name="王芳", phone=None)
    return {
        "citizen": Principal(Role.CITIZEN, "a1", "王芳", mother.id),
        "officer": Principal(Role.OFFICER, "o1", "陆春梅", None, "police"),
        "admin": Principal(Role.ADMIN, "o2", "方向阳"),
        "auditor": Principal(Role.AUDITOR, "o3", "蒋慧"),
    }


@pytest.fixture(params=["alone", "mounted"])
def caller(request: pytest.FixtureRequest, people: dict[str, Principal]) -> Iterator["Caller"]:
    def authenticate(token: str) -> Principal:
        if token == "broken":
            raise RuntimeError(f"the secret of {MOTHER}")
        if token not in people:
            raise Problem(TOKEN_REFUSED)
        return people[token]

    app = api = create_api(authenticate, Nobody, lambda: None)  # type: ignore[arg-type]
    if request.param == "mounted":
        app = FastAPI()
        app.mount(PREFIX, api)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Caller(client, PREFIX if request.param == "mounted" else "")


class Caller:
    """Calls, and holds every answer against the description."""

    def __init__(self, client: TestClient, prefix: str) -> None:
        self.client, self.prefix = client, prefix

    def __call__(self, method: str, path: str, token: str = "", **sent: Any) -> tuple[int, dict[str, Any]]:
        headers = sent.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        answer = self.client.request(method, f"{self.prefix}{path}", headers=headers, **sent)
        hold(method, path, answer.status_code, answer.headers.get("content-type", ""), answer.content)
        return answer.status_code, answer.json() if answer.content and "json" in answer.headers["content-type"] else {}


def sample(schema: dict[str, Any]) -> Any:
    """A value as the description's own examples make it: what is required, no more."""
    schemas = description()["components"]["schemas"]
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]])
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") == "array":
        return []
    return {key: sample(schema["properties"][key]) for key in schema.get("required", ()) if key in schema.get("properties", {})}  # fmt: skip


def somewhere(path: str) -> str:
    """The path with ids that nobody has."""
    return path.replace("{", "none_").replace("}", "")


def who(operation: dict[str, Any]) -> str:
    return next(iter(operation.get("security", [{"idToken": [""]}])[0]["idToken"]))


def well(operation: dict[str, Any]) -> dict[str, Any]:
    """A request as described: body, headers and parameters that are required."""
    content = operation.get("requestBody", {}).get("content", {})
    sent: dict[str, Any] = {}
    if "multipart/form-data" in content:
        sent["files"] = {"file": ("birth.jpg", b"not a picture", "image/jpeg")}
    elif "application/json" in content:
        sent["json"] = sample(content["application/json"]["schema"])
    required = [each for each in operation.get("parameters", ()) if each.get("required") and each["in"] != "path"]
    sent["headers"] = {each["name"]: sample(each["schema"]) for each in required if each["in"] == "header"}
    sent["params"] = {each["name"]: sample(each["schema"]) for each in required if each["in"] == "query"}
    return sent


def test_without_a_token_or_with_a_wrong_one_nobody_gets_in(caller: Caller) -> None:
    for path, method, operation in SECURED:
        for token, code in (("", "api.token_needed"), ("of another", "web.token_refused")):
            status, problem = caller(method.upper(), somewhere(path), token, **well(operation))
            assert (status, problem["code"]) == (401, code), operation["operationId"]


def test_who_has_another_role_is_told_so(caller: Caller, people: dict[str, Principal]) -> None:
    for path, method, operation in SECURED:
        for role in set(people) - set(operation["security"][0]["idToken"]):
            status, problem = caller(method.upper(), somewhere(path), role, **well(operation))
            code = "core.forbidden" if operation["security"][0]["idToken"] == ["citizen"] else "rights.other_role"
            assert (status, problem["code"]) == (403, code), (operation["operationId"], role)


def test_a_request_that_is_not_as_described_is_400_and_names_the_place(caller: Caller) -> None:
    for path, method, operation in OPERATIONS:
        name, token = operation["operationId"], who(operation)
        if "application/json" in operation.get("requestBody", {}).get("content", {}) and name != "deliverProfiles":
            for body in ("{", "[]", '{"no": "member"}', ""):
                headers = well(operation)["headers"] | {"content-type": "application/json"}
                status, problem = caller(method.upper(), somewhere(path), token, content=body, headers=headers)
                optional = not operation["requestBody"]["content"]["application/json"]["schema"].get("required", True)
                assert status == 400 or optional or body == '{"no": "member"}', (name, body, problem)
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and parameter["schema"].get("type") in ("integer", "boolean"):
                sent = well(operation)
                sent["params"][parameter["name"]] = "many"
                status, problem = caller(method.upper(), somewhere(path), token, **sent)
                assert (status, problem["code"]) == (400, "core.bad_request"), (name, parameter["name"])
                assert parameter["name"] in problem["what"]["zh"], name


CURSORS = ("!", "WyJjYXNlcyJd", "e30", "WyJjYXNlcyIsIDEsIDJd", "bnVsbA", "x" * 599, "WyJmaWxpbmdzIiwgIlx1MDAwMCJd")


def test_a_cursor_of_nobodys_making_or_of_another_list_is_400(caller: Caller) -> None:
    for path, method, operation in OPERATIONS:
        if any(each["name"] == "cursor" for each in operation.get("parameters", ())):
            for cursor in CURSORS:
                sent = well(operation)
                sent["params"]["cursor"] = cursor
                status, problem = caller(method.upper(), somewhere(path), who(operation), **sent)
                assert status in (400, 403, 404), operation["operationId"]
                assert status != 400 or problem["code"] == "core.bad_cursor", (operation["operationId"], cursor)


def test_what_is_not_there_and_what_is_well_are_answered_as_described(
    caller: Caller, people: dict[str, Principal]
) -> None:
    seen = set[int]()
    for path, method, operation in OPERATIONS:
        if operation["operationId"] == "watchCase":
            continue
        for role in operation.get("security", [{"idToken": [""]}])[0]["idToken"]:
            status, _ = caller(method.upper(), somewhere(path), role, **well(operation))
            seen.add(status)
            assert status != 500, operation["operationId"]
    assert {200, 404} <= seen


def test_our_own_failure_has_a_number_and_tells_nothing_of_our_insides(caller: Caller) -> None:
    for path, method, operation in SECURED:
        with capture_logs() as lines:
            status, problem = caller(method.upper(), somewhere(path), "broken", **well(operation))
        assert (status, problem["code"]) == (500, "core.unexpected"), operation["operationId"]
        assert problem["incident"] in problem["what"]["zh"]
        assert problem["instance"].endswith(problem["incident"])
        assert "secret" not in str(problem)
        assert [line["incident"] for line in lines if "incident" in line] == [problem["incident"]], (
            "it leads to the trace"
        )
        assert MOTHER not in str(lines)


def test_while_the_database_is_away_callers_are_told_when_to_come_again(
    caller: Caller, people: dict[str, Principal], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("refused"))

    monkeypatch.setattr(Database, "reading", away)
    monkeypatch.setattr(Database, "transaction", away)
    away_at = 0
    for path, method, operation in SECURED:
        status, problem = caller(method.upper(), somewhere(path), who(operation), **well(operation))
        away_at += status == 503
        assert status != 503 or problem["code"] == "core.store_away"
    assert away_at > len(SECURED) // 2


def test_paths_and_methods_that_are_not_there_are_problems_too(caller: Caller) -> None:
    for method, path in (("GET", "/nowhere"), ("DELETE", "/cases"), ("POST", "/life-events"), ("GET", "/cases/x/y/z")):
        status, problem = caller(method, path)
        assert (status, problem["code"], problem["status"]) == (404, "core.not_found", 404), path
