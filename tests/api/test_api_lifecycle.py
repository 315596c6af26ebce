"""A deprecated operation says so in every answer and in the description; one that is not says nothing."""

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from onething.api.lifecycle import deprecated
from onething.api.service import create_api
from onething.core.errors import NOT_FOUND, Problem

toy = APIRouter(tags=["toy"])
INSTEAD = "https://docs.example.org/api#get-toy"


@toy.get("/toys/{toy_id}")
@deprecated(since=date(2026, 10, 1), gone=date(2027, 4, 1), instead=INSTEAD)
def get_old_toy(toy_id: str) -> dict[str, str]:
    """A toy, the old way."""
    if toy_id == "lost":
        raise Problem(NOT_FOUND)
    return {"id": toy_id}


@toy.get("/new-toys/{toy_id}")
def get_new_toy(toy_id: str) -> dict[str, str]:
    """A toy, the new way."""
    return {"id": toy_id}


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_api(lambda _token: None, lambda: None, lambda: None, [toy]))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(("toy_id", "status"), [("bear", 200), ("lost", 404)])
def test_a_deprecated_operation_says_since_when_until_when_and_what_instead(
    client: TestClient, toy_id: str, status: int
) -> None:
    answer = client.get(f"/toys/{toy_id}")
    assert answer.status_code == status
    since = answer.headers["deprecation"]
    assert since.startswith("@"), "RFC 9745: a date of structured fields"
    assert datetime.fromtimestamp(int(since[1:]), UTC).date() == date(2026, 10, 1)
    assert parsedate_to_datetime(answer.headers["sunset"]).date() == date(2027, 4, 1)
    assert answer.headers["link"] == f'<{INSTEAD}>; rel="deprecation"; type="text/html"'


def test_its_description_says_the_same_and_others_say_nothing(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    old, new = described["paths"]["/toys/{toy_id}"]["get"], described["paths"]["/new-toys/{toy_id}"]["get"]
    assert (old["deprecated"], old["x-sunset"]) == (True, "2027-04-01")
    assert INSTEAD in old["description"]
    assert "deprecated" not in new
    answer = client.get("/new-toys/bear")
    assert not {"deprecation", "sunset", "link"} & set(answer.headers)


def test_a_notice_shorter_than_the_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="180 days"):
        deprecated(since=date(2026, 10, 1), gone=date(2027, 1, 1), instead=INSTEAD)
