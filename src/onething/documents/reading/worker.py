"""The reader process: `python -m onething.documents.reading.worker FD` answers requests on a socket until it is closed.

Kept apart from the product's processes so that a broken file, a leak or a crash in native code ends here.
"""

import contextlib
import os
import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from onething.core.errors import Problem
from onething.core.settings import settings_of
from onething.documents.settings import DocumentsSettings


def main(descriptor: int, threads: int, folders: list[str]) -> None:
    """Serve until the other side hangs up. One request: `{content, filename}`; one answer: `{found | problem, memory}`."""
    from onething.documents.engine import Engine
    from onething.documents.fields.document_types import load_types
    from onething.documents.fields.gazetteer import load_gazetteer
    from onething.documents.reading.reader import PageReader

    connection = Connection(descriptor)
    _bound_memory()
    specs = load_types(*(Path(folder) for folder in folders))
    reader = PageReader(Engine(threads), specs, load_gazetteer(settings_of(DocumentsSettings).documents_gazetteer))
    me = psutil.Process()
    connection.send({"ready": os.getpid()})
    while True:
        try:
            request: dict[str, Any] = connection.recv()
        except (EOFError, OSError):
            return
        connection.send({**_answer(reader, request), "memory": me.memory_info().rss})


MEMORY_CEILING = 3_000_000_000
"""Bytes of data beyond which the process fails instead of the machine; five times what reading takes."""


def _bound_memory() -> None:
    """A file that unpacks without end ends here, in this process."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_CEILING, MEMORY_CEILING))


def _answer(reader: Any, request: dict[str, Any]) -> dict[str, Any]:
    try:
        found = reader.read(request["content"], request["filename"])
    except Problem as problem:
        return {"problem": (problem.kind.code, dict(problem.values), problem.detail)}
    except MemoryError:
        os._exit(70)  # what is left of this process cannot be trusted
    except Exception as error:  # noqa: BLE001 - one bad page must not end the process; the caller is told
        return {"failed": type(error).__name__}
    return {"found": [(item.document.model_dump(), item.preview) for item in found]}


if __name__ == "__main__":
    os.dup2(2, 1)  # libraries that print must not reach anybody's standard output
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
