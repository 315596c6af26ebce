"""Settings of this room."""

from pydantic import Field

from onething.core.settings import RoomSettings


class OperationsSettings(RoomSettings):
    """Looking after an installation as a whole."""

    backup_hours: float = Field(default=26.0, gt=0)
    """How old the last backup may be before `onething check production` names it."""
