"""Whether this process has been told to end: long answers (streams of events) end themselves then, so that nobody is cut off.

A server sets it when it is asked to stop; whoever serves something endless looks at it between two pieces.
"""

import threading

_closing = threading.Event()


def close() -> None:
    """From now on nothing endless goes on."""
    _closing.set()


def closing() -> bool:
    """Whether the end was asked for."""
    return _closing.is_set()


def reopen() -> None:
    """For processes that serve again after they ended (tests)."""
    _closing.clear()
