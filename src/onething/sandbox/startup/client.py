"""Founders over HTTP only: file a company, sign it on two phones, follow it to its licence. For the demo, tests, benchmarks."""

import re
import time
from collections.abc import Callable
from typing import Any

from onething.sandbox.client import Citizen, FilingFailedError, sign_in
from onething.sandbox.startup.service import TownHandles, plain_answers
from onething.sandbox.startup.town import Lease, Place, Townsman

_SECONDS = 30.0


def founder(product: str, town: TownHandles, person: Townsman) -> Citizen:
    """Signed in as a person of the town."""
    return Citizen.at(product, sign_in(town.issuer, person.sub, product))


def fill(
    citizen: Citizen, founders: tuple[Townsman, ...], mark: str, place: Place, lease: Lease, **changes: Any
) -> str:
    """A filing with every question answered and every agency asked; nobody has signed. `changes`: `slot__field`."""
    filing = citizen.start("startup")
    answers = plain_answers(founders, mark, place, lease)
    values = {f"{slot}.{name}": value for slot, fields in answers.items() for name, value in fields.items()}
    values |= {name.replace("__", "."): value for name, value in changes.items()}
    citizen.call("PATCH", f"/filings/{filing}/answers", json={"values": values})
    citizen.consent_to_all(filing)
    return articles(citizen, filing)


def articles(citizen: Citizen, filing: str) -> str:
    """The proposed articles, taken as they are."""
    asked = {each["name"]: each for each in citizen.filing(filing)["questions"]}["articles.text"]
    if not asked["prefill"]:
        raise FilingFailedError("the articles could not be drafted")
    citizen.call("PATCH", f"/filings/{filing}/answers", json={"values": {"articles.text": asked["prefill"]}})
    return filing


def invited(town: TownHandles, phone: str, seconds: float = _SECONDS) -> tuple[str, str]:
    """(invitation, code) of the newest message that asks somebody to sign."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for text in reversed(town.messages(phone)):
            link, code = re.search(r"/sign/(\w+)", text), re.search(r"(?<!\d)\d{6}(?!\d)", text)
            if link and code:
                return link[1], code[0]
        time.sleep(0.05)
    raise FilingFailedError("no invitation came")


def sign(product: str, town: TownHandles, citizen: Citizen, filing: str, others: tuple[Townsman, ...]) -> None:
    """Everybody signs: the others with the code on their phone, then the applicant."""
    if others:
        citizen.call("POST", f"/filings/{filing}/signing/invite")
    for person in others:
        link, code = invited(town, person.phone)
        other = founder(product, town, person)
        digest = other.call("GET", f"/invitations/{link}")["digest"]
        other.call("POST", f"/invitations/{link}/confirm", json={"digest": digest, "code": code})
    digest = citizen.call("GET", f"/filings/{filing}/signing")["digest"]
    citizen.call("POST", f"/filings/{filing}/signing", json={"digest": digest})


def file_company(
    product: str, town: TownHandles, founders: tuple[Townsman, ...], mark: str, place: Place, lease: Lease, say: Callable[[str], None]
) -> tuple[Citizen, dict[str, Any]]:  # fmt: skip
    """File a company as careful founders would; gives the applicant and {case_id, reference, …}."""
    citizen = founder(product, town, founders[0])
    say("填写并向各部门查询 · filling in the form and asking agencies")
    filing = fill(citizen, founders, mark, place, lease)
    say("两位股东在各自的手机上签名 · both founders sign on their own phones")
    sign(product, town, citizen, filing, founders[1:])
    return citizen, citizen.submit(filing)
