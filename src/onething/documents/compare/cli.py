"""`onething documents compare RECORD PHOTO`: is this photograph the paper of that record?

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson

if TYPE_CHECKING:
    from onething.documents.compare.models import Comparison

_NOT_THE_SAME = 1


def compare_command(
    record: Annotated[Path, typer.Argument(help="The record as it was issued: a PDF with text.")],
    photo: Annotated[Path, typer.Argument(help="A photograph of the paper.")],
    values: Annotated[
        Path | None, typer.Option(help="JSON {field: value}: which values of the record to compare.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="Where to write the picture of what differs (PNG).")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare field by field. Exit code 1 when the paper is not the same as the record, or nobody can tell."""
    import numpy as np
    from PIL import Image, ImageOps

    from onething.documents.compare.service import compare_paper, pdf_form
    from onething.documents.files.uploads import check_upload

    content = photo.read_bytes()
    check_upload(content, photo.name)
    seen = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    wanted = json.loads(values.read_text("utf-8")) if values else None
    found = compare_paper(pdf_form(record.read_bytes(), wanted), np.asarray(seen, np.uint8))
    if picture is not None and found.difference is not None:
        picture.write_bytes(found.difference)
    if as_json:
        typer.echo(found.model_dump_json(indent=2, exclude={"difference"}))
    else:
        _show(found)
    if found.verdict != "same":
        raise typer.Exit(_NOT_THE_SAME)


def _show(found: "Comparison") -> None:
    typer.echo(f"{found.what.zh} / {found.what.en}")
    for field in found.fields:
        mark = {"same": "✓", "differs": "✗", "unclear": "?"}[field.verdict]
        typer.echo(f"  {mark} {field.name:24} {field.likeness:.2f}  {field.record}")
    for hint in found.hints:
        typer.echo(f"  ! {hint.what.zh} / {hint.what.en}")
    typer.echo(f"{found.todo.zh} / {found.todo.en}")
