"""Certificates as PDF: a city's typst template, the data of the case, a visible seal and a QR code to check it.

The same template and data give the same bytes, so that a certificate's digest can be anchored and compared.
"""

import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno

from onething.core.errors import Problem
from onething.core.i18n import Lang
from onething.documents import errors

LIBRARY = Path(__file__).parent / "templates"
_STAMP = datetime(2020, 1, 1, tzinfo=UTC)
"""Fixed, or the file would differ each time; the date of issue is part of the data."""


def qr_svg(address: str) -> str:
    """A QR code as SVG, error correction M, without a quiet zone (the template leaves room)."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None)  # fmt: skip
    return out.getvalue().decode()


def render_certificate(template: Path, data: Mapping[str, Any], lang: Lang = "zh") -> bytes:
    """The PDF of a certificate.

    `data` is handed to the template as JSON (`/data.json`), with `lang` beside it; values are plain JSON. When it has
    `verify_url`, a QR code of that address lies at `/qr.svg`. Templates import `/lib/onething.typ`; see
    docs/documents.md. Raises `Problem(documents.template_failed)`; its detail is for the log.
    """
    import typst  # native and large: loaded when a certificate is drawn

    with tempfile.TemporaryDirectory(prefix="onething-typst-") as name:
        root = Path(name)
        shutil.copytree(LIBRARY, root / "lib")
        if template.parent.is_dir():
            for sibling in template.parent.iterdir():
                if sibling.is_file() and sibling.suffix in {".typ", ".svg", ".png", ".json", ".yaml"}:
                    shutil.copy(sibling, root / sibling.name)
        address = data.get("verify_url")
        blank = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
        (root / "qr.svg").write_text(qr_svg(str(address)) if address else blank, encoding="utf-8")
        text = json.dumps({**data, "lang": lang}, ensure_ascii=False, sort_keys=True, default=str)
        (root / "data.json").write_text(text, encoding="utf-8")
        try:
            pdf = typst.compile(root / template.name, root=root, timestamp=_STAMP, ignore_system_fonts=False)
        except (RuntimeError, OSError) as error:
            raise Problem(errors.TEMPLATE_FAILED, detail=str(error)) from error
    return pdf
