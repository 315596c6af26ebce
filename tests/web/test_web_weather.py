"""When something outside fails: an agency is down while a filing is prepared; somebody else's case; signing in and out."""

import re

import httpx
import pytest
from test_web_everybody import Plain
from web_stack import Stack

from onething.web.tables import WebSessionRow

pytestmark = [pytest.mark.slow]


def prepared(stack: Stack, number: int) -> tuple[Plain, str]:
    """A signed-in mother with a filing whose photograph has been read."""
    import time

    mother, birth = stack.family(number)
    her = Plain(stack)
    her.sign_in(mother)
    her.get("/do/newborn")
    her.post("/do/newborn/start")
    filing = her.url.removeprefix(stack.url)
    photo = stack.photo_of(birth, "birth_certificate")
    her.get(f"{filing}/documents")
    her.post(f"{filing}/uploads", files=[("files", (photo.name, photo.read_bytes(), "image/jpeg"))])
    for _ in range(180):
        if 'photo-read"' in her.get(f"{filing}/documents"):
            break
        time.sleep(0.5)
    return her, filing


def test_an_agency_that_is_down_is_named_and_asked_again(stack: Stack) -> None:
    her, filing = prepared(stack, 3)
    police = stack.city.gateways["police"]
    httpx.post(f"{police}/_control", json={"outage": True}).raise_for_status()
    try:
        her.get(f"{filing}/agencies")
        shown = re.findall(r'name="shown" value="([^"]+)"', her.text)
        her.post(f"{filing}/agencies", shown=shown, given=shown)
        for _ in range(40):
            if "暂时没有回应" in her.get(f"{filing}/agencies"):
                break
        assert "暂时没有回应" in her.text
        assert "查到了" in her.text, "the others have answered"
    finally:
        httpx.post(f"{police}/_control", json={"outage": False}).raise_for_status()
    for _ in range(30):
        if f"{filing}/agencies/again" not in her.text:
            break
        her.post(f"{filing}/agencies/again")
        her.client.get(f"{filing}/agencies")
    assert her.get(f"{filing}/agencies").count("查到了") >= 6


def test_signing_out_ends_the_session_here_and_at_the_provider(stack: Stack) -> None:
    her = Plain(stack)
    her.sign_in(stack.family(4)[0])
    cookie = her.client.cookies["onething_session"]
    her.get("/me")
    her.client.follow_redirects = False
    her.post("/sign-out")
    her.client.cookies.set("onething_session", cookie)
    assert her.client.get("/me").status_code == 303


def test_signing_in_changes_the_token_and_leaves_no_old_session(stack: Stack) -> None:
    her = Plain(stack)
    mother = stack.family(5)[0]
    her.sign_in(mother)
    first = her.client.cookies["onething_session"]
    her.get("/sign-in?next=/me")  # still known at the provider: comes straight back
    assert her.url.endswith("/me")
    assert her.client.cookies["onething_session"] != first
    database = stack.database()
    with database.reading() as session:
        rows = session.query(WebSessionRow).filter(WebSessionRow.user_id == mother).all()
    database.dispose()
    assert len(rows) == 1


def test_a_callback_nobody_asked_for_opens_nothing(stack: Stack) -> None:
    with httpx.Client(base_url=stack.url) as client:
        answer = client.get("/auth/callback?code=abc&state=def")
        assert answer.status_code == 400
        assert "重新登录" in answer.text
        assert client.get("/me").status_code == 303
