"""QR codes of a stranger's picture, read in a process of its own: `python -m onething.documents.codes_apart` takes it from stdin.

Whoever checks a certificate needs no account, so what is decoded here is anybody's: bounded in number, time and memory, and a
decoder that crashes takes no web process with it.
"""

import contextlib
import json
import os
import resource
import subprocess
import sys
import threading
from itertools import islice

from onething.core.errors import Problem, all_kinds
from onething.core.logs import get_logger
from onething.documents import problems

log = get_logger(__name__)

AT_ONCE = 2
"""Pictures looked at at the same time in one web process; further ones wait within their time."""
SECONDS = 20.0
MEMORY_CEILING = 2_000_000_000
_seats = threading.BoundedSemaphore(AT_ONCE)


def codes_in(content: bytes, pages: int = 3, seconds: float = SECONDS) -> list[str]:
    """What the QR and bar codes on a picture or the first pages of a PDF say.

    Raises `Problem` for a file that is neither, that is too large, or that could not be read within `seconds`.
    """
    if not _seats.acquire(timeout=seconds):
        raise Problem(problems.DAMAGED, detail="too many pictures at once")
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "onething.documents.codes_apart", str(pages)],
            input=content, capture_output=True, timeout=seconds, check=False, env=_environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        log.warning("a picture took too long", bytes=len(content))
        raise Problem(problems.DAMAGED, detail="time") from None
    finally:
        _seats.release()
    try:
        told = json.loads(done.stdout)
    except ValueError:
        log.warning("a picture ended its reader", code=done.returncode, bytes=len(content))
        raise Problem(problems.DAMAGED, detail="crash") from None
    if "problem" in told:
        code, values = told["problem"]
        raise Problem(next(kind for kind in all_kinds() if kind.code == code), **values)
    return [str(each) for each in told["codes"]]


def _environment() -> dict[str, str]:
    """The decoder of strangers' files needs no key's passphrase."""
    return {name: value for name, value in os.environ.items() if "PASSPHRASE" not in name} | {"OMP_NUM_THREADS": "1"}


def _read(content: bytes, pages: int) -> list[str]:
    from onething.documents.codes import read_codes
    from onething.documents.pages import open_pages

    return [code.text for page in islice(open_pages(content, ""), pages) for code in read_codes(page.pixels)]


def main(pages: int) -> None:
    """One file from stdin, one JSON object to stdout."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries that print must not get between
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_CEILING, MEMORY_CEILING))
    try:
        told: dict[str, object] = {"codes": _read(sys.stdin.buffer.read(), pages)}
    except Problem as problem:
        told = {"problem": [problem.kind.code, dict(problem.values)]}
    json.dump(told, answer)
    answer.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
