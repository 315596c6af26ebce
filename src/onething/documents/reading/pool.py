"""A bounded pool of reader processes with a bounded queue: a crash or time-out costs one document, never the caller's process."""

import contextlib
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from onething.core.blobs import BlobStore, get_blobs
from onething.core.errors import Problem, all_kinds
from onething.core.logs import get_logger
from onething.documents.errors import problem
from onething.documents.files.uploads import check_upload
from onething.documents.models import ReadDocument
from onething.documents.reading.fair import FairSeats

log = get_logger(__name__)

START_SECONDS = 90.0
MEMORY_LIMIT = 1_050_000_000
"""A process larger than this after a page is replaced by a fresh one (bytes)."""


class WorkerLostError(Exception):
    """The process died or had to be ended; `slow` when it was for time."""

    def __init__(self, slow: bool) -> None:
        super().__init__("timed out" if slow else "crashed")
        self.slow = slow


class _Process:
    """One reader process and the socket to it."""

    def __init__(self, threads: int, folders: Sequence[Path]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "onething.documents.reading.worker", str(theirs.fileno()), str(threads)]
            self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [*command, *(str(folder) for folder in folders)],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                env={**os.environ, "OMP_NUM_THREADS": str(threads)},
            )  # fmt: skip
        self.connection = Connection(ours.detach())
        self.memory = 0
        self._wait(START_SECONDS)

    def ask(self, content: bytes, filename: str, timeout: float) -> dict[str, Any]:
        try:
            self.connection.send({"content": content, "filename": filename})
        except OSError:
            self.stop()
            raise WorkerLostError(slow=False) from None
        answer = self._wait(timeout)
        self.memory = int(answer.pop("memory", 0))
        return answer

    def _wait(self, timeout: float) -> dict[str, Any]:
        try:
            if not self.connection.poll(timeout):
                self.stop()
                raise WorkerLostError(slow=True)
            return self.connection.recv()
        except (EOFError, OSError):
            self.stop()
            raise WorkerLostError(slow=False) from None

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


Keep = Callable[[bytes], str]
"""Stores a preview and gives its name."""


class Reader:
    """Reads uploads in separate processes.

    ```
    with Reader(workers=1) as reader:
        documents = reader.read(content, "photo.jpg")
    ```

    Safe to call from many threads: at most `workers` files are read at a time, the others wait their turn, however
    many, and the turns go round by `owner`. A process that crashes is replaced and the file tried once more; one that takes
    longer than `timeout` is ended and the file given up, so that nobody's file costs more than that. The result is then one
    `ReadDocument` without fields that says so. Processes start at the first use and are
    replaced when they have grown past `memory_limit` bytes.

    `previews`: store the upright page of every document as a JPEG blob and name it in `ReadDocument.preview`.
    `types`: folders with further document types (YAML), for example of a city.
    """

    def __init__(
        self,
        workers: int = 1,
        *,
        threads: int = 2,
        previews: bool = True,
        types: Sequence[Path] = (),
        memory_limit: int = MEMORY_LIMIT,
        blobs: BlobStore | None = None,
    ) -> None:
        self._threads, self._folders, self._limit = threads, tuple(types), memory_limit
        self._previews, self._blobs = previews, blobs
        self._idle: queue.LifoQueue[_Process | None] = queue.LifoQueue()
        for _ in range(max(1, workers)):
            self._idle.put(None)  # a seat whose process is started by the first who takes it
        self._seats = FairSeats(max(1, workers), "documents")
        self._closed = threading.Event()
        self.peak_memory = 0
        """Largest resident size of a reader process after a file, in bytes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish what is being read, drop what waits, end the processes."""
        self._closed.set()
        self._seats.close()
        while not self._idle.empty():
            process = self._idle.get_nowait()
            if process is not None:
                process.stop()

    def submit(
        self, content: bytes, filename: str, timeout: float = 60, keep: Keep | None = None, owner: str = ""
    ) -> "Future[list[ReadDocument]]":
        """Queue a file; owners take turns. `timeout` counts from when its reading begins (seconds)."""
        return self._seats.submit(owner, lambda: self._read(content, filename, timeout, keep))

    def read(
        self, content: bytes, filename: str, timeout: float = 60, keep: Keep | None = None, owner: str = ""
    ) -> list[ReadDocument]:
        """Every document in the file. Raises `Problem` when `check_upload` refuses it. `keep` stores previews instead of the file store.

        Never raises for a page that cannot be read: such a document has `type` None and says why in `problems`.
        """
        check_upload(content, filename)
        return self.submit(content, filename, timeout, keep, owner).result()

    def pids(self) -> list[int]:
        """Process ids of idle readers, for supervision."""
        with self._idle.mutex:
            return [process.process.pid for process in self._idle.queue if process is not None]

    def _read(self, content: bytes, filename: str, timeout: float, keep: Keep | None) -> list[ReadDocument]:
        slow = False
        for attempt in (1, 2):
            process = self._take()
            if process is None:
                break
            try:
                answer = process.ask(content, filename, timeout)
            except WorkerLostError as lost:
                self._idle.put(None)
                slow = lost.slow
                log.warning("reader process lost", attempt=attempt, slow=slow, bytes=len(content))
                if slow:
                    break  # it would be as slow again, and others wait
                continue
            self._give_back(process)
            if "failed" in answer:
                log.warning("page could not be read", attempt=attempt, error=answer["failed"])
                continue
            return self._documents(answer, keep)
        code = "reader_timeout" if slow else "reader_failed"
        return [ReadDocument(file=filename, type=None, fields={}, problems=(problem(code),))]

    def _take(self) -> _Process | None:
        process = self._idle.get()
        if process is not None and process.process.poll() is None:
            return process
        try:
            return _Process(self._threads, self._folders)
        except (WorkerLostError, OSError):
            self._idle.put(None)
            log.warning("reader process did not start")
            return None

    def _give_back(self, process: _Process) -> None:
        self.peak_memory = max(self.peak_memory, process.memory)
        if process.memory > self._limit:
            log.info("reader process replaced", megabytes=process.memory // 1024**2)
            process.stop()
            self._idle.put(None)
        else:
            self._idle.put(process)

    def _documents(self, answer: dict[str, Any], keep: Keep | None) -> list[ReadDocument]:
        if "problem" in answer:
            code, values, detail = answer["problem"]
            kind = next(kind for kind in all_kinds() if kind.code == code)
            raise Problem(kind, detail=detail, **values)
        documents: list[ReadDocument] = []
        for data, preview in answer["found"]:
            if self._previews and preview:
                data["preview"] = (keep or (self._blobs or get_blobs()).put)(preview)
            documents.append(ReadDocument.model_validate(data))
        return documents
