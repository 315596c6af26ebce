"""Every route that changes something is an applicant's, or asks for an act, or stands in a short list with its reason; every page and
operation of officials asks too."""

import inspect
from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute, APIRouter
from starlette.routing import Mount

from onething.api import caller as api
from onething.core.rights.service import Act, declared
from onething.host.web import create_app
from onething.web.http import page

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
ANYBODYS = {
    "POST /verify/uploads": "anybody checks a certificate; nothing is kept but for a quarter of an hour, under her own cookie",
    "POST /sign-out": "ends the session of whoever presses it",
    "POST /ask": "anybody signed in; what is asked for is shown by whoever holds it, from her own phone",
    "POST /wallet/nonce": "a moment under this installation's mark, nobody's",
    "POST /wallet/token": "a wallet, known by the code and the figures of its holder's page",
    "POST /wallet/credential": "a wallet, known by its access token and the key it proves",
    "POST /wallet/answers/{question_id}": "a wallet, known by what it shows",
    "POST /sign-out/back-channel": "the identity provider, known by its signature",
}
"""Unsafe routes of no applicant and no official, each with its reason."""
BY_OWNERSHIP = {
    "GET /api/v1/cases/{case_id}": "an applicant's own; officials by the condition on rows of casework.case.open",
    "GET /api/v1/cases/{case_id}/events": "the same",
    "GET /api/v1/certificates/{certificate_id}.pdf": "the same, of casework.certificate.open",
}
"""Operations for both, where the row decides."""


def routes() -> Iterator[tuple[str, APIRoute]]:
    app = create_app(with_background=False)
    found: list[tuple[str, Any]] = [("", each) for each in app.routes]
    while found:
        prefix, route = found.pop()
        if isinstance(route, Mount):
            found += [(prefix + route.path, each) for each in route.routes or ()]
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            found += [(prefix, each) for each in inner.routes]
        elif isinstance(route, APIRoute):
            for method in sorted(route.methods):
                yield f"{method} {prefix}{route.path}", route


def calls(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from calls(each)


def acts_of(route: APIRoute) -> tuple[Act, ...]:
    found: list[Act] = []
    for call in calls(route.dependant):
        if isinstance(call, page.Acting):
            found += call.acts
        elif isinstance(call, api.Acting):
            found.append(call.act)
    return tuple(found)


def is_applicants(route: APIRoute) -> bool:
    return any(call in (page.citizen, api.citizen) for call in calls(route.dependant))


def test_every_unsafe_route_is_an_applicants_or_asks_for_an_act() -> None:
    every = dict(routes())
    unsafe = {name: route for name, route in every.items() if name.split()[0] in UNSAFE}
    assert len(unsafe) > 60, "the application's routes were found"
    neither = {name for name, route in unsafe.items() if not is_applicants(route) and not acts_of(route)}
    assert neither == set(ANYBODYS)


def test_every_page_of_the_console_and_every_operation_for_officials_asks_for_an_act() -> None:
    for name, route in routes():
        if " /console" in name:
            assert acts_of(route), name
        anyone = any(call is api.anyone for call in calls(route.dependant))
        if anyone and not is_applicants(route) and name not in BY_OWNERSHIP:
            assert acts_of(route), name


def test_what_routes_ask_for_is_declared_and_no_look_is_asked_for_where_something_is_changed() -> None:
    known = set(declared().values())
    trying = {"rules.library.read"}  # checks and tries what is typed, stores nothing
    for name, route in routes():
        assert set(acts_of(route)) <= known, name
        if name.split()[0] in UNSAFE:
            assert all(not each.looks or each.name in trying for each in acts_of(route)), name


def test_an_applicants_route_hands_the_principal_on() -> None:
    """The owner is asked for in the room: a function that never sees who calls cannot ask."""
    for name, route in routes():
        if is_applicants(route) and name.split()[0] in UNSAFE:
            source = inspect.getsource(route.endpoint)
            assert any(word in source for word in ("page.actor", "caller", "_principal(", "page,", "(page")), name
