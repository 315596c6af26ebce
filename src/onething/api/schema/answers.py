"""The refusals that every operation of a kind may answer, added to its own: never 422 where 400 comes."""

from collections.abc import Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from onething.api.caller import EVERYBODY, Acting, anyone, citizen, roles_of
from onething.api.errors import STORE_AWAY, TOKEN_NEEDED, TOKEN_REFUSED, TOO_LARGE
from onething.api.refusals import PROBLEM, answer
from onething.core.errors import BAD_REQUEST, FORBIDDEN, TOO_MANY, UNEXPECTED, ErrorKind, all_kinds
from onething.core.paging import BAD_CURSOR
from onething.core.rights.service import REFUSALS
from onething.identity.errors import AGENCY_UNKNOWN, CITY_UNKNOWN, INCOMPLETE, INSECURE, PROVIDER_DOWN, ROLE_UNKNOWN
from onething.trust.errors import PASSPHRASE_MISSING

ALWAYS = (TOO_MANY, UNEXPECTED, STORE_AWAY)
SIGNED_IN = (
    TOKEN_NEEDED, TOKEN_REFUSED, INCOMPLETE, ROLE_UNKNOWN, AGENCY_UNKNOWN, CITY_UNKNOWN, INSECURE, PROVIDER_DOWN, PASSPHRASE_MISSING,
)  # fmt: skip
"""Of every operation that needs a token."""


def common(route: APIRoute, operation: dict[str, Any]) -> list[ErrorKind]:
    """What this operation may refuse only because of what it is."""
    found = list(ALWAYS)
    parameters = operation.get("parameters", ())
    if parameters or "requestBody" in operation:
        found.append(BAD_REQUEST)
    if any(each["name"] == "cursor" for each in parameters):
        found.append(BAD_CURSOR)
    if "requestBody" in operation:
        found.append(TOO_LARGE)
    calls = list(_calls(route.dependant))
    if anyone in calls:
        found += SIGNED_IN
    if citizen in calls:
        found.append(FORBIDDEN)
    for each in calls:
        found += REFUSALS if isinstance(each, Acting) else ()
    return found


def roles(route: APIRoute) -> list[str]:
    """Which roles may call it; all of them where nothing narrower is said, none where no token is needed."""
    calls = list(_calls(route.dependant))
    if anyone not in calls:
        return []
    narrower = [set(found) for each in calls if (found := roles_of(each)) is not None]
    return sorted(role.value for role in set.intersection(set(EVERYBODY), *narrower))


def add_common(route: APIRoute, operation: dict[str, Any]) -> None:
    """Add them to the operation's answers, and take out the 422 that FastAPI assumes where 400 comes."""
    answers: dict[str, Any] = operation["responses"]
    if "HTTPValidationError" in str(answers.get("422", "")):
        del answers["422"]
    by_status: dict[int, list[ErrorKind]] = {}
    for kind in common(route, operation):
        by_status.setdefault(kind.status, []).append(kind)
    known = {kind.code: kind for kind in all_kinds()}
    for status, kinds in by_status.items():
        own = [known[code] for code in answers.get(str(status), {}).get("x-codes", ())]
        answers[str(status)] = answer(status, {each.code: each for each in (*own, *kinds)}.values())
    operation["responses"] = dict(sorted(answers.items()))


def is_problem(response: dict[str, Any]) -> bool:
    """Whether an answer of the description is a refusal."""
    return PROBLEM in response.get("content", {})


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)
