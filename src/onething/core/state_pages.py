"""Charts of states as people read them: a Mermaid diagram whose arrows are numbered, and the tables that explain them."""

from collections.abc import Iterator, Sequence
from typing import Any

from onething.core.states import StateChart

_HEAD = """# States

What each kind of row may be in, and who or what takes it from one state to the next. Drawn from the charts that the code
itself asks before it changes a row (`states.py` of each room); the numbers on the arrows are those of the table below.
"""


def page(charts: Sequence[StateChart[Any]]) -> str:
    """The reference page of these charts, in Markdown."""
    return "\n".join([_HEAD, *(section(chart) for chart in charts)])


def section(chart: StateChart[Any]) -> str:
    """One chart: its diagram, what its states mean, what its arrows are."""
    column = f"Stored in `{chart.column}`."
    lines = [f"## {_title(chart.name)}", "", f"{chart.about} {column}", "", "```mermaid", mermaid(chart), "```", ""]
    lines += ["| state | 含义 | meaning |", "|---|---|---|"]
    for state, text in chart.meanings.items():
        kind = " (begins here)" if state in chart.initial else ""
        kind += " (final)" if state in chart.final else ""
        lines.append(f"| `{state.value}`{kind} | {text.zh} | {text.en} |")
    lines += ["", "| | from | to | caused by |", "|---|---|---|---|"]
    for number, (before, after, cause) in enumerate(_arrows(chart), 1):
        lines.append(f"| {number} | `{before}` | `{after}` | {cause} |")
    return "\n".join([*lines, ""])


def mermaid(chart: StateChart[Any]) -> str:
    """A `stateDiagram-v2`; arrows carry the number of their row in the table."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state.value}" for state in chart.meanings if state in chart.initial]
    lines += [f"    {before} --> {after} : {number}" for number, (before, after, _) in enumerate(_arrows(chart), 1)]
    lines += [f"    {state.value} --> [*]" for state in chart.meanings if state in chart.final]
    return "\n".join(lines)


def _arrows(chart: StateChart[Any]) -> Iterator[tuple[str, str, str]]:
    for before, leads in chart.moves.items():
        for after, cause in leads.items():
            yield before, after, cause


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]
