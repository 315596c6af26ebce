"""Cells as people write them in spreadsheets. What would be read as something else than it looks like is written out where the column
says what it means, and else refused with what was probably meant: a table that silently decides by 2026 − 1 − 6 is worse than none."""

import re

from onething.rules.feel import syntax as s
from onething.rules.feel.errors import FeelError
from onething.rules.models import FactType

_DAY = re.compile(
    r"(?<![\d.\"])(?P<y>[12]\d{3})(?:[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日?)(?![\d.\"])"
)
_QUOTED = re.compile(r'"[^"]*"')
_RANGE = re.compile(r"(?P<low>\d+(?:\.\d+)?)\s*[-－–—~～至到]\s*(?P<high>\d+(?:\.\d+)?)")
_DAYS = ("date", "datetime")


def meant(text: str, kind: FactType) -> str:
    """The cell with its bare days written out, in a column of days: `>= 2026-01-06` → `>= date("2026-01-06")`."""
    return text if kind not in _DAYS or _QUOTED.search(text) else _DAY.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    month, day = found["m"] or found["m2"], found["d"] or found["d2"]
    return f'date("{found["y"]}-{int(month):02}-{int(day):02}")'


def misread(text: str, node: s.Node, kind: FactType) -> FeelError | None:
    """Why a cell or an outcome does not say what it looks like: `10-30` is −20, `2026-01-06` is 2019. None when it does."""
    tests = node.tests if isinstance(node, s.Tests) else (node,)
    for test in tests:
        if not (isinstance(test, s.Arithmetic) and test.op in "-/" and _plain(test)):
            continue
        start, end = test.at
        piece = text[start:end]
        if _DAY.fullmatch(piece):
            return FeelError(
                "这样写是减法或除法，不是日期",
                "This is read as a sum, not as a day",
                text,
                start,
                _DAY.sub(_written, piece),
            )
        if test.op == "-" and (found := _RANGE.fullmatch(piece)):
            range_ = f"[{found['low']}..{found['high']}]" if isinstance(node, s.Tests) else ""
            return FeelError(
                "这样写是减法，不是范围", "This is read as a subtraction, not as a range", text, start,
                f'"{piece}"' if kind == "text" else range_,
            )  # fmt: skip
    return None


def _plain(node: s.Node) -> bool:
    """Numbers alone, with nothing that is looked up."""
    if isinstance(node, s.Arithmetic):
        return _plain(node.left) and _plain(node.right)
    return isinstance(node, s.Literal)
