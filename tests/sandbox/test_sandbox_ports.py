"""Demos run beside each other: each has its ports and its cookies, and takes the next free ones where they are in use."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from onething.sandbox import ports
from onething.sandbox.startup.server import PORTS as STARTUP
from onething.sandbox.supervisor import PORTS as NEWBORN


@contextlib.contextmanager
def listening(port: int) -> Iterator[int]:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(("127.0.0.1", port))
        line.listen()
        yield line.getsockname()[1]


def base_with_free(distances: list[int]) -> int:
    """A base above the demos' own, from which on everything that the test may take is free."""
    steps = [step * ports.SANDBOX_STEP for step in range(3)]
    return next(
        base for base in range(21_000, 60_000, 500)
        if all(ports.free(base + step + each) for step in steps for each in [*distances, *range(31)])
    )  # fmt: skip


def test_no_two_demos_share_a_port_not_even_their_next_ones() -> None:
    taken: set[int] = set()
    for demo in ports.DEMOS:
        distances = STARTUP if demo == "startup" else NEWBORN
        own = {ports.portal_port(demo) + ports.PORTAL_STEP * step for step in range(ports.TRIES)}
        for step in range(ports.TRIES):
            own |= {ports.sandbox_port(demo) + ports.SANDBOX_STEP * step + each for each in distances.values()}
        assert taken.isdisjoint(own), demo
        taken |= own


def test_free_ports_are_taken_without_a_word() -> None:
    said: list[str] = []
    base = base_with_free([0, 1])
    assert ports.settle(base + 30, base, [0, 1], said.append) == ports.Taken(base + 30, base)
    assert said == []


def test_a_port_in_use_is_said_and_the_next_free_ones_are_taken() -> None:
    said: list[str] = []
    base = base_with_free([0, 1])
    with listening(base + 1), listening(base + 30):
        taken = ports.settle(base + 30, base, [0, 1], said.append)
    assert taken == ports.Taken(base + 40, base + ports.SANDBOX_STEP)
    assert f"{base + 30}" in said[0]
    assert f"the portal takes {base + 40}" in said[0]
    assert f"port {base + 1} is in use; the sandbox takes {base + 25}" in said[1]


def test_any_free_port_needs_no_looking() -> None:
    base = base_with_free([0])
    assert ports.settle(base, 0, [0], lambda _: None).base == 0


def test_when_nothing_is_free_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "free", lambda port: port % 10 != 0)
    with pytest.raises(ports.NoPortError, match="--base-port"):
        ports.settle(8000, 8100, [0], lambda _: None)
