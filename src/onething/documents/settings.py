"""Settings of this room."""

from pathlib import Path

from pydantic import Field, SecretStr

from onething.core.settings import RoomSettings


class DocumentsSettings(RoomSettings):
    """Reading files and text."""

    upload_max_bytes: int = 20 * 1024 * 1024
    upload_max_pixels: int = 60_000_000
    upload_max_pages: int = 20
    document_readers: int = Field(default=2, ge=1, le=32)
    """Reader processes of one web process: so many papers are read at a time (0.5 GB and a processor core each while they read)."""
    document_seconds: float = Field(default=60.0, gt=0)
    """The most that reading one file may take; a slower one is given up, and its owner told."""
    documents_gazetteer: Path | None = None
    """Names of places beyond the built-in provinces, cities and districts, for reading addresses: a `.txt` or `.csv` file,
    or a folder of them."""
    documents_model_url: str | None = None
    """Base address of an OpenAI-compatible model that may propose facts in free text (`…/v1`); unset, only the rules do."""
    documents_model_name: str = "default"
    documents_model_key: SecretStr = SecretStr("")
    documents_model_timeout: float = Field(default=30.0, gt=0)
