"""The product as a web server of this process, beside a provider that nobody here wrote."""

import contextlib
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from joserfc.jwk import ECKey
from tests.conftest import ROOT, free_port

from onething.core.db import Database, get_database
from onething.core.settings import get_settings
from onething.host.web import create_app
from stores import with_tables

SCRIPT = Path(__file__).parent / "provider.mjs"


@dataclass
class Installation:
    """The product at `url`, the provider at `issuer`; `browser` has the cookies of both."""

    url: str
    issuer: str
    browser: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    @property
    def database(self) -> Database:
        return get_database()

    def get(self, address: str) -> httpx.Response:
        return self.browser.get(address if "//" in address else f"{self.url}{address}")

    def sign_in(self, login: str) -> httpx.Response:
        """Through the provider's own pages of login and consent, back to the product; the last answer of the way."""
        answer = self.get("/sign-in")
        for _ in range(20):
            while answer.is_redirect:
                answer = self.browser.get(str(answer.next_request.url if answer.next_request else ""))
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            if not str(answer.url).startswith(self.issuer) or form is None:
                return answer
            prompt = "login" if 'value="login"' in answer.text else "consent"
            answer = self.browser.post(form[1], data={"prompt": prompt, "login": login, "password": "x"})
        raise AssertionError("the provider sends us round in circles")

    def sign_out(self) -> httpx.Response:
        """By the product's form, then through the provider's question whether she means it."""
        token = re.search(r'name="_csrf" value="([^"]+)"', self.get("/me").text)
        assert token
        answer = self.browser.post(f"{self.url}/sign-out", data={"_csrf": token[1]})
        while True:
            while answer.is_redirect:
                answer = self.browser.get(str(answer.next_request.url if answer.next_request else ""))
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            if not str(answer.url).startswith(self.issuer) or form is None:
                return answer
            xsrf = re.search(r'name="xsrf" value="([^"]+)"', answer.text)
            answer = self.browser.post(form[1], data={"xsrf": xsrf[1] if xsrf else "", "logout": "yes"})


@contextlib.contextmanager
def serving(port: int) -> Iterator[None]:
    """The web application on a port, in a thread."""
    server = uvicorn.Server(uvicorn.Config(create_app(with_background=False), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield
    server.should_exit = True
    thread.join(10)


@contextlib.contextmanager
def provider(port: int, variant: str, app: str) -> Iterator[None]:
    key = ECKey.generate_key("P-256", {"kid": "es", "use": "sig", "alg": "ES256"})
    environment = {**os.environ, "KEY": json.dumps(key.as_dict(private=True)), "NODE_NO_WARNINGS": "1"}
    # The script is found beside the packages, wherever tests lie.
    command = ["node", str(SCRIPT), str(port), variant, app]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as node:
        assert node.stdout is not None
        for line in node.stdout:
            if b"listening" in line:
                break
        else:
            raise RuntimeError(node.stderr.read().decode()[-2000:] if node.stderr else "it did not start")
        yield
        node.kill()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """`installed("defaults", ONETHING_OIDC_…=…)` starts both and gives an `Installation`."""
    if not (ROOT / "node_modules" / "oidc-provider").exists():
        pytest.skip("no oidc-provider here; `npm ci` installs it")
    with contextlib.ExitStack() as stack:

        def start(variant: str, **settings: str) -> Installation:
            port, other = free_port(), free_port()
            url, issuer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}"
            told = {
                "ONETHING_PUBLIC_URL": url, "ONETHING_OIDC_ISSUER": issuer, "ONETHING_OIDC_CLIENT_ID": "city portal",
                "ONETHING_OIDC_CLIENT_SECRET": "s3cret:+/ %&=", **settings,
            }  # fmt: skip
            for name, value in told.items():
                monkeypatch.setenv(name, value)
            get_settings.cache_clear()
            stack.enter_context(provider(other, variant, url))
            with_tables(get_database())
            stack.enter_context(serving(port))
            return Installation(url, issuer)

        yield start
