"""The door of the exchange: `Exchange.ask` puts one question or order to an agency and always comes back with an
`Answer`.

Trouble at an agency is an answer too (unavailable, nonsense), never an exception. Exceptions mean that we are at
fault: an operation that the city package does not have, or a database that does not save the message log.

Asking:
`Exchange`: asks the agencies of a city, with retries inside the deadline, and logs it; one per process, safe from
    several event loops and threads. It also says which agencies are down. exchange.unknown_operation for one the city
    lacks.

Orders that wait for their agency:
`forward_round`: sends what was stored once its agency is back → what the round did.
`forget_orders`: drops orders that ended more than some days ago → how many.

The message log:
`recent`: the newest conversations, for operators.
`messages_about`: conversations about a person, in a case, or both, newest first; ValueError when neither is given.
`save_notes`: conversations of `Exchange.converse`, in the transaction that keeps what came of them.
`stats`: per agency since a moment: conversations, share that failed, median milliseconds.

The agency's side:
`AgencySide`: one operation as its agency sees it, for mocks: what a request asks in our words, and answers that are understood.

Nouns: `AgencyState`, `Answer`, `Call`, `Message`, `Note`, `Outcome`, `Stats`.
"""

import asyncio
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakKeyDictionary

from onething.catalog.models import Agency, City, EvidenceType, Operation
from onething.core import tracing
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.faults import Report
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.core.persons.numbers import person_numbers_in
from onething.core.settings import settings_of
from onething.exchange.base import Adapter, Reply, Request
from onething.exchange.directory import Directory
from onething.exchange.errors import UNKNOWN_OPERATION
from onething.exchange.forwarding.forwarding import forget as forget_orders
from onething.exchange.forwarding.forwarding import forward_round
from onething.exchange.message_log import Message, Stats, messages_about, recent, stats
from onething.exchange.models import NO_LAW, Answer, Call, Note, Outcome
from onething.exchange.registry import make_adapter
from onething.exchange.resilience.breaker import Breaker, State
from onething.exchange.resilience.journal import Journal, save_notes
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.settings import ExchangeSettings
from onething.exchange.wire.agency_side import AgencySide
from onething.exchange.wire.validation import checked

__all__ = [
    "AgencySide",
    "AgencyState",
    "Answer",
    "Call",
    "Exchange",
    "Message",
    "Note",
    "Outcome",
    "Stats",
    "forget_orders",
    "forward_round",
    "messages_about",
    "recent",
    "save_notes",
    "stats",
]

IN_FLIGHT = 32
"""Most calls to one agency at one time from one process; further ones wait within their own deadline."""
MOST_WAITING = 512
"""Calls that wait for one agency in one process; further ones are told at once to come back, so that a slow agency fills no memory."""

log = get_logger(__name__)
_NOT_SENT = Reply(Outcome.UNAVAILABLE, code="not_ours", retry_after=1.0)
"""The work is another process's now; it sends."""


@dataclass(frozen=True, slots=True)
class AgencyState:
    """How an agency looks from this process."""

    agency: str
    state: State
    wait: float
    """Seconds until it is tried again; 0 when it may be called."""


@dataclass(slots=True)
class _Target:
    agency: Agency
    operation: Operation
    gives: EvidenceType | None


class _Loop:
    """What belongs to one event loop: adapters with their connections, bulkheads, the journal."""

    def __init__(self, db: Database, settings: ExchangeSettings) -> None:
        self.journal = Journal(db)
        self._settings = settings
        self._adapters: dict[str, Adapter] = {}
        self._places: dict[str, asyncio.Semaphore] = {}
        self.under_way: Counter[str] = Counter()

    def adapter(self, name: str) -> Adapter:
        if name not in self._adapters:
            self._adapters[name] = make_adapter(name, self._settings)
        return self._adapters[name]

    def places(self, agency: str) -> asyncio.Semaphore:
        if agency not in self._places:
            self._places[agency] = asyncio.Semaphore(IN_FLIGHT)
        return self._places[agency]

    async def aclose(self) -> None:
        for adapter in self._adapters.values():
            await adapter.aclose()
        await self.journal.aclose()


def _targets_of(city: City) -> dict[str, _Target]:
    return {
        f"{agency.id}.{operation.id}": _Target(
            agency, operation, city.evidence_type(operation.gives) if operation.gives else None
        )
        for agency, operation in city.operations()
    }


class Exchange:
    """Asks the agencies of a city. One per process; safe to use from several event loops and threads."""

    def __init__(
        self,
        city: City,
        db: Database,
        *,
        settings: ExchangeSettings | None = None,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings or settings_of(ExchangeSettings)
        self._db, self._backoff = db, backoff or Backoff()
        self.may_send: Callable[[], bool] = lambda: True
        """Asked at the last moment before each attempt: a process that was paused may wake with its work given away."""
        self._city, self._clock = city, clock
        self._targets = _targets_of(city)
        self._breakers = {agency.id: Breaker(clock=clock) for agency in city.agencies}
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Loop] = WeakKeyDictionary()
        self._lock = threading.Lock()
        folder = self._settings.gateway_dir
        self._members = Directory(folder) if folder is not None else None

    def follow(self, city: City) -> None:
        """Go on with another edition of the city package; what is known of the agencies' health stays."""
        if city is self._city:
            return
        self._city, self._targets = city, _targets_of(city)
        for agency in city.agencies:
            self._breakers.setdefault(agency.id, Breaker(clock=self._clock))

    # -- what others see of the agencies' health

    def is_down(self, agency: str) -> bool:
        """True while calls to it are refused at once. Once a probe is due it counts as up, so that somebody probes."""
        breaker = self._breakers.get(agency)
        return breaker is not None and breaker.state is State.OPEN

    def down_agencies(self) -> set[str]:
        return {agency for agency in self._breakers if self.is_down(agency)}

    def states(self) -> Sequence[AgencyState]:
        """Every agency's breaker as this process sees it."""
        return [AgencyState(agency, breaker.state, breaker.wait()) for agency, breaker in self._breakers.items()]

    # -- asking

    async def ask(self, call: Call) -> Answer:
        """Put a call to its agency, with retries inside the deadline, and log it; see the module for what is raised."""
        answer = await self.converse(call)
        if answer.note is not None:
            await self._loop().journal.write(answer.note)
        return replace(answer, note=None)

    async def converse(self, call: Call) -> Answer:
        """As `ask`, but the conversation is not in the message log yet: whoever uses the answer saves its `note` by
        `save_notes`, in the transaction that keeps what came of it."""
        target = self._targets.get(call.operation)
        if target is None:
            raise Problem(UNKNOWN_OPERATION, operation=call.operation)
        loop, started, message_id = self._loop(), time.perf_counter(), new_id("msg")
        with tracing.span(f"ask {call.operation}", "asks", attributes={"onething.message": message_id}) as begun:
            reply, attempts = await self._attempts(loop, target, call, message_id)
            begun.set_attribute("onething.outcome", reply.outcome.value)
        reply = checked(target.operation, target.gives, call.params, reply)
        at, ms = now(), (time.perf_counter() - started) * 1000
        note = _note(target, call, reply, (message_id, at, attempts, ms))
        return Answer(
            reply.outcome, reply.data, reply.reason, reply.code, attempts, ms, at, message_id, reply.retry_after,
            tuple(sorted(reply.unknown)), note,
        )  # fmt: skip

    async def _attempts(self, loop: _Loop, target: _Target, call: Call, message_id: str) -> tuple[Reply, int]:
        """All attempts of one call: the last reply, and how many were sent."""
        most = self._settings.exchange_attempts
        patience = target.operation.timeout or self._settings.exchange_timeout
        end = time.monotonic() + (call.deadline if call.deadline is not None else patience * most)
        breaker = self._breakers[target.agency.id]
        reply, sent = Reply(Outcome.UNAVAILABLE, code="deadline"), 0
        while sent < most and (left := end - time.monotonic()) > 0:
            if not breaker.admit():
                wait = max(breaker.wait(), 0.5)
                return (reply if sent else Reply(Outcome.UNAVAILABLE, code="breaker_open", retry_after=wait)), sent
            timeout = min(patience, left)
            request = Request(target.agency, target.operation, call.params, call.key, timeout, message_id, call)
            reply = await self._attempt(loop, breaker, request)
            if reply is _NOT_SENT:
                return reply, sent
            sent += 1
            if reply.outcome is not Outcome.UNAVAILABLE:
                return reply, sent
            wait = self._backoff.wait(sent, reply.retry_after)
            if sent == most or wait >= end - time.monotonic():
                break
            await asyncio.sleep(wait)
        return reply, sent

    async def _attempt(self, loop: _Loop, breaker: Breaker, request: Request) -> Reply:
        """One attempt inside the agency's bulkhead; tells the breaker how it went."""
        if loop.under_way[request.agency.id] >= IN_FLIGHT + MOST_WAITING:
            breaker.abandoned()
            return Reply(Outcome.UNAVAILABLE, code="busy", retry_after=1.0)
        loop.under_way[request.agency.id] += 1
        try:
            return await self._in_its_place(loop, breaker, request)
        finally:
            loop.under_way[request.agency.id] -= 1

    async def _in_its_place(self, loop: _Loop, breaker: Breaker, request: Request) -> Reply:
        learned = False
        try:
            async with asyncio.timeout(request.timeout), loop.places(request.agency.id):
                adapter = loop.adapter(self._way(request.agency))
                if not self.may_send():
                    breaker.abandoned()
                    return _NOT_SENT
                learned = True
                reply = await adapter.call(request)
        except TimeoutError:
            if not learned:  # our own bulkhead was full; that says nothing of the agency
                breaker.abandoned()
                return Reply(Outcome.UNAVAILABLE, code="busy", retry_after=1.0)
            reply = Reply(Outcome.UNAVAILABLE, code="timeout")
        except Problem:
            breaker.abandoned()
            raise
        except _OURS as error:
            log.error("an adapter broke", agency=request.agency.id, error=type(error).__name__, at=_place_of(error))
            reply = Reply(Outcome.FAULT, reason=f"{type(error).__name__} at {_place_of(error)}", code="adapter_error")
        except Exception as error:  # noqa: BLE001 - whatever else an adapter raises, the agency did not answer
            log.info("agency did not answer", agency=request.agency.id, error=type(error).__name__)
            reply = Reply(Outcome.UNAVAILABLE, code=_code_of(error))
        except BaseException:
            breaker.abandoned()
            raise
        if reply.outcome is Outcome.UNAVAILABLE and reply.code != "http_429":
            breaker.failed()
        else:
            breaker.succeeded()
        return reply

    def _way(self, agency: Agency) -> str:
        """The adapter: signed messages where the agency has a gateway and we are a member, else what the package says."""
        if self._settings.gateways_mocked:
            return "rest"
        signed = self._members is not None and (entry := self._members.member(agency.id)) is not None and entry.url
        return "gateway" if signed else agency.gateway.adapter

    # -- life cycle

    def _loop(self) -> _Loop:
        running = asyncio.get_running_loop()
        found = self._loops.get(running)
        if found is None:
            with self._lock:
                for gone in [loop for loop in self._loops if loop.is_closed()]:
                    del self._loops[gone]
                found = self._loops.setdefault(running, _Loop(self._db, self._settings))
        return found

    async def aclose(self) -> None:
        """Give back what belongs to the running loop. Waits for log entries under way."""
        found = self._loops.pop(asyncio.get_running_loop(), None)
        if found is not None:
            await found.aclose()


_OURS = (
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    ImportError,
)
"""What an adapter raises when it is wrong itself; networks and databases raise others."""


def _place_of(error: Exception) -> str:
    """Where, without any value."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{where.filename.rpartition('/')[2]}:{where.lineno}"


def _faults_of(operation: str, reply: Reply) -> list[Report]:
    """What an operator has to mend, by operation and field; no case and nobody is named."""
    found = [Report("exchange", "unmapped", operation, f"{name} {why}") for name, why in reply.unknown.items()]
    if reply.outcome is Outcome.FAULT:
        found.append(Report("exchange", reply.code or "fault", operation, reply.reason))
    return found


def _note(target: _Target, call: Call, reply: Reply, how: tuple[str, datetime, int, float]) -> Note:
    """What the message log is to say of a conversation; `how`: its id, when it ended, attempts, milliseconds."""
    message_id, at, attempts, ms = how
    message = {
        "message_id": message_id, "at": at, "case_id": call.case_id, "subject_id": call.subject_id,
        "actor": call.actor, "agency": target.agency.id, "operation": target.operation.id,
        "purpose": call.purpose[:120], "ground": call.ground, "outcome": reply.outcome.value,
        "code": reply.code[:60], "attempts": attempts, "ms": round(ms, 2),
    }  # fmt: skip
    about = person_numbers_in([call.params, reply.data if reply.outcome is Outcome.OK else {}])
    law = call.law or _law_of(target.operation) or NO_LAW
    access = None
    if call.subject_id and reply.outcome is Outcome.OK and target.operation.kind == "query":
        what = target.operation.gives or call.operation
        access = {"at": at, "subject_id": call.subject_id, "case_id": call.case_id, "actor": call.actor}
        access |= {"what": what, "ground": call.ground}
    faults = tuple(_faults_of(call.operation, reply))
    return Note(message, access, reply.proof, about, law, call.matter, faults)


def _law_of(operation: Operation) -> str:
    return f"{operation.ground.title}{operation.ground.article}" if operation.ground else ""


def _code_of(error: Exception) -> str:
    """A stable code for what an adapter raised."""
    if isinstance(error, ConnectionRefusedError) or "Connect" in type(error).__name__:
        return "no_connection"
    return "connection_lost" if isinstance(error, OSError) or "Server" in type(error).__name__ else "adapter_error"
