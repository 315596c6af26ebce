"""Whether somebody may do something: one pure function, and the same as a condition on rows."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, true

from onething.core.access import Principal, Role
from onething.core.errors import ErrorKind, Problem
from onething.core.i18n import Text
from onething.core.rights.errors import NOT_GRANTED, OTHER_AGENCY, OTHER_CITY, OTHER_ROLE, SAME_PERSON
from onething.core.rights.models import Act, Decision, Reach, Scope

ROLE_WORDS = {
    Role.CITIZEN: Text(zh="申请人", en="applicant"),
    Role.OFFICER: Text(zh="工作人员", en="officer"),
    Role.ADMIN: Text(zh="管理员", en="administrator"),
    Role.AUDITOR: Text(zh="审计人员", en="auditor"),
    Role.SYSTEM: Text(zh="系统", en="the system"),
}
_WHO = {
    Role.OFFICER: Text(zh="{place}的工作人员", en="officers of {place}"),
    Role.ADMIN: Text(zh="{place}的管理员", en="administrators of {place}"),
    Role.AUDITOR: Text(zh="{place}的审计人员", en="auditors of {place}"),
}
_NO_AGENCY = Text(zh="有关部门", en="the agency concerned")
_OPERATOR = Text(zh="运维人员（在服务器上用命令办理）", en="the operator of the machine, by command")
_IN_CITY = Text(zh="{city}{agency}", en="{agency} in {city}")
_OWN_CITY = Text(zh="本市", en="this city")


def may(principal: Principal, act: Act, scope: Scope) -> Decision:
    """Whether this person may do this act to what the scope describes; else the reason, which says who may. Pure."""
    if principal.role is Role.SYSTEM:
        return Decision(True)
    refused = _refusal(principal, act, scope)
    if refused is None:
        return Decision(True)
    return Decision(
        False,
        Problem(
            refused, act.name, act=act.says, who=who_may(act, scope), role=ROLE_WORDS[principal.role], agency=_agency(scope), city=_city(scope)
        ),
    )  # fmt: skip


def _refusal(principal: Principal, act: Act, scope: Scope) -> ErrorKind | None:
    if principal.role not in act.roles:
        return OTHER_ROLE
    if not serves(principal, scope):
        return OTHER_CITY
    if bound(principal, act) and not set(principal.agencies) & set(scope.agencies):
        return OTHER_AGENCY
    if not granted(principal, act):
        return NOT_GRANTED
    return None if apart(principal, act, scope) else SAME_PERSON


def serves(principal: Principal, scope: Scope) -> bool:
    """Whether she works for this city."""
    return scope.own if principal.cities is None else scope.city in principal.cities


def bound(principal: Principal, act: Act) -> bool:
    """Whether the act is hers for her own agencies only."""
    return act.reach is Reach.AGENCY and principal.role is Role.OFFICER


def granted(principal: Principal, act: Act) -> bool:
    """Whether her provider leaves her this act: `policy.clause.approve`, `policy.*` or `*`."""
    if principal.grants is None or act.looks:
        return True
    return any(each == act.name or (each.endswith("*") and act.name.startswith(each[:-1])) for each in principal.grants)


def apart(principal: Principal, act: Act, scope: Scope) -> bool:
    """Whether somebody else did what must be apart from this act. The same person in another role is the same person."""
    did = [actor for other in act.apart_from for actor in scope.done.get(other, ())]
    return not any(same_person(actor, principal.actor) for actor in did)


def same_person(one: str, other: str) -> bool:
    """Whether two actors of the event log are the same person, whatever role and agency she had: `admin:-:u_1`, `officer:tax:u_1`."""
    return one == other or (one.count(":") > 1 < other.count(":") and one.split(":", 2)[2] == other.split(":", 2)[2])


def who_may(act: Act, scope: Scope) -> Text:
    """Who may do it to this: 杭州市 … of these agencies, or administrators of the city."""
    if not act.roles:
        return _OPERATOR
    city = _city(scope) if scope.city_named or not scope.own else _OWN_CITY
    words: list[Text] = []
    for role, form in _WHO.items():
        if role in act.roles:
            place = city
            if act.reach is Reach.AGENCY and role is Role.OFFICER:
                place = _IN_CITY.fill(city=city, agency=_agency(scope))
            words.append(form.fill(place=place))
    return Text(zh="、".join(each.zh for each in words), en=", ".join(each.en for each in words))


def _city(scope: Scope) -> Text:
    return scope.city_named or Text.same(scope.city)


def _agency(scope: Scope) -> Text:
    named = scope.named() if callable(scope.named) else scope.named
    return named or (Text.joined(scope.agencies) if scope.agencies else _NO_AGENCY)


def somewhere(principal: Principal, act: Act, home: str) -> Decision:
    """Whether she may do this act to anything at all: what a page asks before it knows what it is about. Pure; `home` is the city
    that the installation serves."""
    return may(principal, act, widest(principal, act, home))


def widest(principal: Principal, act: Act, home: str) -> Scope:
    """What of hers she would have the act for, if for anything."""
    city = next(iter(sorted(principal.cities)), "") if principal.cities is not None else home
    if act.reach is Reach.INSTALLATION:
        city = home
    return Scope(city=city, own=city == home, agencies=principal.agencies)


def condition(
    principal: Principal, act: Act, home: str, *, city: Any = None, agency: Any = None
) -> ColumnElement[bool]:  # fmt: skip
    """The same as a condition on rows: `agency` is their column; `city` theirs too, or the id of the city that all of them are of."""
    if principal.role is Role.SYSTEM:
        return true()
    if principal.role not in act.roles or not granted(principal, act):
        return false()
    parts: list[ColumnElement[bool]] = []
    cities = principal.cities if principal.cities is not None else frozenset({home})
    if isinstance(city, str) or city is None:
        if (city or home) not in cities:
            return false()
    else:
        parts.append(city.in_(sorted(cities)))
    if bound(principal, act):
        parts.append(_one_of(agency, principal.agencies))
    return and_(true(), *parts)


def _one_of(column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    known = sorted(set(values))
    return column == known[0] if len(known) == 1 else column.in_(known)
