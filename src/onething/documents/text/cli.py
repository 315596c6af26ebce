"""`onething documents understand FILE|-`: what a text says, as a table or JSON.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onething.core.commands import AsJson

if TYPE_CHECKING:
    from onething.documents.text.models import Understanding

_NAMES = {
    "parties": "当事人", "ids": "号码", "addresses": "地址", "amounts": "金额", "dates": "日期", "periods": "期间", "purposes": "用途",
    "doubts": "疑点",
}  # fmt: skip


def understand_command(
    file: Annotated[str, typer.Argument(help="a text file in UTF-8, or - for standard input")],
    as_json: AsJson = False,
) -> None:
    """Find parties, ids, addresses, amounts, dates, periods and purposes in a text. Exit code 1 when nothing was found."""
    from onething.documents.text.service import understand

    raw = sys.stdin.buffer.read() if file == "-" else _read(Path(file))
    found = understand(raw.decode("utf-8-sig", "replace"))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _show(found)
    if not any(getattr(found, name) for name in _NAMES if name != "doubts"):
        raise typer.Exit(1)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise typer.BadParameter(f"no such file: {path}")
    return path.read_bytes()


def _show(found: "Understanding") -> None:
    from rich.console import Console
    from rich.table import Table

    from onething.core.whole_words import print_table

    table = Table("", "原文", "内容", "说明")
    for name, title in _NAMES.items():
        for each in getattr(found, name):
            table.add_row(title, each.text, _value(each), _more(each))
    print_table(Console(), table)


def _value(each: Any) -> str:
    for name in ("normal", "value", "name", "words"):
        if hasattr(each, name):
            return str(getattr(each, name))
    if hasattr(each, "yuan"):
        return f"{each.yuan} 元"
    if hasattr(each, "begins"):
        length = f"{each.months} 个月" if each.months else f"{each.days} 天" if each.days else ""
        return f"{each.begins or ''} … {each.ends or ''} {length}".strip()
    return each.what.zh if hasattr(each, "what") else ""


def _more(each: Any) -> str:
    said = [getattr(each, name, None) for name in ("role", "about", "per", "code", "kind")]
    return " ".join(str(word) for word in (*said, *getattr(each, "ids", ())) if word)
