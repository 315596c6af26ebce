"""What recognition said, kept on disk: matching can be measured again and again without reading a picture twice.

Only `onething documents evaluate --keep` uses it. A page is kept by the digest of its file, a second reading by the digest of the
piece of picture it was read from; whoever changes detection, recognition or what is done to a picture before them empties the folder.
"""

import hashlib
import pickle
import zlib
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.engine import DETECT_SIDE, Engine, Reading
from onething.documents.files.pages import Page, open_pages
from onething.documents.lines import Glyph, Line, Pixels, Quad
from onething.documents.reading.extract import Sheet
from onething.documents.reading.reader import Look, PageReader

LEAST = 1e-4
"""Probabilities below this are not kept; the search under a check digit does not follow them either."""


def _sparse(matrix: NDArray[np.float32]) -> tuple[Any, ...]:
    at = np.nonzero(matrix > LEAST)
    return matrix.shape, at[0].astype(np.uint16), at[1].astype(np.uint16), matrix[at].astype(np.float32)


def _dense(kept: tuple[Any, ...]) -> NDArray[np.float32]:
    shape, rows, columns, values = kept
    matrix = np.zeros(shape, np.float32)
    matrix[rows, columns] = values
    return matrix


def _pack(glyphs: list[Glyph]) -> list[tuple[Any, ...]]:
    return [(g.char, g.score, g.start, g.end, g.step, g.others) for g in glyphs]


def _unpack(kept: list[tuple[Any, ...]]) -> list[Glyph]:
    return [Glyph(*one) for one in kept]


class KeptEngine:
    """The engine's two calls, each answered from a folder where it has been asked before. Loads the models at the first new question."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self.folder, self._threads = folder, threads
        self._engine: Engine | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def _real(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(self._threads)
            (self.folder / "characters").write_bytes(pickle.dumps(self._engine.characters))
        return self._engine

    @property
    def index(self) -> dict[str, int]:
        """Character → column of a matrix."""
        return self._real.index

    def detect(self, picture: Pixels, side: int = DETECT_SIDE) -> list[Quad]:
        return self._real.detect(picture, side)

    def recognise(self, crops: list[Pixels], batch: int = 6) -> list[Reading]:
        names = [hashlib.blake2b(c.tobytes() + repr(c.shape).encode(), digest_size=16).hexdigest() for c in crops]
        files = [self.folder / "pieces" / name[:2] / name for name in names]
        fresh = [i for i, file in enumerate(files) if not file.exists()]
        if fresh:
            for i, (glyphs, matrix) in zip(fresh, self._real.recognise([crops[i] for i in fresh], batch), strict=True):
                files[i].parent.mkdir(parents=True, exist_ok=True)
                files[i].write_bytes(pickle.dumps((_pack(glyphs), _sparse(matrix))))
        kept = [pickle.loads(file.read_bytes()) for file in files]  # noqa: S301 - written by ourselves above
        return [(_unpack(glyphs), _dense(matrix)) for glyphs, matrix in kept]


class KeptReader(PageReader):
    """A `PageReader` that looks at each page once."""

    def __init__(self, folder: Path, specs: Any, gazetteer: Any = None) -> None:
        super().__init__(cast("Engine", KeptEngine(folder)), specs, gazetteer)
        self.folder = folder

    def look_at(self, content: bytes) -> Look:
        """The first page of a file."""
        file = self.folder / "pages" / hashlib.blake2b(content, digest_size=16).hexdigest()
        if file.exists():
            return _look_from(pickle.loads(zlib.decompress(file.read_bytes())))  # noqa: S301 - written by ourselves below
        page: Page = next(iter(open_pages(content, "")))
        plain = PageReader(cast("KeptEngine", self.engine)._real, self.specs, self.gazetteer)  # pyright: ignore[reportPrivateUsage]
        look = plain.look(page)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(zlib.compress(pickle.dumps(_look_to(look)), 1))
        return look


def _look_to(look: Look) -> dict[str, Any]:
    sheet = look.sheet
    out: dict[str, Any] = {name: getattr(look, name) for name in ("problems", "turned", "seals", "codes", "exact")}
    if sheet is not None:
        pictures = [cv2.imencode(".png", p, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1] for p in (sheet.plain, sheet.bleached)]
        lines = [(n.quad, _pack(n.glyphs), _sparse(n.matrix) if n.matrix is not None else None) for n in sheet.lines]
        out |= {"pictures": [bytes(p) for p in pictures], "lines": lines}
    return out


def _look_from(kept: dict[str, Any]) -> Look:
    lines, pictures = kept.pop("lines", None), kept.pop("pictures", None)
    if lines is None:
        return Look(None, **kept)
    plain, bleached = (cv2.imdecode(np.frombuffer(p, np.uint8), cv2.IMREAD_COLOR) for p in pictures)
    made = [Line(quad, _unpack(glyphs), _dense(m) if m is not None else None) for quad, glyphs, m in lines]
    return Look(Sheet(np.asarray(plain, np.uint8), np.asarray(bleached, np.uint8), made), **kept)
