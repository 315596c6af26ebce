"""Settings of this room."""

from pathlib import Path

from pydantic import Field, SecretStr

from onething.core.settings import RoomSettings


class DocumentsSettings(RoomSettings):
    """Reading files and text."""

    upload_max_bytes: int = 20 * 1024 * 1024
    upload_max_pixels: int = 60_000_000
    upload_max_pages: int = 20
    documents_gazetteer: Path | None = None
    """Names of places beyond the built-in provinces, cities and districts, for reading addresses: a `.txt` or `.csv` file,
    or a folder of them."""
    documents_model_url: str | None = None
    """Base address of an OpenAI-compatible model that may propose facts in free text (`…/v1`); unset, only the rules do."""
    documents_model_name: str = "default"
    documents_model_key: SecretStr = SecretStr("")
    documents_model_timeout: float = Field(default=30.0, gt=0)
