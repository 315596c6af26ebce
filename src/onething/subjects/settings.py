"""Settings of this room."""

from pathlib import Path

from pydantic import Field

from onething.core.settings import RoomSettings


class SubjectsSettings(RoomSettings):
    """Where pictures of companies come from."""

    profile_drop_dir: Path | None = None
    """Folder with one folder per agency, into which it drops files (CSV, Parquet) about companies; the worker takes them in."""
    profile_feeds: dict[str, str] = Field(default_factory=dict)
    """Agency id → base address of its feed of changes about companies; JSON in the environment."""
