"""The world of rights, the whole application over it, and browsers of people in it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rights_cases import Http
from rights_world import HOME, OTHER, OWNER, World, make_world
from starlette.testclient import TestClient

from onething.casework.officers import risk_desk
from onething.core.access import Principal
from onething.core.db import get_database
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.policy.fulfilment import service as benefits
from onething.subjects.profiles import service as profiles
from onething.web.http import csrf, rest, sessions
from stores import with_tables

KNOWN: dict[str, Principal] = {}
"""Whom the API knows by her token."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    patch, folder = pytest.MonkeyPatch(), tmp_path_factory.mktemp("rights")
    for name in [name for name in os.environ if name.startswith("ONETHING_")]:
        patch.delenv(
            name
        )  # what tests of other files in this process have set for longer; each test's own settings lack it too
    for name, value in {
        "ONETHING_DATABASE_URL": f"sqlite:///{folder}/onething.db", "ONETHING_DATA_DIR": str(folder / "var"), "ONETHING_CITY": HOME,
        "ONETHING_POLICY_CITY": OTHER, "ONETHING_CITIES_DIR": str(Path(__file__).parents[2] / "cities"),
    }.items():  # fmt: skip
        patch.setenv(name, value)
    patch.setattr(risk_desk, "_agencies", lambda city: {OWNER[HOME]})
    get_settings.cache_clear()
    database = get_database()
    with_tables(database)
    yield make_world(database, profiles.load_spec(benefits.policy_folder()))
    patch.undo()
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def _same_settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _own_settings: None) -> None:
    """The installation of this module, whatever the shared fixture has set for a test; where a module has one."""
    if "world" not in request.fixturenames:
        return
    world: World = request.getfixturevalue("world")
    folder = Path(world.db.url.removeprefix("sqlite:///")).parent
    monkeypatch.setenv("ONETHING_DATABASE_URL", world.db.url)
    monkeypatch.setenv("ONETHING_DATA_DIR", str(folder / "var"))
    monkeypatch.setenv("ONETHING_POLICY_CITY", OTHER)
    get_settings.cache_clear()


class Browser:
    """One person at the pages and at the API of the whole application."""

    def __init__(self, app: Any, world: World, who: Principal) -> None:
        with world.db.transaction() as session:
            token = sessions.open_signed_in(session, who)
        with world.db.reading() as session:
            found = sessions.find(session, token)
        assert found is not None
        assert found.principal == who, "a session keeps cities, agencies and grants"
        self.csrf, self.world = csrf.masked(found.csrf), world
        self.client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
        self.client.cookies.set(sessions.cookie_name(get_settings()), token)
        self.token = who.user_id
        KNOWN[self.token] = who

    def send(self, wanted: Http) -> Any:
        fields = {name: value for name, value in vars(self.world).items() if isinstance(value, str)}
        path = wanted.path.format(**fields)
        if path.startswith("/api/"):
            self.client.cookies.clear()
            return self.client.request(
                wanted.method, path, json=wanted.json, headers={"Authorization": f"Bearer {self.token}"}
            )
        form = {key: value.format(**fields) for key, value in (wanted.form or {}).items()} | {"_csrf": self.csrf}
        sent = form if wanted.method != "GET" else None
        return self.client.request(wanted.method, path, data=sent, headers={"Origin": "http://127.0.0.1:8000"})


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[Any]:
    patch = pytest.MonkeyPatch()
    patch.setattr(rest, "authenticate", lambda token: KNOWN[token])
    yield create_app(with_background=False)
    patch.undo()


@pytest.fixture
def browse(app: Any, world: World) -> Any:
    """`browse(who)` is that person's browser."""
    return lambda who: Browser(app, world, who)
