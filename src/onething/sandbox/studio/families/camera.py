"""Pages of families before the studio's camera: phone, scanner, screen, messenger; every text is followed to the picture.

Severities: `clean` and `mild` and `heavy` as the studio's camera knows them, `messenger` a mild photograph that was sent on
(the shorter side 720 pixels, squeezed twice). Families left out are taken with the paper, light and hand that nothing is
tuned on.
"""

import io
import random
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from onething.sandbox.studio import held_out
from onething.sandbox.studio.families.damage import creased, finger, on_a_screen, struck
from onething.sandbox.studio.families.models import Box, Page, Piece
from onething.sandbox.studio.photograph import CAMERAS, Grade, lay, lens, light, scaled, table

Severity = Literal["clean", "mild", "heavy", "messenger"]
Effect = Literal["scan", "screen", "crease", "stamp", "finger"]
SEVERITIES: tuple[Severity, ...] = ("clean", "mild", "heavy", "messenger")
EFFECTS: tuple[Effect, ...] = ("scan", "screen", "crease", "stamp", "finger")
MESSENGER = 720
_SHARES: dict[str, dict[Effect, float]] = {
    "clean": {"scan": 0.5},
    "mild": {"scan": 0.15, "screen": 0.06, "crease": 0.3, "stamp": 0.1, "finger": 0.15},
    "heavy": {"screen": 0.15, "crease": 0.6, "stamp": 0.25, "finger": 0.35},
    "messenger": {"screen": 0.05, "crease": 0.3, "stamp": 0.1, "finger": 0.15},
}
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Shot:
    """A photograph: JPEG, what was done, each text where it stands in the picture, and fields a finger lies on.

    Boxes are upright rectangles around the turned text, within a few pixels (creases and lenses bend paper a little).
    """

    jpeg: bytes
    size: tuple[int, int]
    effects: tuple[Effect, ...]
    pieces: tuple[Piece, ...]
    hidden: frozenset[str]


def taken(page: Page, severity: Severity, seed: int = 0, effects: Collection[Effect] | None = None) -> Shot:
    """`page` as somebody would hand it in. `effects` names what shall happen instead of leaving it to the seed."""
    rng = random.Random(f"taken/{page.family.id}/{severity}/{seed}")
    drawn: list[Effect] = [e for e in EFFECTS if rng.random() < _SHARES[severity].get(e, 0)]
    asked: list[Effect] = [e for e in EFFECTS if effects is not None and e in effects]
    done = tuple(drawn if effects is None else asked)
    grade: Grade = "mild" if severity == "messenger" else severity
    sheet = _sheet(page, done, rng, grade)
    if "scan" in done:
        picture, matrix = _scanned(sheet, rng, grade)
    else:
        picture, matrix = _photographed(sheet, page, rng, grade, "screen" in done)
    covered: NDArray[np.bool_] | None = None
    if "finger" in done and "scan" not in done:
        picture, covered = _held(picture, page, matrix, rng)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    turn = rng.choice((90, 180, 270)) if rng.random() < CAMERAS[grade].turned / 2 else 0
    hidden = _hidden(page, matrix, covered)
    pixels, matrix = _turned(pixels, matrix, turn)
    quality = rng.randint(*CAMERAS[grade].quality)
    if severity == "messenger":
        pixels, matrix, quality = _sent_on(pixels, matrix, rng)
    jpeg = _jpeg(pixels, quality)
    moved = tuple(Piece(p.text, _through(matrix, p.box), p.role, p.field) for p in page.pieces)
    return Shot(jpeg, (pixels.shape[1], pixels.shape[0]), done, moved, hidden)


def _sheet(page: Page, done: Collection[Effect], rng: random.Random, grade: Grade) -> NDArray[np.uint8]:
    sheet = np.asarray(page.image.convert("RGB"), np.uint8)
    if page.family.held_out and "screen" not in done:
        sheet = held_out.wear(sheet, grade, rng)
    if "crease" in done and "screen" not in done:
        sheet = creased(sheet, rng, rng.randint(1, 2 if grade == "mild" else 3))
    if "stamp" in done:
        sheet = struck(sheet, rng, [p.box for p in page.pieces if p.role == "value"])
    return sheet


def _photographed(
    sheet: NDArray[np.uint8], page: Page, rng: random.Random, grade: Grade, screen: bool
) -> tuple[Floats, NDArray[np.float64]]:
    camera = scaled(CAMERAS[grade], page.image)
    out = page.family.held_out
    picture, matrix = lay(sheet, rng, camera, held_out.ground if out else table)
    if screen:
        picture = on_a_screen(picture, rng)
    if out:
        return held_out.hand(held_out.lamps(picture, grade, rng), grade, rng), matrix
    return lens(light(picture, rng, camera), rng, camera), matrix


def _scanned(sheet: NDArray[np.uint8], rng: random.Random, grade: Grade) -> tuple[Floats, NDArray[np.float64]]:
    """A flat-bed scan: slightly askew on white or black, a band of the lamp, no perspective."""
    height, width = sheet.shape[:2]
    turn = np.radians(rng.uniform(-0.4, 0.4) if grade == "clean" else rng.uniform(-2.2, 2.2))
    scale = rng.uniform(1500, 1900) / max(height, width) * (1.25 if height / width >= 1.35 else 1.0)
    margin = 0.04 * max(height, width)
    wide, high = int((width + 2 * margin) * scale), int((height + 2 * margin) * scale)
    move = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]], np.float64)
    spin = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1 / scale]], np.float64)
    back = np.array([[1, 0, wide / 2], [0, 1, high / 2], [0, 0, 1]], np.float64)
    matrix = back @ (spin * scale) @ move
    matrix /= matrix[2, 2]
    if scale < 1:
        sheet = np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.35 / scale), np.uint8)
    lid = (250, 250, 250) if rng.random() < 0.7 else (18, 18, 18)
    picture = cv2.warpPerspective(sheet, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=lid).astype(
        np.float32
    )
    if rng.random() < 0.4:
        ramp = 1 - rng.uniform(0.02, 0.1) * np.linspace(0, 1, wide, dtype=np.float32)
        picture *= ramp[None, :, None]
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(0.5, 2.5), picture.shape)
    return np.asarray(picture + noise, np.float32), matrix


def _held(
    picture: Floats, page: Page, matrix: NDArray[np.float64], rng: random.Random
) -> tuple[Floats, NDArray[np.bool_]]:
    """A thumb on the corner with the fewest values under it."""
    width, height = page.image.size
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    values = [p.box for p in page.pieces if p.role == "value"]

    def near(corner: tuple[int, int]) -> int:
        reach = 0.16 * min(width, height)
        return sum(
            abs((b[0] + b[2]) / 2 - corner[0]) < 2 * reach and abs((b[1] + b[3]) / 2 - corner[1]) < reach
            for b in values
        )

    corner = min(corners, key=lambda c: (near(c), rng.random()))
    x, y = _point(matrix, corner)
    mx, my = _point(matrix, (width / 2, height / 2))
    long = float(np.hypot(mx - x, my - y))
    return finger(picture, (x, y), ((mx - x) / long, (my - y) / long), 0.16 * min(picture.shape[:2]), rng)


def _hidden(page: Page, matrix: NDArray[np.float64], covered: NDArray[np.bool_] | None) -> frozenset[str]:
    """Fields of which more than a tenth lies under the finger."""
    if covered is None:
        return frozenset()
    out: set[str] = set()
    for piece in page.pieces:
        if piece.role == "value":
            left, top, right, bottom = (int(v) for v in _through(matrix, piece.box))
            part = covered[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
            if part.size and part.mean() > 0.1:
                out.add(piece.field)
    return frozenset(out)


def _turned(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], turn: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    height, width = pixels.shape[:2]
    moves = {
        0: np.eye(3),
        90: np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1]], np.float64),
        180: np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]], np.float64),
        270: np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]], np.float64),
    }
    return np.ascontiguousarray(np.rot90(pixels, -(turn // 90))), moves[turn] @ matrix


def _sent_on(pixels: NDArray[np.uint8], matrix: NDArray[np.float64], rng: random.Random) -> tuple[NDArray[np.uint8], NDArray[np.float64], int]:  # fmt: skip
    """Shrunk and squeezed by one messenger, then squeezed by the next."""
    scale = min(1.0, MESSENGER / min(pixels.shape[:2]))
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    again = Image.open(io.BytesIO(_jpeg(small, rng.randint(55, 72)))).convert("RGB")
    return np.asarray(again, np.uint8), np.diag([scale, scale, 1.0]) @ matrix, rng.randint(48, 65)


def _jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    options = [int(cv2.IMWRITE_JPEG_QUALITY), quality]
    return bytes(cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), options)[1])


def _point(matrix: NDArray[np.float64], point: tuple[float, float]) -> tuple[float, float]:
    x, y, w = matrix @ np.array([point[0], point[1], 1.0])
    return float(x / w), float(y / w)


def _through(matrix: NDArray[np.float64], box: Box) -> Box:
    points = [_point(matrix, (x, y)) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))
