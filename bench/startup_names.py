"""Company names: the nearest among a million, how long it takes, and how many of those that comparing with every name finds."""

import time
from pathlib import Path
from random import Random
from typing import Any

import psutil

from bench.table import Row, show
from onething.catalog.service import load_city
from onething.review.contrib.names import trade_words
from onething.subjects.names.service import NameIndex

NAMES, QUERIES, COMPARED = 1_000_000, 400, 40
LEAST = 0.8
"""From here on the check refers or refuses."""
REGIONS = ("深圳市", "深圳", "广东省", "广东")


def characters() -> str:
    """The 3,755 characters of GB 2312 level 1: what company names are made of."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(each.decode("gb2312", "ignore") for each in rows)


def names(count: int, words: list[str], seed: int) -> list[str]:
    """Marks of two to four characters; some characters are loved far more than others."""
    dice, pool = Random(seed), characters()
    weights = [1.0 / (place % 1300 + 40) for place in range(len(pool))]
    marks = iter(dice.choices(pool, weights, k=count * 4))
    return [
        f"{dice.choice(REGIONS)}{''.join(next(marks) for _ in range(dice.choice((2, 3, 3, 3, 4))))}{dice.choice(words)}有限公司"
        for _ in range(count)
    ]


def near(name: str, dice: Random, pool: str) -> str:
    """A query as people ask: half of them a taken name with one character changed or added."""
    if dice.random() < 0.5:
        return name
    place = name.index(next(region for region in REGIONS if name.startswith(region))[-1]) + 1 + dice.randrange(2)
    return name[:place] + dice.choice(pool) + name[place + dice.randrange(2) :]


def run(_out: Path, count: int = NAMES) -> dict[str, Any]:
    trades = trade_words(load_city(Path(__file__).parent.parent / "cities" / "shenzhen"))
    before = psutil.Process().memory_info().rss
    index = NameIndex(REGIONS, trades)
    started = time.perf_counter()
    taken = names(count, sorted(trades), 5)
    making = time.perf_counter() - started
    started = time.perf_counter()
    index.extend(taken)
    built = time.perf_counter() - started
    dice, pool = Random(6), characters()
    asked = [
        near(name, dice, pool) for name in [*dice.sample(taken, QUERIES // 2), *names(QUERIES // 2, sorted(trades), 7)]
    ]
    times: list[float] = []
    for name in asked:
        started = time.perf_counter()
        index.nearest(name, least=LEAST, most=20)
        times.append((time.perf_counter() - started) * 1000)
    wanted = found = 0
    brute: list[float] = []
    for name in dice.sample(asked, COMPARED):
        started = time.perf_counter()
        truth = {each.name for each in index.brute(name, least=LEAST, most=100_000)}
        brute.append((time.perf_counter() - started) * 1000)
        got = {each.name for each in index.nearest(name, least=LEAST, most=100_000)}
        wanted, found = wanted + len(truth), found + len(truth & got)
    times.sort()
    figures = {
        "names": len(index), "query_ms_median": round(times[len(times) // 2], 2), "query_ms_p99": round(times[int(len(times) * 0.99)], 2),
        "recall": round(found / max(wanted, 1), 5), "compared": wanted, "brute_ms_median": round(sorted(brute)[len(brute) // 2]),
        "build_s": round(built, 1), "making_s": round(making, 1), "memory_mb": round((psutil.Process().memory_info().rss - before) / 1e6),
    }  # fmt: skip
    show("Names like a given one", [
        Row("existing names", "≥ 1,000,000", f"{figures['names']:,}", figures["names"] >= 1_000_000),
        Row("a query, median / p99", "≤ 50 ms", f"{figures['query_ms_median']} / {figures['query_ms_p99']} ms", figures["query_ms_p99"] <= 50),
        Row(f"recall against brute force ({wanted} names)", "", f"{figures['recall']:.2%}"),
        Row("brute force, a query", "", f"{figures['brute_ms_median']} ms"),
        Row("building the index; memory", "", f"{figures['build_s']} s; {figures['memory_mb']} MB"),
    ])  # fmt: skip
    return figures
