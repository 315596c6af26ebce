"""A citizen's side of the product, over HTTP only: sign in at the provider, file a newborn case, follow it to its end.

Used by the demo; tests and benchmarks may use it too.
"""

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

CLIENT = ("onething", "sandbox-secret")
_READ_SECONDS = 180.0


class FilingFailedError(Exception):
    """The product did not take the filing; the message carries its own words."""


def sign_in(issuer: str, sub: str, product: str = "http://127.0.0.1:8000") -> str:
    """An id token for an account, got through the whole flow as a browser would: page, choice, code, PKCE, token. A phone
    number instead of the account's id is looked up on the page, as a person would."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    callback = f"{product.rstrip('/')}/auth/callback"
    query = {
        "response_type": "code", "client_id": CLIENT[0], "redirect_uri": callback, "scope": "openid profile phone",
        "code_challenge": challenge, "code_challenge_method": "S256", "state": "sandbox", "prompt": "login",
    }  # fmt: skip
    with httpx.Client(base_url=issuer, timeout=30) as browser:
        page = browser.get(browser.get("/authorize", params=query).headers["location"])
        request = re.search(r'name="request" value="([^"]+)"', page.text)
        if request is None:
            raise FilingFailedError("the sign-in page did not come up")
        if sub.isdigit():
            found = browser.get("/login", params={"request": request[1], "q": sub})
            chosen = re.search(r'name="account" value="([^"]+)"', found.text)
            sub = chosen[1] if chosen else sub
        back = browser.post("/login", data={"request": request[1], "account": sub})
        code = parse_qs(urlsplit(back.headers.get("location", "")).query).get("code", [""])[0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
        answer = browser.post("/token", data=form, auth=CLIENT)
    if answer.status_code != 200:
        raise FilingFailedError(f"the identity provider refused: {answer.text}")
    return answer.json()["id_token"]


@dataclass
class Citizen:
    """A signed-in person at the product's API."""

    api: httpx.Client

    @classmethod
    def at(cls, product: str, token: str) -> "Citizen":
        return cls(
            httpx.Client(
                base_url=f"{product.rstrip('/')}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60
            )
        )

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """The JSON of an answer; raises `FilingFailedError` with the problem's words."""
        answer = self.api.request(method, path, **kwargs)
        if answer.status_code >= 400:
            raise FilingFailedError(f"{method} {path}: {answer.status_code} {_words(answer)}")
        return answer.json() if answer.content else None

    def start(self, life_event: str) -> str:
        return self.call("POST", "/filings", json={"life_event": life_event})["id"]

    def filing(self, filing: str) -> dict[str, Any]:
        return self.call("GET", f"/filings/{filing}")

    def upload(self, filing: str, filename: str, picture: bytes) -> None:
        self.call("POST", f"/filings/{filing}/uploads", files={"file": (filename, picture, "image/jpeg")})

    def await_reading(self, filing: str, say: Callable[[str], None] = lambda _text: None) -> dict[str, Any]:
        """Until every photograph has been read; says every five seconds that it still waits."""
        begun = told = time.monotonic()
        while (view := self.filing(filing))["reading"]:
            if (now := time.monotonic()) - begun > _READ_SECONDS:
                raise FilingFailedError("reading the photographs takes too long")
            if now - told > 5:
                say("还在识别 · still reading")
                told = now
            time.sleep(0.5)
        return view

    def consent_to_all(self, filing: str) -> dict[str, Any]:
        """Agree to every registry and have them asked, until no answer opens the way to another registry."""
        for _ in range(5):
            needed = [
                consent["operation"] for consent in self.filing(filing)["consents"] if consent["state"] == "needed"
            ]
            if needed:
                self.call("POST", f"/filings/{filing}/consents", json={"names": needed})
            outcome = self.call("POST", f"/filings/{filing}/prefill")
            if not needed and not outcome["asked"]:
                break
        return self.filing(filing)

    def answer_all(self, filing: str, known: dict[str, Any]) -> dict[str, Any]:
        """Answer every open question: what is known, else what is proposed, else the first choice; later ones too."""
        for _ in range(5):
            open_questions = [q for q in self.filing(filing)["questions"] if not q["answered"]]
            values = {q["name"]: value for q in open_questions if (value := _answer(q, known)) is not None}
            if not values:
                break
            self.call("PATCH", f"/filings/{filing}/answers", json={"values": values})
        return self.filing(filing)

    def correct(self, filing: str, slot: str, truth: dict[str, Any]) -> list[str]:
        """Put right what was misread on the paper; the names of the fields corrected."""
        facts = {(fact["slot"], fact["field"]): fact for fact in self.filing(filing)["facts"]}
        wrong = {
            f"{slot}.{name}": value
            for name, value in truth.items()
            if value and (fact := facts.get((slot, name))) is not None and str(fact["value"]) != str(value)
        }
        if wrong:
            self.call("PATCH", f"/filings/{filing}/answers", json={"values": wrong, "source": "corrected"})
        return list(wrong)

    def submit(self, filing: str) -> dict[str, Any]:
        view = self.filing(filing)
        if not view["may_submit"]:
            findings = "; ".join(f"{finding['what']['zh']} / {finding['what']['en']}" for finding in view["fix_now"])
            raise FilingFailedError(f"the review stopped it: {findings or 'something is still missing'}")
        return self.call("POST", f"/filings/{filing}/submit")

    def follow(self, case: str, seconds: float, seen: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """Watch a case until it is over or the time is; `seen` is told every task that has ended."""
        until, told = time.monotonic() + seconds, set[str]()
        while True:
            view = self.call("GET", f"/cases/{case}")
            for task in view["tasks"]:
                if task["status"] in ("done", "refused", "waiting") and task["id"] not in told:
                    told.add(task["id"])
                    seen(task)
            if view["summary"]["status"] not in ("running", "withdrawing") or time.monotonic() > until:
                return view
            time.sleep(0.3)


def _words(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:300]
    return " ".join(str(body.get(name, "")) for name in ("code", "what", "next", "detail") if body.get(name))


def _answer(question: dict[str, Any], known: dict[str, Any]) -> Any:
    if question["name"] in known:
        return known[question["name"]]
    if question["prefill"] not in (None, ""):
        return question["prefill"]
    if question["type"] == "bool":
        return True
    return question["options"][0][0] if question["options"] else None


PAPER_FIELDS = (
    "certificate_number", "child_name", "child_sex", "born_at", "mother_name", "mother_id_number", "father_name", "father_id_number",
)  # fmt: skip


Photo = Callable[[str, str], tuple[str, bytes] | None]
"""(document type, slot) → (file name, JPEG), or None when she has no such paper."""


def _upload_wanted(citizen: Citizen, filing: str, photo: Photo, sent: set[str], say: Callable[[str], None]) -> bool:
    """Photograph what the filing asks for and she has; whether there was something new."""
    news = False
    for ask in citizen.filing(filing)["wanted"]:
        if ask["slot"] not in sent and (found := photo(ask["document_type"], ask["slot"])):
            citizen.upload(filing, *found)
            sent.add(ask["slot"])
            say(f"上传照片 {found[0]} · photograph uploaded")
            news = True
    if news:
        say("正在识别照片 · reading the photograph")
        citizen.await_reading(filing, say)
    return news


def file_newborn(citizen: Citizen, birth: dict[str, Any], photo: Photo, say: Callable[[str], None]) -> dict[str, Any]:
    """File the newborn event for a birth as a careful mother would; gives {filing_id, case_id, reference, …}."""
    filing, sent = citizen.start("newborn"), set[str]()
    _upload_wanted(citizen, filing, photo, sent, say)
    corrected = citizen.correct(filing, "birth_certificate", {name: birth[name] for name in PAPER_FIELDS})
    if corrected:
        say(f"更正了 {len(corrected)} 处识别结果 · corrected what was misread: {', '.join(corrected)}")
    view = citizen.consent_to_all(filing)
    say(f"已征得同意并向各部门取得 {len(view['registries'])} 项信息 · registries asked instead of the citizen")
    if _upload_wanted(citizen, filing, photo, sent, say):
        citizen.consent_to_all(filing)
    view = citizen.answer_all(filing, {})
    say(f"回答了 {sum(q['answered'] for q in view['questions'])} 个只有她能回答的问题 · questions only she can answer")
    return citizen.submit(filing)
