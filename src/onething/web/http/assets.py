"""Static files, read once at start, served with a content hash in the address and a year of cache.

One hash names the whole tree, so that modules may import each other by relative path. Nothing is bundled or built;
the stylesheets are only sent one after another as `style.css`, to spare a phone the round trips.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import orjson
from fastapi import Request, Response

from onething.core.errors import NOT_FOUND, Problem
from onething.web.errors import MISSING

FOLDER = Path(__file__).parents[1] / "static"
LISTED = "vendored.json"
STYLES = (
    "tokens.css",
    "base.css",
    "layout.css",
    "components.css",
    "forms.css",
    "filing.css",
    "startup.css",
    "case.css",
    "licences.css",
    "company.css",
    "console.css",
    "policy.css",
    "rules.css",
)
"""In the order of the cascade; a file that is not there is left out."""
TEXT_TYPES = {".css", ".js", ".svg", ".json", ".webmanifest", ".txt"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    packed: bytes | None
    media_type: str


def _asset(name: str, content: bytes) -> Asset:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if Path(name).suffix not in TEXT_TYPES:
        return Asset(content, None, media_type)
    if Path(name).suffix == ".js":
        media_type = "text/javascript"
    return Asset(content, gzip.compress(content, 9, mtime=0), f"{media_type}; charset=utf-8")


def vendor_file(name: str) -> Path:
    """A browser library's file by its name under `vendor/`: inside the installed product, else where npm has put it (beside
    the working directory or in the checkout). Raises `Problem` when absent."""
    inside = FOLDER / "vendor" / name
    if inside.is_file():
        return inside
    package_path = vendored().get(name, name)
    for root in (Path.cwd(), Path(__file__).parents[4]):
        path = root / "node_modules" / package_path
        if path.is_file():
            return path
    raise Problem(MISSING, name=package_path)


def vendored() -> dict[str, str]:
    """What comes from npm packages: name under `vendor/` → path in `node_modules`."""
    return orjson.loads((FOLDER / LISTED).read_bytes())


class Assets:
    """All static files of this process."""

    def __init__(self) -> None:
        files = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.rglob("*")) if path.is_file()}
        contents = {name: path.read_bytes() for name, path in files.items() if name != LISTED}
        contents |= {f"vendor/{name}": vendor_file(name).read_bytes() for name in vendored()}
        contents["style.css"] = b"\n".join(contents[name] for name in STYLES if name in contents)
        digest = hashlib.sha256()
        for name in sorted(contents):
            digest.update(name.encode() + b"\0" + contents[name])
        self.version = digest.hexdigest()[:12]
        self.files = {name: _asset(name, content) for name, content in contents.items()}

    def url(self, name: str) -> str:
        """The address of a file for this version. Raises KeyError for a file that is not there."""
        self.files[name]
        return f"/static/{self.version}/{name}"

    def serve(self, request: Request, version: str, name: str) -> Response:
        asset = self.files.get(name)
        if asset is None:
            raise Problem(NOT_FOUND, detail=f"no asset {name}")
        lasting = version == self.version
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if lasting else "public, max-age=60",
            "Vary": "Accept-Encoding",
        }
        content = asset.content
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["Content-Encoding"] = asset.packed, "gzip"
        return Response(content, media_type=asset.media_type, headers=headers)
