"""What a provider says becomes somebody: claims under other names, roles in lists, agencies under other words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.access import Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.identity.claims import ClaimNames, at, identify, wants_more
from onething.identity.principals import principal_from
from onething.identity.settings import IdentitySettings

CITY = frozenset({"police", "tax"})


def read(claims: dict[str, Any], **settings: Any) -> Any:
    return identify({"sub": "u"} | claims, ClaimNames.of(IdentitySettings(**settings)), CITY)


def test_claims_make_citizens_and_officials(db: Database) -> None:
    with db.transaction() as session:
        claims = {"sub": "u1", "name": "林晓雯", "citizen_id": "310104199403122622", "phone_number": "13818860001"}
        her = principal_from(session, claims, CITY)
        again = principal_from(session, {"sub": "u1", "name": "林晓雯", "citizen_id": "310104199403122622"}, CITY)
        officer = principal_from(session, {"sub": "o1", "name": "王建平", "role": "officer", "agency": "police"}, CITY)
        auditor = principal_from(session, {"sub": "a1", "name": "严正", "role": "auditor"}, CITY)
    assert her.role is Role.CITIZEN
    assert her.subject_id == again.subject_id
    assert (officer.role, officer.agency_id) == (Role.OFFICER, "police")
    assert (auditor.role, auditor.subject_id) == (Role.AUDITOR, None)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"name": "孙某"}, "identity_incomplete"),
        ({"role": "officer", "name": "钱某"}, "identity_incomplete"),
        ({"role": "superuser", "name": "赵某"}, "role_unknown"),
        ({"role": ["root", "system"], "name": "赵某"}, "role_unknown"),
        ({"role": "officer", "name": "钱某", "agency": "moon"}, "agency_unknown"),
        ({"role": "admin", "name": "钱某", "agency": ["moon", "mars"]}, "agency_unknown"),
    ],
)
def test_who_is_not_fully_known_does_not_get_in_and_the_log_says_why_without_a_name(
    db: Database, claims: dict[str, Any], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from onething.core import logs

    logs.configure()
    with db.transaction() as session, pytest.raises(Problem, match=code):
        principal_from(session, {"sub": "u"} | claims, CITY)
    told = capsys.readouterr().err
    assert code in told
    assert claims["name"] not in told


def test_a_role_may_come_as_a_list_under_a_path_and_another_name() -> None:
    claims = {"name": "王", "realm_access": {"roles": ["offline_access", "clerk"]}, "dept": {"code": "公安局"}}
    told = read(
        claims,
        oidc_claims={"role": "realm_access.roles", "agency": "dept.code"},
        oidc_roles={"clerk": "officer"},
        oidc_agencies={"公安局": "police"},
    )
    assert (told.role, told.agencies) == (Role.OFFICER, ("police",))


def test_a_claim_named_by_an_address_is_found_though_it_has_dots() -> None:
    assert at({"https://city.example/claims": {"dept.id": "tax"}}, "https://city.example/claims.dept.id") == "tax"


def test_roles_that_mean_nothing_here_leave_a_citizen() -> None:
    claims = {"name": "林", "id_number": "1", "role": ["default-roles-city"]}
    assert read(claims, oidc_roles={"*": ""}).role is Role.CITIZEN
    with pytest.raises(Problem, match="role_unknown"):
        read(claims)


def test_of_several_roles_an_officers_counts_first() -> None:
    assert read({"name": "王", "role": ["citizen", "auditor", "officer"], "agency": "tax"}).role is Role.OFFICER


def test_userinfo_is_asked_only_where_something_is_missing() -> None:
    names = ClaimNames.of(IdentitySettings())
    officer = {"name": "王", "role": "officer", "agency": "tax"}
    citizen = {"name": "林", "role": "citizen", "citizen_id": "1", "phone": "2"}
    assert [wants_more(each, names) for each in (officer, citizen)] == [False, False]
    assert wants_more({"name": "王", "role": "officer"}, names)
    assert all(wants_more({k: v for k, v in citizen.items() if k != gone}, names) for gone in citizen)


def test_settings_that_make_no_sense_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ONETHING_OIDC_ROLES": '{"x": "king"}', "ONETHING_OIDC_CLAIMS": '{"salary": "x"}'}.items():
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            get_settings.cache_clear()
            with pytest.raises(ValueError, match=r"king|salary"):
                IdentitySettings()


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3))  # fmt: skip


@given(st.dictionaries(st.sampled_from(["name", "role", "agency", "org_code", "id_number", "phone"]), JSON))
def test_whatever_a_provider_sends_is_somebody_or_is_refused_in_words(claims: dict[str, Any]) -> None:
    words = ""
    try:
        told = read(claims)
    except Problem as problem:
        told, words = None, problem.what.zh
    assert told is not None or words
    if told is None:
        return
    assert told.role in Role
    assert set(told.agencies) <= CITY


SERVED = frozenset({"shanghai", "hangzhou"})
OFFICER = {"sub": "o1", "name": "王建平", "role": "officer", "agency": ["tax", "moon", "police"]}


def test_cities_agencies_and_grants_come_from_claims(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_OIDC_CITIES", '{"330100": "hangzhou"}')
    monkeypatch.setenv("ONETHING_OIDC_GRANTS", '{"approver": "policy.clause.approve rules.*"}')
    get_settings.cache_clear()
    said = OFFICER | {"served_city": ["330100", "440300"], "granted_acts": ["approver", "casework.item.decide"]}
    with db.transaction() as session:
        her = principal_from(session, said, CITY, SERVED)
    assert (her.agency_id, her.agencies) == ("tax", ("tax", "police")), (
        "an agency that the cities do not have is left out"
    )
    assert her.cities == {"hangzhou"}
    assert her.actor == "officer:hangzhou/tax:o1", "the log does not take her for an officer of the city that is served"
    assert her.grants == {"policy.clause.approve", "rules.*", "casework.item.decide"}
    get_settings.cache_clear()


def test_who_says_no_city_works_for_the_one_that_is_served_and_who_says_another_gets_no_session(db: Database) -> None:
    with db.transaction() as session:
        her = principal_from(session, OFFICER, CITY, SERVED)
        assert (her.cities, her.grants, her.actor) == ({"shanghai"}, None, "officer:tax:o1")
        assert principal_from(session, OFFICER, CITY).cities == {"shanghai"}, "an installation of one city"
        with pytest.raises(Problem, match="city_unknown") as refused:
            principal_from(session, OFFICER | {"served_city": "shenzhen"}, CITY, SERVED)
        with pytest.raises(Problem, match="city_unknown"):
            principal_from(session, {"sub": "a", "name": "丁", "role": "admin", "served_city": "shenzhen"}, CITY)
    assert "shenzhen" in refused.value.what.zh


def test_a_word_that_means_nothing_grants_nothing_and_no_word_leaves_all() -> None:
    assert read({"name": "王", "role": "auditor"}).grants is None
    assert (
        read({"name": "王", "role": "auditor", "granted_acts": "whatever"}, oidc_grants={"whatever": ""}).grants
        == frozenset()
    )


def test_userinfo_is_asked_for_the_city_where_cities_are_told_apart() -> None:
    apart = ClaimNames.of(IdentitySettings(oidc_cities={"330100": "hangzhou"}))
    said = {"name": "王", "role": "officer", "agency": "tax"}
    assert wants_more(said, apart)
    assert not wants_more(said | {"served_city": "330100"}, apart)
    assert not wants_more(said, ClaimNames.of(IdentitySettings()))
