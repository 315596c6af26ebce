"""Signing in with a provider that nobody here wrote: `oidc-provider` with its own defaults, and set up unlike them."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from onething.web.tables import WebSessionRow

pytestmark = pytest.mark.slow
Installed = Callable[..., Any]
OTHER = {
    "ONETHING_OIDC_SCOPES": "openid everything",
    "ONETHING_OIDC_CLAIMS": json.dumps({"role": "realm.roles role", "agency": "org.unit agency"}),
    "ONETHING_OIDC_ROLES": json.dumps({"clerk": "officer", "offline_access": ""}),
    "ONETHING_OIDC_AGENCIES": json.dumps({"公安局": "police"}),
}


def sessions(here: Any) -> list[tuple[str | None, str | None, str | None]]:
    with here.database.reading() as session:
        rows = session.scalars(select(WebSessionRow).where(WebSessionRow.kind == "signed_in"))
        return [(row.role, row.user_id, row.agency_id) for row in rows]


def test_a_providers_defaults_sign_a_mother_and_an_officer_in_and_out(installed: Installed) -> None:
    here = installed("defaults")
    page = here.sign_in("mother")
    assert (page.status_code, page.url.path) == (200, "/me"), page.text[-1500:]
    assert "林晓雯" in page.text
    home = here.sign_out()
    assert str(home.url) == f"{here.url}/"
    assert sessions(here) == []
    page = here.sign_in("officer")
    assert page.url.path == "/console", page.text[-1500:]
    assert sessions(here) == [("officer", "officer", "police")]


def test_an_agency_and_a_role_that_nobody_here_knows_are_named_on_the_page_and_open_nothing(
    installed: Installed,
) -> None:
    here = installed("defaults")
    page = here.sign_in("stranger")
    assert page.status_code == 403
    assert "moon-base" in page.text
    assert "不在本市的部门名单里" in page.text
    here.browser.cookies.clear()
    page = here.sign_in("wizard")
    assert page.status_code == 403
    assert "wizard" in page.text
    assert sessions(here) == []


def test_a_provider_set_up_unlike_its_defaults_is_read_by_settings(installed: Installed) -> None:
    here = installed("other", **OTHER)
    page = here.sign_in("listed")
    assert page.url.path == "/console", page.text[-1500:]
    assert sessions(here) == [("officer", "listed", "police")]


def test_signing_out_at_the_provider_ends_the_session_here(installed: Installed) -> None:
    here = installed("other", **OTHER)
    here.sign_in("mother")
    assert here.get("/me").status_code == 200
    left = here.get(f"{here.issuer}/session/end")
    form = re.search(r'<form[^>]*action="([^"]+)"', left.text)
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', left.text)
    assert form
    assert xsrf
    here.browser.post(form[1], data={"xsrf": xsrf[1], "logout": "yes"})
    end = time.monotonic() + 10
    while sessions(here) and time.monotonic() < end:
        time.sleep(0.05)
    assert sessions(here) == []
    assert here.get("/me").is_redirect
