"""What an operation refuses, said in its description: `responses=refusals(CASE_NOT_FOUND, CASE_OVER)`.

What every operation of a kind may answer (a request that is not as described, no token, another's role, too much at once,
the database away) is added where the description is made (`schema/answers.py`).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from onething.core.errors import ErrorKind

PROBLEM = "application/problem+json"
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
STATUS_WORDS = {
    400: "The request is not as described",
    401: "No valid token",
    403: "This account may not",
    404: "Not there, or not for this account to see",
    409: "In conflict with how things stand",
    410: "It was there and is gone for good",
    413: "Too large",
    415: "A kind of file that is not taken",
    422: "Understood, but something in it must be put right first",
    429: "Too many requests: come again after `Retry-After` seconds",
    500: "Our failure; `incident` is the number to tell us",
    502: "An agency or machine behind us failed",
    503: "Out of service for the moment: come again after `Retry-After` seconds",
}
AGAIN = {
    "Retry-After": {"description": "Seconds after which to come again.", "schema": {"type": "integer", "example": 60}}
}


def refusals(*kinds: ErrorKind) -> dict[int | str, dict[str, Any]]:
    """These refusals as FastAPI's `responses`, one answer a status, each code with its words."""
    by_status: defaultdict[int, dict[str, ErrorKind]] = defaultdict(dict)
    for kind in kinds:
        by_status[kind.status][kind.code] = kind
    return {status: answer(status, by_status[status].values()) for status in sorted(by_status)}


def answer(status: int, kinds: Iterable[ErrorKind]) -> dict[str, Any]:
    """One problem answer of a description: words, codes, and where the example of each stands."""
    known = sorted(kinds, key=lambda kind: kind.code)
    lines = [f"{STATUS_WORDS.get(status, 'Refused')}.", *(f"- `{kind.code}`: {kind.what.en}" for kind in known)]
    examples = {kind.code: {"$ref": f"#/components/examples/{kind.code}"} for kind in known}
    found: dict[str, Any] = {
        "description": "\n".join(lines),
        "content": {PROBLEM: {"schema": PROBLEM_SCHEMA, "examples": examples}},
        "x-codes": [kind.code for kind in known],
    }
    return found | ({"headers": AGAIN} if status in {429, 503} else {})


def example(kind: ErrorKind) -> dict[str, Any]:
    """How a problem of this kind looks; places for values stand as `{name}`."""
    value = {
        "type": f"urn:onething:problem:{kind.code}", "title": kind.what.en, "detail": kind.next.en, "status": kind.status,
        "code": kind.code, "what": kind.what.model_dump(), "next": kind.next.model_dump(),
    }  # fmt: skip
    return {"summary": kind.what.en, "value": value}
