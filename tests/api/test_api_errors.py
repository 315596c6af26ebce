"""The API answers failures by itself: the same problem JSON with no portal around it."""

import pytest
from starlette.testclient import TestClient

from onething.api.errors import TOKEN_REFUSED
from onething.api.service import create_api
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.i18n import LANGS


def refuse(token: str) -> Principal:
    if token == "broken":
        raise RuntimeError("the provider's secret is swordfish")
    raise Problem(TOKEN_REFUSED)


@pytest.fixture
def alone() -> TestClient:
    return TestClient(create_api(refuse, lambda: None, lambda: None), raise_server_exceptions=False)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("method", "path", "token", "status", "code"),
    [
        ("GET", "/nowhere", "", 404, "core.not_found"),
        ("DELETE", "/cases", "", 404, "core.not_found"),
        ("GET", "/cases", "old", 401, "web.token_refused"),
        ("GET", "/cases", "broken", 500, "core.unexpected"),
    ],
)
def test_each_failure_is_problem_json_in_both_languages(
    alone: TestClient, method: str, path: str, token: str, status: int, code: str
) -> None:
    answer = alone.request(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert all(body[part][lang] for part in ("what", "next") for lang in LANGS)
    assert "swordfish" not in body["what"]["en"] + body["next"]["en"] + body["detail"]
