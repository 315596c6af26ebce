"""The one event of this room. Its stream is `operators`, its actor the official or the user of the machine."""

from typing import Final, Literal

from onething.core.events import Concerns, EventData, ObjectType, Withheld, declare

STREAM: Final = "operators"


@declare("operator.acted", zh="工作人员或管理员做了一项操作", en="An official or an operator did something")
class OperatorActed(EventData):
    """Codes and opaque ids only: what was typed into forms or given as values of options is never kept."""

    CONCERNS = (Concerns("on", ObjectType.RECORD, "was done to"),)

    via: Literal["page", "api", "command"]
    """How it was done."""
    what: str
    """Method and route of the page, or the words of the command."""
    on: tuple[str, ...]
    """Opaque ids of what it was done to."""
    options: tuple[str, ...]
    """Of commands: names of the options that were given, without their values."""
    whence: Withheld[str]
    """Address that the request came from, or the machine."""
    outcome: Literal["done", "refused", "failed"]
    """How it ended, as `code` says."""
    code: int
    """HTTP status, or exit code."""


EVENTS = (OperatorActed,)
