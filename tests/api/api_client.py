"""A program that uses the API: it signs a person in at the identity provider and keeps her token."""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from conformity import hold
from web_stack import Stack

VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PAPER = (
    "certificate_number", "child_name", "child_sex", "born_at", "gestation_weeks", "weight_g", "length_cm", "hospital",
    "birth_address", "mother_name", "mother_id_number", "father_name", "father_id_number", "issued_on", "issuer",
)  # fmt: skip


def held(answer: httpx.Response) -> None:
    """Whatever a test calls, the answer is held against the description."""
    media = answer.headers.get("content-type", "")
    if "event-stream" not in media:
        hold(answer.request.method, answer.request.url.path, answer.status_code, media, answer.read())


HELD = {"response": [held]}


def id_token(stack: Stack, sub: str) -> str:
    """Through the sandbox's sign-in page, as a browser would."""
    callback = f"{stack.url}/auth/callback"
    query = {
        "response_type": "code", "client_id": "onething", "redirect_uri": callback, "scope": "openid profile phone",
        "state": "s", "nonce": "n", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    with httpx.Client(base_url=stack.city.issuer) as browser:
        page = browser.get(browser.get("/authorize", params=query).headers["location"])
        request = re.search(r'name="request" value="([^"]+)"', page.text)
        assert request
        back = browser.post("/login", data={"request": request[1], "account": sub})
        form = {
            "grant_type": "authorization_code", "code": parse_qs(urlsplit(back.headers["location"]).query)["code"][0],
            "redirect_uri": callback, "code_verifier": VERIFIER,
        }  # fmt: skip
        return browser.post("/token", data=form, auth=("onething", "sandbox-secret")).json()["id_token"]


def client(stack: Stack, sub: str | None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {id_token(stack, sub)}"} if sub else {}
    return httpx.Client(base_url=f"{stack.url}/api/v1", headers=headers, timeout=30, event_hooks=HELD)


def paper(birth: dict[str, Any]) -> dict[str, str]:
    """What stands on the paper certificate."""
    return {name: str(birth[name]) for name in PAPER if birth.get(name) is not None}


EVERYTHING = (
    "*",
    "health.birth_record",
    "medins.insured",
    "medins.maternity_stay",
    "hrss.card_account",
    "civil.low_income",
)
"""`*` covers what needs no separate consent; sensitive data are named one by one."""


def everything(birth: dict[str, Any]) -> dict[str, Any]:
    """A filing in one call: the certificate, the answers, consent to all."""
    return {
        "life_event": "newborn",
        "facts": {
            "birth_certificate": paper(birth),
            "choices": {"household_of": "mother", "home_address": "上海市徐汇区田林街道宜山路420弄12号302室", "pay_premium": True},
            "deduction_choice": {"share": "100"},
        },
        "consents": list(EVERYTHING),
    }  # fmt: skip
