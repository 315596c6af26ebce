"""Characters of text that people and registers give: one width, nothing invisible, private-use characters by their standard code.

Sources: GB 18030-2022 (the characters that GB 18030-2005 still kept in the private use area), UAX #9 (bidi controls), UAX #15.
"""

import re
import unicodedata
from typing import Any

_STANDARD = [
    "E816",
    "20087",
    "E817",
    "20089",
    "E818",
    "200CC",
    "E81E",
    "9FB4",
    "E826",
    "9FB5",
    "E82B",
    "9FB6",
    "E82C",
    "9FB7",
    "E831",
    "215D7",
    "E832",
    "9FB8",
    "E83B",
    "2298F",
    "E843",
    "9FB9",
    "E854",
    "9FBA",
    "E855",
    "241FE",
    "E864",
    "9FBB",
]
FROM_PRIVATE = {int(old, 16): int(new, 16) for old, new in zip(_STANDARD[::2], _STANDARD[1::2], strict=True)}
"""Characters of older registers in the private use area → where Unicode has them now."""
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
"""What no reader sees and what turns the direction of what he sees. Selectors of variant glyphs are among it: the character
stays."""
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_NO_WRITING = frozenset({"So", "Sk", "Cs", "Cn"})


def visible(text: str) -> str:
    """The text as it is read: without invisible characters, private-use characters by their standard code where there is one."""
    return INVISIBLE.sub("", text.translate(FROM_PRIVATE))


def plain(value: Any) -> str:
    """Text in one width (NFKC), as it is read, without outer spaces."""
    return unicodedata.normalize("NFKC", visible(str(value))).strip()


def strange(text: str) -> str:
    """The first character that belongs in no name, address or number: emoji, pictures, private use, lone surrogates.

    Empty when there is none. What `visible` takes away is not looked for.
    """
    return next((char for char in text if _PRIVATE.match(char) or unicodedata.category(char) in _NO_WRITING), "")
