"""Who may subscribe what, where messages may go, and that nothing but ids leaves unless it was allowed."""

import asyncio
import ipaddress
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.event_samples import event

from onething.core import events
from onething.core.access import SYSTEM_PRINCIPAL, Principal, Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.events.describing import load_declared
from onething.webhooks import service, signing
from onething.webhooks.addresses import RefusedAddressError, allowed, networks, parsed, resolved
from onething.webhooks.hearing import hearing
from onething.webhooks.message import body
from onething.webhooks.outbox import is_for

OFFICER = Principal(Role.OFFICER, "o1", "陆春梅", None, "police")
ADMIN = Principal(Role.ADMIN, "o2", "方向阳")
AUDITOR = Principal(Role.AUDITOR, "o3", "蒋慧")
CITIZEN = Principal(Role.CITIZEN, "a1", "王芳", "subj_1")
URL = "https://systems.example.org/in"


@pytest.mark.parametrize(
    ("who", "agency", "with_data", "why"),
    [
        (OFFICER, None, False, "other_agency"), (OFFICER, "health", False, "other_agency"), (OFFICER, "police", True, "other_role"),
        (AUDITOR, "police", False, "other_role"), (CITIZEN, None, False, "other_role"),
    ],
)  # fmt: skip
def test_nobody_subscribes_to_more_than_is_theirs(
    db: Database, who: Principal, agency: str | None, with_data: bool, why: str
) -> None:
    with db.transaction() as session, pytest.raises(Problem) as refused:
        service.add(session, who, URL, ["case.*"], agency=agency, with_data=with_data)
    assert refused.value.kind.code == f"rights.{why}"


def test_an_officer_keeps_those_of_her_agency_and_sees_no_others(db: Database) -> None:
    with db.transaction() as session:
        own = service.add(session, OFFICER, URL, ["task.*"], agency="police").subscription
        other = service.add(session, ADMIN, URL, ["*"]).subscription
        assert [each.id for each in service.listing(session, OFFICER)] == [own.id]
        assert [each.id for each in service.listing(session, AUDITOR)] == [own.id, other.id]
        for act in (service.find, service.pause, service.remove, service.rotate, service.send_test, service.deliveries):
            with pytest.raises(Problem) as refused:
                act(session, OFFICER, other.id)
            assert refused.value.kind.code == "webhooks.not_found"
        with pytest.raises(Problem) as refused:
            service.pause(session, AUDITOR, own.id)
        assert refused.value.kind.code == "rights.other_role"
        with pytest.raises(Problem):
            service.listing(session, CITIZEN)


def test_an_agencys_subscription_hears_what_concerns_it_and_no_more(db: Database) -> None:
    with db.transaction() as session:
        service.add(session, OFFICER, URL, ["*"], agency="police")
        [heard] = hearing(session)
        mine = event("case_1", "task.done", task="t", agency="police")
        assert is_for(heard, mine)
        assert not is_for(heard, event("case_1", "task.done", task="t", agency="health"))
        assert not is_for(heard, event("case_1", "case.submitted", subject_id="subj_1"))


@pytest.mark.parametrize("wanted", ["case.nothing", "nothing.*", "", "webhook.changed", "c*", "*.submitted"])
def test_types_that_are_none_are_refused(db: Database, wanted: str) -> None:
    with db.transaction() as session, pytest.raises(Problem) as refused:
        service.add(session, ADMIN, URL, [wanted])
    assert refused.value.kind.code == "webhooks.unknown_type"


def test_a_test_message_goes_to_its_subscription_alone(db: Database) -> None:
    with db.transaction() as session:
        one = service.add(session, ADMIN, URL, ["*"]).subscription
        service.add(session, ADMIN, URL, ["*"])
        service.send_test(session, ADMIN, one.id)
        tested = events.of_stream(session, f"webhook:{one.id}")[-1]
        assert [is_for(each, tested) for each in hearing(session)] == [True, False]


def test_secrets_lie_sealed(db: Database) -> None:
    with db.transaction() as session:
        made = service.add(session, ADMIN, URL, ["*"])
    stored = db.engine.raw_connection().cursor().execute("SELECT secret FROM webhook_subscription").fetchone()[0]
    assert made.secret.encode() not in stored
    assert signing.key_of(made.secret) not in stored


# -- where messages may go -----------------------------------------------------------------------------------------

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
    "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_in_every_spelling(address: str) -> None:
    assert not allowed(ipaddress.ip_address(address), "https", ())


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://0x7f000001/", "https://2130706433/", "https://127.1/"])  # fmt: skip
def test_names_and_numbers_that_lead_inside_are_refused_when_looked_up(url: str) -> None:
    with pytest.raises((RefusedAddressError, OSError)):
        asyncio.run(resolved(url, ()))


def test_a_network_that_is_allowed_takes_http_and_no_other_does() -> None:
    inside = networks(["10.20.0.0/16", "fd00::/8"])
    assert allowed(ipaddress.ip_address("10.20.3.4"), "http", inside)
    assert allowed(ipaddress.ip_address("::ffff:10.20.3.4"), "http", inside)
    assert not allowed(ipaddress.ip_address("10.21.3.4"), "https", inside)
    assert allowed(ipaddress.ip_address("8.8.8.8"), "https", inside)
    assert not allowed(ipaddress.ip_address("8.8.8.8"), "http", inside)


def test_the_connection_is_made_to_the_address_that_was_judged() -> None:
    target = asyncio.run(resolved("https://localhost:8443/in?x=1", networks(["127.0.0.0/8", "::1/128"])))
    assert target.url == "https://127.0.0.1:8443/in?x=1"
    assert (target.host, target.authority) == ("localhost", "localhost:8443")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x", "https://", "example.org", "https://user:pw@example.org/", "https://example.org/#part", "https://example.org:0/",
        "https://example.org:99999/", "https://exämple.org/", "https://example.org/a b", "https://example.org/\r\nx: y", "https://example.org/" + "x" * 500, "https://[::1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_when_it_is_subscribed(db: Database, url: str) -> None:
    with db.transaction() as session, pytest.raises(Problem) as refused:
        service.add(session, ADMIN, url, ["*"])
    assert refused.value.kind.code == "webhooks.bad_address"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_problem(text: str) -> None:
    codes = list[str]()
    try:
        parsed(text)
    except Problem as problem:
        codes.append(problem.kind.code)
    assert codes in ([], ["webhooks.bad_address"])


# -- what messages say ---------------------------------------------------------------------------------------------


def test_no_message_says_more_than_ids_unless_it_was_allowed() -> None:
    for declared in load_declared():
        happened = event("case_1", declared.name)
        plain = json.loads(body(happened, with_data=False))["data"]
        assert set(plain) == {"event", "seq", "stream", "version", "objects"}, declared.name
        told = json.loads(body(happened, with_data=True))["data"]["details"]
        withheld = {field.name for field in declared.fields if field.withheld}
        assert not withheld & set(told), declared.name


@given(st.binary(max_size=200), st.integers(0, 2**31), st.text("abcdef_0123456789", min_size=1, max_size=30))
def test_what_was_signed_verifies_and_nothing_else_does(content: bytes, at: int, message_id: str) -> None:
    secret, other = signing.new_secret(), signing.new_secret()
    sent = signing.headers([other, secret], message_id, at, content)
    assert service.verify(secret, sent, content, at + 299) == message_id
    for headers, received, now in (
        (sent, content + b"x", at), (sent, content, at + 301), (sent | {"webhook-id": message_id + "x"}, content, at),
        (sent | {"webhook-timestamp": str(at + 1)}, content, at), (sent | {"webhook-signature": ""}, content, at),
        ({}, content, at), (sent | {"webhook-timestamp": "soon"}, content, at),
    ):  # fmt: skip
        with pytest.raises(service.NotGenuineError):
            service.verify(secret, headers, received, now)
    with pytest.raises(service.NotGenuineError):
        service.verify(signing.new_secret(), sent, content, at)


def test_signatures_are_those_of_standard_webhooks() -> None:
    # The example of the specification's reference libraries.
    secret, content = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert signing.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, content) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_an_installation_without_subscriptions_pays_one_look_in_two_seconds(db: Database) -> None:
    from sqlalchemy import event as sql_event

    asked: list[str] = []
    sql_event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    began = time.monotonic()
    for number in range(5):
        with db.transaction() as session:
            hearing(session)
            session.connection()
        assert number < 5
    looks = [statement for statement in asked if "webhook_subscription" in statement]
    assert len(looks) <= 1 + (time.monotonic() - began) // 2


def test_the_system_may_do_what_an_administrator_may(db: Database) -> None:
    with db.transaction() as session:
        made = service.add(session, SYSTEM_PRINCIPAL, URL, ["*"], with_data=True)
        assert made.subscription.with_data
