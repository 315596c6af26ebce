"""Playing a procedure so that nothing is filed twice and nothing wrong is submitted.

Whatever happened before — a crash between "save" and "submit", a lost answer, a second worker — each run begins by looking
for our reference in their system. It goes on from what it finds: nothing, a draft, or the filed case.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from onething.exchange.contrib.robot.browser import Hands, MissingError
from onething.exchange.contrib.robot.reading_back import same
from onething.exchange.contrib.robot.script import Procedure, Script, Step

SIGN_INS = 3
"""Times a session may run out within one run."""


class AwayError(Exception):
    """Their system says that it is away. `wait` is seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("away")
        self.wait = wait


class RefusedError(Exception):
    """Their system says no, in its own words."""


class SignedOutError(Exception):
    """The session ran out."""


class DiffersError(Exception):
    """What stands in their system is not what was meant. `places` name the fields, never their values."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(", ".join(places))
        self.places = places


@dataclass(slots=True)
class Shot:
    """One step as it was played."""

    what: str
    ms: float
    picture: bytes


@dataclass
class Player:
    """Plays one procedure on one browser page. `fields` are their names and values."""

    hands: Hands
    script: Script
    procedure: Procedure
    fields: Mapping[str, str]
    shots: list[Shot] = field(default_factory=list[Shot])
    keep: Callable[[Shot], Awaitable[None]] | None = None

    async def run(self) -> dict[str, str] | None:
        """The record's values by the names of `result`; None when a lookup finds nothing. Raises the errors above."""
        for turn in range(SIGN_INS):
            try:
                if turn or not await self._signed_in():
                    await self._play("sign_in", self.script.sign_in)
                return await self._once()
            except SignedOutError:
                if turn + 1 == SIGN_INS:
                    raise AwayError(60.0) from None
        raise AssertionError("not reached")

    async def _signed_in(self) -> bool:
        """A fresh browser is not; kept as a question so that a pooled one could answer it."""
        return False

    async def _once(self) -> dict[str, str] | None:
        found = await self._find()
        if not self.procedure.enter:
            return await self._result() if found else None
        if not found:
            await self._play("enter", self.procedure.enter)
            if not await self._find():
                raise MissingError(self.procedure.found)
        if not await self._is_filed():
            await self._play("open", self.procedure.open)
            await self._compare()
            await self._play("submit", self.procedure.submit)
            if not await self._find() or not await self._is_filed():
                raise MissingError(self.procedure.filed or self.procedure.found)
        return await self._result()

    async def _find(self) -> bool:
        await self._play("find", self.procedure.find)
        return await self.hands.is_there(self.procedure.found, patience=0.5)

    async def _is_filed(self) -> bool:
        return self.procedure.filed is not None and await self.hands.is_there(self.procedure.filed, patience=0.3)

    async def _compare(self) -> None:
        wrong: list[str] = []
        for place, name in self.procedure.check.items():
            _, element = self.script.element(place)
            meant = self._value(name)
            if not same(element, meant, await self.hands.read(place)):
                wrong.append(place)
        await self._picture("check")
        if wrong:
            raise DiffersError(wrong)

    async def _result(self) -> dict[str, str]:
        return {name: await self.hands.read(place) for name, place in self.procedure.result.items()}

    async def _play(self, part: str, steps: tuple[Step, ...]) -> None:
        for step in steps:
            started = time.perf_counter()
            try:
                await self._do(step)
            except MissingError:
                await self._picture(f"{part}: {_name(step)}", started)
                await self._heed_signs()  # the page may say why the element is not there
                raise
            await self._picture(f"{part}: {_name(step)}", started)
            await self._heed_signs()

    async def _do(self, step: Step) -> None:
        if step.open:
            await self.hands.open(step.open)
        elif step.click:
            await self.hands.click(step.click)
        elif step.press:
            if await self.hands.is_there(step.press, patience=0.3):
                await self.hands.click(step.press)
        elif step.expect:
            await self.hands.find(step.expect)
        for place, name in (step.fill or {}).items():
            await self.hands.fill(place, self._value(name))

    def _value(self, name: str) -> str:
        return name[1:] if name.startswith("=") else self.fields.get(name, "")

    async def _heed_signs(self) -> None:
        if self.hands.cut_off():
            raise AwayError(30.0)
        words = await self.hands.texts()
        for sign in self.script.signs:
            if sign.text in words:
                if sign.means == "away":
                    raise AwayError(sign.wait)
                if sign.means == "signed_out":
                    raise SignedOutError
                line = next(line for line in words.splitlines() if sign.text in line)
                raise RefusedError(line.strip()[:200])

    async def _picture(self, what: str, started: float | None = None) -> None:
        ms = 1000 * (time.perf_counter() - started) if started else 0.0
        shot = Shot(what, round(ms, 1), await self.hands.picture())
        self.shots.append(shot)
        if self.keep is not None:
            await self.keep(shot)


def _name(step: Step) -> str:
    """What a step does, without any value."""
    if step.fill:
        return "fill " + ", ".join(step.fill)
    if step.open:
        return f"open {step.open}"
    return f"expect {step.expect}" if step.expect else f"click {step.click or step.press}"
