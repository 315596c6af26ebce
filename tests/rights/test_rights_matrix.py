"""Every role × own agency, another agency, another city × every act that a room declares: through its door and over HTTP.

An act without a case fails, and so does a declaration that says something else than the table. Who is denied changed nothing (the
transaction is kept where the door refused) and stands in the log of acts; who is allowed gets past every check of rights.
"""

import re
from typing import Any

import pytest
from rights_cases import AGENCY, CASES, TABLE, Case
from rights_world import FAR, HOME, OWNER, STRANGER, World, snapshot, somebody

from onething.core.access import Principal, Role
from onething.core.errors import Problem
from onething.core.rights.service import CODES, declared, may, scope_of
from onething.oversight import service as oversight
from onething.oversight.models import Act

OFFICIALS = (Role.OFFICER, Role.ADMIN, Role.AUDITOR)
PLACES = ("own agency", "other agency", "other city")
LOGS = ("event_log", "web_session", "web_kept", "access_log")
"""What a request writes about itself."""
MATRIX = [(name, role, place) for name in TABLE for role in OFFICIALS for place in PLACES]


def expected(name: str, role: Role, place: str) -> bool:
    """By the table, not by what is declared."""
    reach, roles = TABLE[name]
    if role.value not in roles.split() or place == "other city":
        return False
    return not (reach == AGENCY and role is Role.OFFICER and place == "other agency")


def person(case: Case, name: str, role: Role, place: str) -> Principal:
    city = case.city_of(name)
    agency = (STRANGER if place == "other agency" else OWNER)[city] if role is Role.OFFICER else ""
    return somebody(role, FAR if place == "other city" else city, agency)


class Undo(Exception):  # noqa: N818 - it is what an allowed try ends with
    pass


def tried(world: World, door: Any, who: Principal, *, keep: bool) -> tuple[str, object]:
    """The code of the refusal and what the door gave. `keep`: what it did before it refused is committed, else all is taken back."""
    code, given = "", object()
    try:
        with world.db.transaction() as session:
            try:
                given = door(session, who, world)
            except Problem as problem:
                code = problem.kind.code
            if not keep:
                raise Undo
    except Undo:
        pass
    return code, given


def test_every_act_declared_has_a_case_and_the_table_says_what_is_declared() -> None:
    acts = declared()
    assert set(CASES) == set(acts), "an act without a case, or a case of no act"
    assert {n: (a.reach.value, {r.value for r in a.roles}) for n, a in acts.items()} == {
        n: (reach, set(roles.split())) for n, (reach, roles) in TABLE.items()
    }


@pytest.mark.parametrize(("name", "role", "place"), MATRIX, ids=lambda each: str(each).replace(" ", "_"))
def test_through_the_door(world: World, name: str, role: Role, place: str) -> None:
    case, allowed = CASES[name], expected(name, role, place)
    who = person(case, name, role, place)
    for number, door in enumerate(case.doors):
        before = "" if allowed else snapshot(world.db)
        code, given = tried(world, door, who, keep=not allowed)
        if allowed:
            assert given is not False, (number, "what is hers was not shown")
            assert code == "" or code in case.then, (number, code)
        else:
            assert code in CODES or code in case.hidden or given is False, (number, code, "she was let in")
            assert snapshot(world.db) == before, (number, "something was changed before she was refused")


@pytest.mark.parametrize("name", sorted(TABLE))
def test_an_applicant_may_do_none_of_it(world: World, name: str) -> None:
    her = Principal(Role.CITIZEN, "u_citizen", "王芳", "subj_none")
    for door in CASES[name].doors:
        code, given = tried(world, door, her, keep=True)
        assert code or given is False


@pytest.mark.parametrize("name", sorted(n for n in TABLE if not declared()[n].looks and declared()[n].roles))
def test_what_was_not_granted_is_not_done(world: World, name: str) -> None:
    case, act = CASES[name], declared()[name]
    role = next(r for r in OFFICIALS if r in act.roles)
    city = case.city_of(name)
    for grants, allowed in ((frozenset({"nothing.else"}), False), (frozenset({f"{name[: name.rindex('.')]}.*"}), True)):
        her = somebody(role, city, OWNER[city] if role is Role.OFFICER else "", grants=grants)
        found = may(her, act, scope_of(OWNER[city], city=city))
        assert bool(found) is allowed
        if not allowed:
            assert found.reason is not None
            assert found.reason.kind.code == "rights.not_granted"
            assert all(tried(world, door, her, keep=False)[0] in CODES for door in case.doors)


# -- over HTTP ----------------------------------------------------------------------------------------------------------


def refused(answer: Any, last: Act | None) -> bool:
    """By the answer's status, or, where a page leads back to its form with the reason, by what was recorded."""
    return answer.status_code in (403, 404) or (
        last is not None and last.outcome == "refused" and last.code in (403, 404)
    )


@pytest.mark.slow
@pytest.mark.parametrize(("name", "role", "place"), [each for each in MATRIX if CASES[each[0]].http], ids=lambda each: str(each).replace(" ", "_"))  # fmt: skip
def test_over_http(browse: Any, world: World, name: str, role: Role, place: str) -> None:
    case, allowed = CASES[name], expected(name, role, place)
    who = person(case, name, role, place)
    for wanted in case.http:
        browser = browse(who)
        before = "" if allowed else snapshot(world.db, without=LOGS)
        since = _last(world)
        answer = browser.send(wanted)
        last = _last(world)
        fresh = last if last is not None and (since is None or last.seq > since.seq) else None
        if allowed:
            assert answer.status_code != 401
            assert answer.status_code != 403, answer.text[:600]
            assert answer.status_code != 404 or case.then or "none" in wanted.path, answer.text[:600]
            assert fresh is None or fresh.code not in (401, 403)
            continue
        assert snapshot(world.db, without=LOGS) == before, "something was changed before she was refused"
        listing = wanted.method == "GET" and answer.status_code == 200
        if listing:  # a list of her own, in which this is not
            assert not re.search("|".join((world.item, world.suggestion, world.dispute)), answer.text)
            continue
        assert refused(answer, fresh), (wanted.path, answer.status_code, answer.text[:300])
        if wanted.method != "GET" or answer.status_code == 403:
            assert fresh is not None, "a refused attempt is in the log of acts"
            assert (fresh.who, fresh.outcome) == (who.actor, "refused")


def _last(world: World) -> Any:
    with world.db.reading() as session:
        found = oversight.search(session, somebody(Role.AUDITOR, HOME), limit=1)
    return found[0] if found else None


def test_the_operator_of_the_machine_may_do_all_of_it_under_her_own_name(world: World) -> None:
    alice = Principal(Role.SYSTEM, "os:alice")
    assert alice.actor == "os:alice"
    for name, case in CASES.items():
        for door in case.doors:
            code, _ = tried(world, door, alice, keep=False)
            assert code not in CODES, name
