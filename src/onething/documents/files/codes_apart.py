"""QR codes of a stranger's picture, read in a process of its own: `python -m onething.documents.files.codes_apart` takes it from stdin.

Whoever checks a certificate needs no account, so what is decoded here is anybody's: bounded in number, time and memory, and a
decoder that crashes takes no web process with it. Each process reads one picture and ends: no stranger's picture meets another's.
The next one is started ahead, so that nobody waits for its imports.
"""

import atexit
import contextlib
import importlib
import json
import os
import resource
import subprocess
import sys
import threading
from itertools import islice

from onething.core.errors import Problem, all_kinds
from onething.core.logs import get_logger
from onething.documents import errors

log = get_logger(__name__)

AT_ONCE = 2
"""Pictures looked at at the same time in one web process; further ones wait within their time."""
SECONDS = 20.0
MEMORY_CEILING = 2_000_000_000
_seats = threading.BoundedSemaphore(AT_ONCE)
_spares: list["subprocess.Popen[bytes]"] = []
"""Started, ready and waiting for their one picture; they end by themselves when this process does (their stdin closes)."""
_spares_lock = threading.Lock()


def codes_in(content: bytes, pages: int = 3, seconds: float = SECONDS) -> list[str]:
    """What the QR and bar codes on a picture or the first pages of a PDF say.

    Raises `Problem` for a file that is neither, that is too large, or that could not be read within `seconds`.
    """
    if not _seats.acquire(timeout=seconds):
        raise Problem(errors.DAMAGED, detail="too many pictures at once")
    try:
        code, said = _ask(pages.to_bytes(2, "big") + content, seconds)
    finally:
        _seats.release()
    expect_picture()
    try:
        told = json.loads(said)
    except ValueError:
        log.warning("a picture ended its reader", code=code, bytes=len(content))
        raise Problem(errors.DAMAGED, detail="crash") from None
    if "problem" in told:
        name, values = told["problem"]
        raise Problem(next(kind for kind in all_kinds() if kind.code == name), **values)
    return [str(each) for each in told["codes"]]


def expect_picture() -> None:
    """Have a reader wait for the next picture; called after each, and by whoever expects the first."""
    with _spares_lock, contextlib.suppress(OSError):
        if not any(spare.poll() is None for spare in _spares):
            _spares.append(_start())


def close() -> None:
    """End the readers that wait."""
    with _spares_lock:
        while _spares:
            _end(_spares.pop())


atexit.register(close)
os.register_at_fork(after_in_child=_spares.clear)


def _ask(question: bytes, seconds: float) -> tuple[int, bytes]:
    """What one reader says to one picture, and how it ended."""
    reader = _ready()
    try:
        said, _ = reader.communicate(question, timeout=seconds)
    except subprocess.TimeoutExpired:
        log.warning("a picture took too long", bytes=len(question))
        _end(reader)
        raise Problem(errors.DAMAGED, detail="time") from None
    return reader.returncode, said


def _ready() -> "subprocess.Popen[bytes]":
    with _spares_lock:
        while _spares:
            spare = _spares.pop()
            if spare.poll() is None:
                return spare
            _end(spare)
    return _start()


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "onething.documents.files.codes_apart"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(),
    )  # fmt: skip


def _end(reader: "subprocess.Popen[bytes]") -> None:
    reader.kill()
    with contextlib.suppress(OSError):
        reader.communicate()


def _environment() -> dict[str, str]:
    """The decoder of strangers' files needs no key's passphrase."""
    return {name: value for name, value in os.environ.items() if "PASSPHRASE" not in name} | {"OMP_NUM_THREADS": "1"}


def _read(content: bytes, pages: int) -> list[str]:
    from onething.documents.files.codes import read_codes
    from onething.documents.files.pages import open_pages

    return [code.text for page in islice(open_pages(content, ""), pages) for code in read_codes(page.pixels)]


def main() -> None:
    """From stdin two bytes, how many pages to look at, and one file; one JSON object to stdout."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries that print must not get between
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_CEILING, MEMORY_CEILING))
    for needed in ("codes", "pages"):  # loaded before the picture comes
        importlib.import_module(f"onething.documents.files.{needed}")
    given = sys.stdin.buffer.read()
    if not given:
        return  # whoever started this has ended
    try:
        told: dict[str, object] = {"codes": _read(given[2:], int.from_bytes(given[:2], "big"))}
    except Problem as problem:
        told = {"problem": [problem.kind.code, dict(problem.values)]}
    json.dump(told, answer)
    answer.close()


if __name__ == "__main__":
    main()
