"""Which ports a demo takes, so that several run beside each other; the next free ones where its own are in use.

Demo *n* has its portal on 8000 + n and its sandbox from 8100 + 200 n (docs/sandbox.md). A second one of the same kind goes
up by ten with its portal and by twenty-five with its sandbox, and so meets no other demo.
"""

import contextlib
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

DEMOS = {"newborn": 0, "startup": 1, "two-cities": 2, "property": 4, "fund": 5, "twin": 6, "privacy": 7, "city": 8}
PORTAL_STEP, SANDBOX_STEP, TRIES = 10, 25, 8


def portal_port(demo: str) -> int:
    return 8000 + DEMOS[demo]


def sandbox_port(demo: str) -> int:
    return 8100 + 200 * DEMOS[demo]


@dataclass(frozen=True, slots=True)
class Taken:
    """The ports that a demo goes on with. `base` is 0 where the sandbox takes any that are free."""

    portal: int
    base: int


class NoPortError(Exception):
    """Neither a demo's own ports nor the next ones are free; the message says which were tried, and what to do."""


def free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def settle(portal: int, base: int, distances: Iterable[int], say: Callable[[str], None]) -> Taken:
    """The wanted ports, or the next free ones; `say` hears of each that is not the wanted one. `distances`: what the sandbox
    takes, counted from its base. Raises `NoPortError`."""
    found = _first("网站", "the portal", portal, PORTAL_STEP, [0], say)
    return Taken(found, _first("沙盒", "the sandbox", base, SANDBOX_STEP, list(distances), say) if base else 0)


def _first(zh: str, en: str, wanted: int, step: int, distances: list[int], say: Callable[[str], None]) -> int:
    for first in range(wanted, min(wanted + step * TRIES, 65_500), step):
        if all(free(first + distance) for distance in distances):
            if first != wanted:
                used = next(wanted + distance for distance in distances if not free(wanted + distance))
                say(f"端口 {used} 已被占用，{zh}改用 {first} 起 · port {used} is in use; {en} takes {first} on")
            return first
    raise NoPortError(
        f"端口 {wanted} 和之后的几组都被占用，请停掉占用它们的程序，或用 --port / --base-port 另选。 "
        f"Port {wanted} and the next ones are in use: stop what uses them, or choose others by --port / --base-port."
    )
