"""Typefaces by role. Families that are left out are set in faces that no other family is ever set in.

All from Debian packages (`scripts/system-packages fonts studio-fonts`); where one is missing the next stands in for it.
"""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_OPEN, _TRUE = Path("/usr/share/fonts/opentype"), Path("/usr/share/fonts/truetype")
_SERIF, _SERIF_BOLD = (_OPEN / "noto/NotoSerifCJK-Regular.ttc", 2), (_OPEN / "noto/NotoSerifCJK-Bold.ttc", 2)
_SANS, _SANS_BOLD = (_OPEN / "noto/NotoSansCJK-Regular.ttc", 2), (_OPEN / "noto/NotoSansCJK-Bold.ttc", 2)
_WENKAI = _TRUE / "lxgw-wenkai"
_Choices = tuple[tuple[Path, int], ...]

SEEN: dict[str, _Choices] = {
    "song": (_SERIF,),
    "songb": (_SERIF_BOLD,),
    "hei": (_SANS,),
    "heib": (_SANS_BOLD,),
    "kai": ((_WENKAI / "LXGWWenKai-Regular.ttf", 0), _SERIF),
    "kaib": ((_WENKAI / "LXGWWenKai-Bold.ttf", 0), _SERIF_BOLD),
    "light": ((_WENKAI / "LXGWWenKai-Light.ttf", 0), _SERIF),
    "screen": ((_TRUE / "wqy/wqy-microhei.ttc", 0), _SANS),
    "mono": ((_WENKAI / "LXGWWenKaiMono-Regular.ttf", 0), (_OPEN / "noto/NotoSansCJK-Regular.ttc", 7)),
    "pixel": ((_OPEN / "unifont/unifont.otf", 0), (_TRUE / "unifont/unifont.ttf", 0), _SANS),
    "slant": ((_TRUE / "smiley-sans/SmileySans-Oblique.ttf", 0), (_OPEN / "smiley-sans/SmileySans-Oblique.otf", 0), _SANS_BOLD),
    "hand": ((_WENKAI / "LXGWWenKai-Light.ttf", 0), _SERIF),
}  # fmt: skip
HELD_OUT: dict[str, _Choices] = {
    "song": ((_TRUE / "arphic/uming.ttc", 0), _SERIF_BOLD),
    "songb": ((_TRUE / "arphic/uming.ttc", 0), _SERIF_BOLD),
    "hei": ((_TRUE / "wqy/wqy-zenhei.ttc", 0), _SANS_BOLD),
    "heib": ((_TRUE / "wqy/wqy-zenhei.ttc", 0), _SANS_BOLD),
    "kai": ((_TRUE / "arphic/ukai.ttc", 0), _SERIF_BOLD),
    "kaib": ((_TRUE / "arphic/ukai.ttc", 0), _SERIF_BOLD),
    "light": ((_TRUE / "arphic/ukai.ttc", 0), _SERIF_BOLD),
    "screen": ((_TRUE / "wqy/wqy-zenhei.ttc", 0), _SANS_BOLD),
    "mono": ((_TRUE / "wqy/wqy-zenhei.ttc", 1), _SANS_BOLD),
    "pixel": ((_TRUE / "wqy/wqy-zenhei.ttc", 2), _SANS_BOLD),
    "slant": ((_TRUE / "wqy/wqy-zenhei.ttc", 0), _SANS_BOLD),
    "hand": ((_TRUE / "arphic/ukai.ttc", 0), _SERIF_BOLD),
}
_BOTH: dict[str, _Choices] = {
    "latin": ((_TRUE / "dejavu/DejaVuSerif.ttf", 0), _SERIF),
    "type": ((_TRUE / "gnutypewriter/GNUTypewriter.ttf", 0), (_TRUE / "dejavu/DejaVuSansMono.ttf", 0)),
    "ocrb": ((_OPEN / "ocr-b/OCRB.otf", 0), (_TRUE / "dejavu/DejaVuSansMono.ttf", 0)),
    "tibetan": ((_TRUE / "tibetan/DDC_Uchen.ttf", 0), (_TRUE / "noto/NotoSerifTibetan-Regular.ttf", 0), _SANS),
    "uyghur": (
        (_TRUE / "fonts-ukij-uyghur/UKIJTuz.ttf", 0),
        (_TRUE / "noto/NotoNaskhArabic-Regular.ttf", 0),
        (_TRUE / "dejavu/DejaVuSans.ttf", 0),
    ),
    "mongol": ((_TRUE / "noto/NotoSansMongolian-Regular.ttf", 0), _SANS),
    "yi": ((_TRUE / "nuosusil/NuosuSIL.ttf", 0), (_TRUE / "nuosusil/NuosuSIL-Regular.ttf", 0), _SANS),
    "hangul": ((_OPEN / "noto/NotoSerifCJK-Regular.ttc", 1), _SERIF),
}
SHAPED = frozenset({"tibetan", "uyghur", "mongol", "yi"})
"""Scripts whose letters join: a run of them is measured and set as one."""
BOLD = frozenset({"songb", "heib", "kaib", "slant"})
ROLES = frozenset(SEEN) | frozenset(_BOTH)


@lru_cache(maxsize=1024)
def face(role: str, size: int, held_out: bool) -> ImageFont.FreeTypeFont:
    """The font of a role in pixels. Raises KeyError for an unknown role, FileNotFoundError where none is installed."""
    choices = _BOTH[role] if role in _BOTH else (HELD_OUT if held_out else SEEN)[role]
    for path, index in (*choices, _SERIF):
        if path.exists():
            return ImageFont.truetype(str(path), max(size, 4), index=index)
    raise FileNotFoundError("the studio needs the Noto CJK fonts: `scripts/system-packages fonts studio-fonts`")


def emboldened(role: str, size: int, held_out: bool) -> int:
    """Extra stroke in pixels where the left-out face of a bold role has no bold cut of its own."""
    return max(1, size // 32) if held_out and role in BOLD else 0


@lru_cache(maxsize=65536)
def advance(role: str, size: int, held_out: bool, text: str) -> float:
    """Width of `text` in pixels."""
    return face(role, size, held_out).getlength(text)
