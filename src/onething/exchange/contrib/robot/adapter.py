"""The exchange's adapter `robot`: an order to an agency becomes a run in a browser; everything else is as with any adapter.

`gateway.url` is their system, `gateway.options.script` the robot's script in the city package, an operation's `path` its
procedure. `gateway.options.user_env` and `password_env` name the environment variables with the robot's login.
"""

import asyncio
import base64
import hashlib
import os
import time
from typing import Any

from onething.core.city_folders import city_folder
from onething.core.logs import get_logger, mask
from onething.exchange.base import Reply, Request
from onething.exchange.contrib.robot.browser import Hands, MissingError
from onething.exchange.contrib.robot.playing import AwayError, DiffersError, Player, RefusedError
from onething.exchange.contrib.robot.records import keep_run
from onething.exchange.contrib.robot.script import Script, load_script
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import TranslationError, translation_of

log = get_logger(__name__)
AT_ONCE = 2
"""Browser pages of one process; a page takes half a core while it loads."""
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def reference_of(key: str) -> str:
    """Our mark in their system: short enough for a remarks field, the same for every attempt, telling nobody anything."""
    return "OT" + base64.b32encode(hashlib.sha256(key.encode()).digest())[:14].decode()


class RobotAdapter:
    """See the module. One browser for the life of the loop, a fresh context (no cookies) for each run."""

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._scripts: dict[str, Script] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._starting = asyncio.Lock()
        self._driver: Any = None
        self._browser: Any = None

    async def call(self, request: Request) -> Reply:
        translation = translation_of(request.agency, request.operation)
        try:
            fields = {name: str(value) for name, value in translation.to_theirs(request.params).items()}
        except TranslationError as error:
            return Reply(Outcome.FAULT, reason=str(error), code="not_sendable")
        script = await self._script(request)
        async with self._places:
            reply, values = await self._run(script, request, fields)
        if values is None:
            return reply
        return judge(200, values, translation, request)

    async def _run(
        self, script: Script, request: Request, fields: dict[str, str]
    ) -> tuple[Reply, dict[str, str] | None]:
        context = await (await self._open()).new_context(locale="zh-CN", viewport={"width": 1200, "height": 900})
        started = time.perf_counter()
        try:
            page = await context.new_page()
            page.on("dialog", _accept)
            hands = Hands(page, script, self._settings.gateways.get(request.agency.id, request.agency.gateway.url))
            reference = reference_of(request.key)
            known = fields | {"$reference": reference} | _login(request)
            player = Player(hands, script, script.procedures[request.operation.path], known)
            reply, values = Reply(Outcome.UNAVAILABLE, code="cut_off"), None
            try:
                reply, values = await _played(player)
            finally:
                ms = 1000 * (time.perf_counter() - started)
                await asyncio.shield(asyncio.to_thread(keep_run, request, reference, reply, player, ms))
            return reply, values
        finally:
            await context.close()

    async def _script(self, request: Request) -> Script:
        name = request.agency.gateway.options.get("script", "")
        if name not in self._scripts:
            path = city_folder() / name
            self._scripts[name] = await asyncio.to_thread(load_script, path)
        return self._scripts[name]

    async def _open(self) -> Any:
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                from playwright.async_api import async_playwright

                if self._driver is None:
                    self._driver = await async_playwright().start()
                self._browser = await self._driver.chromium.launch(
                    executable_path=str(self._settings.chromium), args=list(ARGUMENTS)
                )
            return self._browser

    async def aclose(self) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._driver is not None:
            await self._driver.stop()
        self._browser = self._driver = None


async def _accept(dialog: Any) -> None:
    """“Are you sure?” — the values were read back just before."""
    await dialog.accept()


def _login(request: Request) -> dict[str, str]:
    options = request.agency.gateway.options
    return {
        "$user": os.environ.get(options.get("user_env", ""), options.get("user", "")),
        "$password": os.environ.get(options.get("password_env", ""), ""),
    }


async def _played(player: Player) -> tuple[Reply, dict[str, str] | None]:
    try:
        values = await player.run()
    except AwayError as away:
        return Reply(Outcome.UNAVAILABLE, code="away", retry_after=away.wait), None
    except RefusedError as error:
        return Reply(Outcome.REFUSED, reason=mask(str(error)), code="refused"), None
    except DiffersError as error:
        log.warning("a robot read back something else than it entered", places=error.places)
        return Reply(Outcome.NONSENSE, reason=f"read back differently: {error}", code="differs"), None
    except MissingError as error:
        return Reply(Outcome.NONSENSE, reason=f"not on the page: {error.place}", code="missing"), None
    if values is None:
        return Reply(Outcome.NOT_FOUND, code="no_record"), None
    return Reply(Outcome.OK), values
