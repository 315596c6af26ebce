"""A supervisor is told when a process is ready, that it lives, and that it stops."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.host.supervision import pause, supervised, tell


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listening


async def test_ready_then_alive_then_stopping(line: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    async with supervised():
        assert line.recv(64) == b"READY=1"
        await asyncio.sleep(0)  # the other task comes round
        assert line.recv(64) == b"WATCHDOG=1"
        await asyncio.sleep(0.05)
        assert line.recv(64) == b"WATCHDOG=1"
    told = []
    while (word := line.recv(64)) != b"STOPPING=1":
        told.append(word)
    assert set(told) <= {b"WATCHDOG=1"}


async def test_a_process_that_nobody_watches_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert tell("READY=1") is False
    assert pause() is None
    async with supervised():
        pass


def test_a_supervisor_that_has_gone_disturbs_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert tell("READY=1") is False


@pytest.mark.parametrize(("given", "seconds"), [("20000000", 10.0), ("0", None), ("soon", None), ("", None)])
def test_signs_of_life_come_twice_as_often_as_they_are_waited_for(
    given: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", given)
    assert pause() == seconds
