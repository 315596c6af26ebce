"""What a provider publishes (discovery document and keys), fetched by a thread of its own: no request fetches it.

Requests take what is known. Only while nothing is known, or a token names a key that is not, do a few of them wait a moment for a
fetch under way; the others are told at once. So a provider that hangs costs those who sign in, and nobody else.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from onething.core.errors import Problem
from onething.core.logs import get_logger, seldom
from onething.identity.errors import PROVIDER_DOWN

log = get_logger("identity")
PATIENCE = 3.0
"""Seconds that a request waits for a fetch at most."""
WAITING = 10
"""Requests that may wait at the same time; a web server has 40 threads."""
PAUSE = 5.0
"""Seconds between two fetches, whatever made them be wanted."""
MOST_KEYS = 100
MOST_MISSING = 1000
"""Names of keys remembered as unknown."""
MISSING_SECONDS = 60.0
Fetch = Callable[[], tuple[dict[str, Any], dict[str, Any]]]
"""Gives the discovery document and the key set; raises `Problem`."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was published when it was fetched."""

    discovery: Mapping[str, Any]
    keys: tuple[Any, ...]
    """Keys for signatures, of `joserfc`."""
    at: float

    def fitting(self, kid: str | None, kinds: str) -> list[Any]:
        """Keys of a kind (`RSA`, `EC`, `OKP`) and name; all of the kind for a token that names none."""
        return [key for key in self.keys if key.key_type == kinds and (kid is None or key.kid == kid)]

    def knows(self, kid: str | None) -> bool:
        return kid is None or any(key.kid == kid for key in self.keys)


def keys_of(told: Mapping[str, Any]) -> tuple[Any, ...]:
    """The keys for signatures in a key set; what is for encryption, or of a kind nobody here knows, is left out."""
    listed = told.get("keys")
    found: list[Any] = []
    for each in list[Any](listed)[:MOST_KEYS] if isinstance(listed, list) else []:
        if not isinstance(each, dict) or each.get("use") == "enc":
            continue
        try:
            found.append(JWKRegistry.import_key({**each, "use": "sig"}))
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    return tuple(found)


class Publications:
    """Keeps what one provider publishes. `fresh`: seconds before it is fetched anew, beside the requests; `believed`: seconds
    after which the last one counts no more."""

    def __init__(self, fetch: Fetch, *, fresh: float, believed: float) -> None:
        self._fetch, self._fresh, self._believed = fetch, fresh, believed
        self._lock = threading.Lock()
        self._known: Published | None = None
        self._under_way: threading.Event | None = None
        self._began = -1e9
        self._missing: OrderedDict[str, float] = OrderedDict()
        self._places = threading.BoundedSemaphore(WAITING)

    def prepare(self) -> None:
        """Begin to fetch, and do not wait."""
        self._start()

    def peek(self) -> Published | None:
        """What is known now, however old; never waits."""
        return self._known

    @property
    def counting(self) -> bool:
        """Whether what is known counts; begins to fetch when it grows old, and never waits."""
        known = self._counting()
        if known is None or time.monotonic() - known.at >= self._fresh:
            self._start()
        return known is not None

    def get(self) -> Published:
        """What counts now. Raises `Problem(web.sign_in_unavailable)`; waits only while nothing counts."""
        known = self._counting()
        if known is None:
            self._wait(self._start())
            known = self._counting()
        elif time.monotonic() - known.at >= self._fresh:
            self._start()
        if known is None:
            raise Problem(PROVIDER_DOWN, detail="nothing published that counts")
        return known

    def again(self, kid: str | None) -> Published:
        """What counts after another look for a key that is not known; the same as before while one was just taken."""
        name, moment = kid or "", time.monotonic()
        with self._lock:
            looked = moment - self._missing.get(name, -1e9) < MISSING_SECONDS
        if not looked:
            self._wait(self._start())
        found = self.get()
        if not found.knows(kid) and found.at >= moment:
            self._miss([name], moment)
        return found

    def _miss(self, names: Iterable[str], moment: float) -> None:
        with self._lock:
            for name in names:
                self._missing[name] = moment
            while len(self._missing) > MOST_MISSING:
                self._missing.popitem(last=False)

    def _counting(self) -> Published | None:
        known = self._known
        return known if known is not None and time.monotonic() - known.at < self._believed else None

    def _start(self) -> threading.Event | None:
        """The fetch under way, begun now unless there was one a moment ago; None then."""
        with self._lock:
            if self._under_way is not None:
                return self._under_way
            if time.monotonic() - self._began < PAUSE:
                return None
            self._began, self._under_way = time.monotonic(), threading.Event()
            threading.Thread(target=self._run, args=(self._under_way,), name="identity keys", daemon=True).start()
            return self._under_way

    def _wait(self, done: threading.Event | None) -> None:
        """For the fetch under way, but never behind one that hangs already, and never with too many."""
        left = self._began + PATIENCE - time.monotonic()
        if done is None or left <= 0 or not self._places.acquire(blocking=False):
            return
        try:
            done.wait(left)
        finally:
            self._places.release()

    def _run(self, done: threading.Event) -> None:
        try:
            discovery, told = self._fetch()
            self._known = Published(discovery, keys_of(told), time.monotonic())
        except Exception as error:  # noqa: BLE001 - whatever a provider does is its fault; the process goes on
            why = error.detail if isinstance(error, Problem) else type(error).__name__
            left_out = seldom("identity provider away")
            if left_out is not None:
                log.warning("the identity provider does not give its keys", why=why, left_out=left_out)
        finally:
            with self._lock:
                self._under_way = None
            done.set()
