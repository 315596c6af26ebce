"""Settings of this room."""

from pydantic import Field

from onething.core.settings import RoomSettings


class CaseworkSettings(RoomSettings):
    """Workers."""

    engine_database_url: str | None = None
    """Where the durable engine keeps its checkpoints; by default beside the main database."""
    worker_concurrency: int = Field(default=16, ge=1)
    lease_seconds: float = Field(default=15.0, gt=0)
    """A worker silent for this long is taken for dead and its cases are adopted."""
    certificate_rounds: bool = True
    """Whether this process's worker signs, logs and anchors certificates and answers requests for them; one worker is enough."""
