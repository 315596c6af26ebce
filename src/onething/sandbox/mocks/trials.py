"""Tries a package's filings in a process of their own; the part behind `onething catalog test`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from onething.catalog.models import City


class TrialFailedError(RuntimeError):
    """The process in which filings are tried ended badly; the message carries its last words."""


def run(city: City, filings: Sequence[str]) -> Iterator[dict[str, Any]]:
    """How each went, one after the other, as `Went` with `filing` and `faults`. Raises `TrialFailedError`."""
    with tempfile.TemporaryDirectory(prefix="onething-trial-") as folder, tempfile.TemporaryFile() as said:
        options = {"folder": folder, "city": str(city.folder), "filings": list(filings)}
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "onething.sandbox.mocks.trial", orjson.dumps(options).decode()],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, cwd=folder, env=_clean(),
        )  # fmt: skip
        try:
            for line in process.stdout or ():
                yield orjson.loads(line)
            code = process.wait(20)
        finally:
            if process.poll() is None:
                process.kill()
            if process.stdout is not None:
                process.stdout.close()
        if code:
            said.seek(0)
            raise TrialFailedError(said.read().decode(errors="replace")[-2000:])


def _clean() -> dict[str, str]:
    """This environment without the settings of any installation; modules are found as here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONETHING_")}
    paths = [str(Path(path).resolve()) for path in kept.get("PYTHONPATH", "").split(os.pathsep) if path]
    return kept | ({"PYTHONPATH": os.pathsep.join(paths)} if paths else {})
