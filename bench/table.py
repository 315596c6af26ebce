"""One way to print figures: what was measured, the target, what came out, and whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """`holds` is None where there is no target, only a figure."""

    what: str
    target: str
    measured: str
    holds: bool | None = None


def show(title: str, rows: Sequence[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for heading in ("what", "target", "measured", ""):
        table.add_column(heading)
    for row in rows:
        mark = {True: "[green]holds[/]", False: "[red]misses[/]", None: ""}[row.holds]
        table.add_row(row.what, row.target, row.measured, mark)
    Console().print(table)
