"""What people say they want to do, against what is right: understood, asked back, or wrong with confidence; and time by length.

`startup_sayings.txt` was written before the matcher, from the national catalogue of trades; a third of its families, by the
hash of their names, was never looked at while the matcher was mended, and only that third says how good it is.
`startup_sayings_fresh.txt` was unseen when its figures were taken and has been looked at since; `startup_sayings_later.txt` is unseen.
Both were written before the mends they measure, by the one who made these and had read the matcher.
The names of the classes of GB/T 4754-2017 are nobody's of us: an official list of 1,381 wordings, each with its right answer.
"""

import csv
import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.table import Row, show
from onething.catalog.model.trades import TradeBook
from onething.catalog.service import load_city
from onething.catalog.trades.service import Guide, guide

HERE = Path(__file__).parent
LENGTHS = (1_000, 10_000, 100_000)
MOST_WRONG = 0.005


@dataclass(frozen=True, slots=True)
class Saying:
    family: str
    text: str
    kind: str
    """trades | none | ask | forbidden"""
    groups: tuple[tuple[str, ...], ...]
    """Each must be found, by any code that begins with one of its prefixes."""
    also: tuple[str, ...]
    """Codes that may be found besides."""
    place: str = ""

    @property
    def seen(self) -> bool:
        """Whether its family may be looked at."""
        return int(hashlib.sha256(self.family.encode()).hexdigest(), 16) % 3 != 0


def sayings(path: Path = HERE / "startup_sayings.txt") -> list[Saying]:
    family, found = "", list[Saying]()
    for raw in path.read_text("utf-8").splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            family = line[1:-1]
        elif line and not line.startswith("#"):
            found.append(_saying(family, line))
    return found


def _saying(family: str, line: str) -> Saying:
    text, right, *place = (part.strip() for part in line.split("|"))
    must, *also = right.split("?")
    kind = must.strip() if must.strip() in ("none", "ask", "forbidden") else "trades"
    groups = tuple(tuple(group.strip().split("/")) for group in must.split("+")) if kind == "trades" else ()
    return Saying(family, text, kind, groups, tuple(code.strip() for code in also), place[0] if place else "")


def judge(book: TradeBook, saying: Saying) -> str:
    """right | asked | wrong. Wrong is a trade claimed that was not meant, or one that was meant and silently left out."""
    answer = guide(book, saying.text)
    claimed = [trade.gb[1:] for trade in answer.trades]
    if saying.kind == "forbidden" and answer.forbidden:
        return "right"
    if any(not _allowed(code, saying) for code in claimed):
        return "wrong"
    if saying.kind != "trades":
        return "right"
    phrases = [phrase.gb[1:] for text in answer.phrases if (phrase := book.phrase(text)) is not None]
    missing = [
        group for group in saying.groups
        if not any(_in(code, group) for code in claimed) and not any(code.startswith(group) for code in phrases)
    ]  # fmt: skip
    if not missing and not answer.unclear:
        return "right"
    return "asked" if answer.unclear or not claimed else "wrong"


def _allowed(code: str, saying: Saying) -> bool:
    return any(_in(code, group) for group in saying.groups) or _in(code, saying.also)


def _in(code: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a code is one that was meant, or the division or group that holds it (a brewery of C151 is one of C1512)."""
    return any(code.startswith(prefix) or prefix.startswith(code) for prefix in prefixes)


@dataclass(frozen=True, slots=True)
class ClassName:
    """A class of GB/T 4754-2017 and its name, taken for a saying."""

    code: str
    name: str

    @property
    def seen(self) -> bool:
        return int(hashlib.sha256(self.code.encode()).hexdigest(), 16) % 3 != 0


def classes(path: Path) -> list[ClassName]:
    """Every class (four digits) of the table."""
    with path.open(encoding="utf-8-sig") as file:
        return [
            ClassName(row["code"], row["name"])
            for row in csv.DictReader(file)
            if len(row["code"]) == 4 and row["code"].isdigit()
        ]


def judge_class(book: TradeBook, each: ClassName) -> str:
    """right (the class, or the group it belongs to) | asked | wrong."""
    claimed = [trade.gb[1:] for trade in guide(book, each.name).trades]
    if not claimed:
        return "asked"
    return "right" if all(_in(code, (each.code,)) for code in claimed) else "wrong"


def counts(book: TradeBook, of: list[Saying]) -> Counter[str]:
    return Counter(judge(book, each) for each in of)


def assured(answer: Guide) -> bool:
    """The page says that nothing more is needed."""
    return bool(answer.trades) and not answer.unclear and not answer.before and not answer.after


def _shown(rows: list[Row], name: str, found: Counter[str]) -> dict[str, int]:
    """The three figures of a set, as rows and for keeping."""
    total = sum(found.values())
    wrong = found["wrong"] / total
    rows += [
        Row(f"{name}, right", "", f"{found['right'] / total:.1%}"), Row(f"{name}, asked back", "", f"{found['asked'] / total:.1%}"),
        Row(f"{name}, wrong with confidence", f"≤ {MOST_WRONG:.1%}", f"{found['wrong']} = {wrong:.2%}", wrong <= MOST_WRONG),
    ]  # fmt: skip
    return {"total": total, **found}


def run(_out: Path) -> dict[str, Any]:
    book = load_city(HERE.parent / "cities" / "shenzhen").trades
    said = sayings()
    guide(book, said[0].text)
    figures: dict[str, Any] = {}
    rows: list[Row] = []
    second, third = (sayings(HERE / f"startup_sayings_{name}.txt") for name in ("fresh", "later"))
    for name, part in (
        ("seen", [s for s in said if s.seen]),
        ("unseen", [s for s in said if not s.seen]),
        ("second set, seen since", second),
        ("third set, unseen", third),
    ):
        figures[name] = {"families": len({s.family for s in part})} | _shown(
            rows, f"{name}: {len(part)} sayings", counts(book, part)
        )
    table = HERE.parent.parent / "shared" / "data" / "industry" / "gbt4754-2017.csv"
    for name, seen in (("seen", True), ("unseen", False)) if table.exists() else ():
        names = [each for each in classes(table) if each.seen is seen]
        found = Counter(judge_class(book, each) for each in names)
        figures[f"names, {name}"] = _shown(rows, f"{name}: {len(names)} names of GB/T 4754-2017", found)
    milliseconds: list[float] = []
    for length in LENGTHS:
        text = ("我想开一家奶茶店和卖猫粮，不卖酒，" * (length // 17 + 1))[:length]
        started = time.perf_counter()
        guide(book, text)
        milliseconds.append((time.perf_counter() - started) * 1000)
    figures["ms_by_length"] = dict(zip(LENGTHS, milliseconds, strict=True))
    rows.append(Row("an answer to 1,000 / 10,000 / 100,000 characters", "", " / ".join(f"{each:.0f} ms" for each in milliseconds)))  # fmt: skip
    show("Advice: what people say they want to do", rows)
    return figures
