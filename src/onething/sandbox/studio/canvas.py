"""Drawing documents: fonts, labels and values on a page, seals, guilloche grounds, tables. Millimetre-free: all in pixels.

Everything drawn here is marked 样本 (specimen) and only follows the arrangement and wording of real papers; no official
artwork, emblem or typeface is copied.
"""

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

INK = (28, 28, 32)
BLUE = (58, 92, 150)
RED = (196, 30, 40)

_NOTO = Path("/usr/share/fonts/opentype/noto")
_TRUETYPE = Path("/usr/share/fonts/truetype")
_Faces = dict[str, tuple[tuple[Path, int], ...]]
_FAMILIES: _Faces = {
    "serif": ((_NOTO / "NotoSerifCJK-Regular.ttc", 2),),
    "sans": ((_NOTO / "NotoSansCJK-Regular.ttc", 2),),
    "bold": ((_NOTO / "NotoSerifCJK-Bold.ttc", 2), (_NOTO / "NotoSansCJK-Bold.ttc", 2)),
    "black": ((_NOTO / "NotoSansCJK-Bold.ttc", 2),),
    "kai": (
        (_TRUETYPE / "lxgw-wenkai/LXGWWenKai-Regular.ttf", 0),
        (_NOTO / "NotoSerifCJK-Regular.ttc", 2),
    ),
    "mono": ((_NOTO / "NotoSansCJK-Bold.ttc", 7), (_NOTO / "NotoSansCJK-Regular.ttc", 2)),
}
_HELD_OUT: _Faces = {
    "serif": ((_TRUETYPE / "arphic/uming.ttc", 0), (_NOTO / "NotoSerifCJK-Bold.ttc", 2)),
    "sans": ((_TRUETYPE / "wqy/wqy-zenhei.ttc", 0), (_NOTO / "NotoSansCJK-Bold.ttc", 2)),
    "kai": ((_TRUETYPE / "arphic/ukai.ttc", 0), (_NOTO / "NotoSerifCJK-Bold.ttc", 2)),
    "mono": ((_TRUETYPE / "wqy/wqy-zenhei.ttc", 1), (_NOTO / "NotoSansCJK-Regular.ttc", 7)),
}
"""Faces that no specimen for tuning is ever set in (`scripts/system-packages studio-fonts`)."""
Profile = Literal["studio", "held_out"]
_profile: ContextVar[Profile] = ContextVar("studio_profile", default="studio")


@contextmanager
def faces(profile: Profile) -> Iterator[None]:
    """Everything drawn inside is set in the faces of this profile."""
    token = _profile.set(profile)
    try:
        yield
    finally:
        _profile.reset(token)


Box = tuple[int, int, int, int]
_noted: ContextVar[list[tuple[str, Box]] | None] = ContextVar("studio_noted", default=None)


@contextmanager
def noting() -> Iterator[list[tuple[str, Box]]]:
    """Every text written inside and where it stands: left, top, right, bottom in pixels of the page."""
    noted: list[tuple[str, Box]] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def font(family: str, size: int) -> ImageFont.FreeTypeFont:
    """A font of the studio by role. Raises FileNotFoundError with the package to install."""
    return _font(_profile.get(), family, size)


@lru_cache(maxsize=512)
def _font(profile: Profile, family: str, size: int) -> ImageFont.FreeTypeFont:
    own = _HELD_OUT.get(family, ()) if profile == "held_out" else ()
    for path, index in (*own, *_FAMILIES[family]):
        if path.exists():
            return ImageFont.truetype(str(path), size, index=index)
    raise FileNotFoundError("the studio needs the Noto CJK fonts: `scripts/system-packages fonts`")


class Canvas:
    """A page being drawn: `put` writes text from its left top, `field` a label and its value on one base line."""

    def __init__(self, width: int, height: int, ground: tuple[int, int, int] = (250, 248, 242)) -> None:
        self.image = Image.new("RGB", (width, height), ground)
        self.draw = ImageDraw.Draw(self.image)

    @property
    def size(self) -> tuple[int, int]:
        return self.image.size

    def put(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        family: str = "serif",
        ink: tuple[int, int, int] = INK,
        gap: float = 0,
    ) -> float:
        """Write `text`, with `gap` extra pixels between characters; gives the x where it ends."""
        face = font(family, size)
        noted = _noted.get()
        if noted is not None and text:
            left, top, right, bottom = face.getbbox(text)
            wider = gap * (len(text) - 1)
            noted.append((text, (int(x + left), int(y + top), int(x + right + wider) + 1, int(y + bottom) + 1)))
        if not gap:
            self.draw.text((x, y), text, font=face, fill=ink)
            return x + face.getlength(text)
        for character in text:
            self.draw.text((x, y), character, font=face, fill=ink)
            x += face.getlength(character) + gap
        return x - gap

    def centre(self, y: float, text: str, size: int, family: str = "bold", ink: tuple[int, int, int] = INK, gap: float = 0) -> None:  # fmt: skip
        width = font(family, size).getlength(text) + gap * (len(text) - 1)
        self.put((self.size[0] - width) / 2, y, text, size, family, ink, gap)

    def wrap(self, x: float, y: float, text: str, size: int, columns: int, family: str = "serif", leading: float = 1.35) -> float:  # fmt: skip
        """Write `text` in lines of `columns` characters' width; gives the y under the last line."""
        face, limit, line = font(family, size), columns * size, ""
        for character in text:
            if face.getlength(line + character) > limit + 1:
                self.put(x, y, line, size, family)
                line, y = "", y + size * leading
            line += character
        self.put(x, y, line, size, family)
        return y + size * leading

    def rule(self, x: float, y: float, width: float, ink: tuple[int, int, int] = (120, 120, 120)) -> None:
        self.draw.line((x, y, x + width, y), fill=ink, width=2)

    def waves(self, seed: int, ink: tuple[int, int, int], step: int = 26) -> None:
        """A pale security ground of crossing waves."""
        rng = random.Random(seed)
        width, height = self.size
        phase, swing = rng.random() * 6, rng.uniform(14, 30)
        for row in range(-40, height + 40, step):
            points = [
                (x, row + swing * math.sin(x / 90 + phase + row / 70) + 6 * math.sin(x / 23 + row))
                for x in range(0, width + 12, 12)
            ]
            self.draw.line(points, fill=ink, width=1)

    def specimen(self, ink: tuple[int, int, int] = (226, 222, 214), size: int = 120) -> None:
        """样本 across the ground, so that nobody can take a picture of ours for a real paper."""
        layer = Image.new("L", self.size, 0)
        pen = ImageDraw.Draw(layer)
        for x in range(60, self.size[0], size * 4):
            for y in range(60, self.size[1], size * 3):
                pen.text((x, y), "样本", font=font("black", size), fill=110)
        layer = layer.rotate(18)
        self.image.paste(Image.new("RGB", self.size, ink), (0, 0), layer)
        self.draw = ImageDraw.Draw(self.image)

    def portrait(self, x: int, y: int, width: int, height: int, seed: int, ground: tuple[int, int, int] = (235, 240, 246)) -> None:  # fmt: skip
        """A grey figure where a portrait would be."""
        rng = random.Random(seed)
        self.draw.rectangle((x, y, x + width, y + height), fill=ground)
        shade = rng.randrange(110, 160)
        head = width * 0.22
        cx, cy = x + width / 2, y + height * 0.38
        self.draw.ellipse(
            (cx - head, cy - head * 1.25, cx + head, cy + head * 1.25), fill=(shade, shade - 8, shade - 16)
        )
        body = (cx - width * 0.42, y + height * 0.68, cx + width * 0.42, y + height * 1.25)
        layer = Image.new("RGB", (width, height), ground)
        layer.paste(self.image.crop((x, y, x + width, y + height)))
        pen = ImageDraw.Draw(layer)
        pen.ellipse((body[0] - x, body[1] - y, body[2] - x, body[3] - y), fill=(shade - 60, shade - 56, shade - 46))
        self.image.paste(layer, (x, y))

    def seal(self, cx: float, cy: float, text: str, radius: int = 130, note: str = "专用章", seed: int = 0) -> None:
        """A round red seal with `text` along its edge, pressed unevenly over whatever is there."""
        self.image = press_seal(self.image, cx, cy, text, radius, note, seed)
        self.draw = ImageDraw.Draw(self.image)


def press_seal(page: Image.Image, cx: float, cy: float, text: str, radius: int, note: str, seed: int) -> Image.Image:
    """`page` with a red seal over it. Ink multiplies with what lies under it, as on paper."""
    rng = random.Random(f"seal{seed}{text}")
    side = radius * 2 + 24
    layer = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(layer)
    middle = side / 2
    pen.ellipse((12, 12, side - 12, side - 12), outline=255, width=max(5, radius // 20))
    star = [
        (
            middle + (radius * 0.28 if i % 2 == 0 else radius * 0.11) * math.sin(math.pi * i / 5),
            middle - (radius * 0.28 if i % 2 == 0 else radius * 0.11) * math.cos(math.pi * i / 5),
        )
        for i in range(10)
    ]
    pen.polygon(star, fill=255)
    size = int(radius * 0.24)
    span = min(250.0, len(text) * 22.0)
    for i, character in enumerate(text):
        angle = -span / 2 + span * (i + 0.5) / len(text)
        glyph = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(glyph).text((size, size), character, font=font("bold", size), fill=255, anchor="mm")
        glyph = glyph.rotate(-angle, resample=Image.Resampling.BICUBIC)
        x = middle + radius * 0.78 * math.sin(math.radians(angle))
        y = middle - radius * 0.78 * math.cos(math.radians(angle))
        layer.paste(255, (int(x - size), int(y - size)), glyph)
    pen.text((middle, middle + radius * 0.55), note, font=font("bold", int(radius * 0.19)), fill=255, anchor="mm")
    grain = np.random.default_rng(rng.randrange(2**32)).normal(128, 90, (side // 6 + 1, side // 6 + 1))
    patch = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).resize((side, side))
    pressed = np.asarray(patch.filter(ImageFilter.GaussianBlur(3)), np.float32) > 70
    strength = rng.uniform(0.62, 0.9)
    ink = np.asarray(layer, np.float32) * np.where(pressed, 1.0, 0.5)
    layer = Image.fromarray(ink.astype(np.uint8)).rotate(rng.uniform(-14, 14), resample=Image.Resampling.BICUBIC)
    layer = Image.fromarray((np.asarray(layer, np.float32) * strength).astype(np.uint8))
    return _multiply(page, layer, int(cx - middle), int(cy - middle))


def _multiply(page: Image.Image, layer: Image.Image, x: int, y: int) -> Image.Image:
    ink = Image.composite(Image.new("RGB", layer.size, RED), Image.new("RGB", layer.size, (255, 255, 255)), layer)
    whole = Image.new("RGB", page.size, (255, 255, 255))
    whole.paste(ink, (x, y))
    return ImageChops.multiply(page, whole)
