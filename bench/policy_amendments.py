"""Amending decisions carried out on real laws and compared with the real text afterwards: decisions tuned on and decisions never read, side by side.

A result is exact when it is the published text, blanks and Markdown marks aside. Where the publisher also changed what the decision does not speak
of (a comma, a new introduction), every line that differs is one that we left as it was and none of its new words stand in the decision; that is counted
apart. What is neither and has nothing listed is silently wrong.
"""

import difflib
import hashlib
import json
import lzma
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.table import Row, show
from onething.policy.amendments.service import consolidate
from onething.policy.text.tree import parse_document

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
UNSEEN = ("03", "07", "08", "09", "10", "11", "13", "17", "18")
"""Decisions never read while the grammar was written: the nine smallest of 26 by the SHA-256 of their folder's name."""
_WIDTHS = str.maketrans("()%:;,", "（）％：；，")
_LABEL = re.compile(r"^(?:第[一二三四五六七八九十百]+条(?:之[一二三四五六七八九十]+)?|（[一二三四五六七八九十]+）)")
_NOTED = re.compile(r"\d{4}年.*的决定》修正(?:，自.*施行)?$")
"""The line that our text carries under its title about the decision."""


def chosen(names: Iterable[str]) -> list[str]:
    """A third of the names, by the SHA-256 of each: which are kept unread is nobody's choice."""
    every = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return sorted(every[: (len(every) + 2) // 3])


def contents(archive: Path) -> dict[str, str]:
    """Name → text of the files of a `.tar.xz`."""
    with lzma.open(archive) as unpacked, tarfile.open(fileobj=unpacked) as tar:
        return {
            each.name: (tar.extractfile(each) or unpacked).read().decode("utf-8") for each in tar.getmembers() if each.isfile()
        }  # fmt: skip


def body(text: str) -> list[str]:
    """Lines behind the history, without blanks and marks: contents, introduction, articles. An independent look, without the product's code."""
    text = text.replace("\r\n", "\n")
    if "<!-- INFO END -->" in text:
        return _plain(text.split("<!-- INFO END -->", 1)[1].split("\n"))
    if text.startswith("---"):
        text = text.split("\n---", 1)[1]
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if re.match(r"[\s　*#>-]*第\s*[一1]\s*条", line)), len(lines))
    quoted = [n for n, line in enumerate(lines[:first]) if line.startswith(">")]
    return _plain(lines[max(quoted or _history(lines[:first]), default=-1) + 1 :])


def _history(lines: list[str]) -> list[int]:
    """Lines that are a number (法释〔2012〕8号) or a note in brackets of who made it and when, which may run over several lines."""
    found = [n for n, line in enumerate(lines) if re.match(r"[\s*]*法释", line)]
    for begin, line in enumerate(lines):
        if not re.match(r"[\s*]*[（(]", line):
            continue
        end = next((n for n in range(begin, min(begin + 16, len(lines))) if re.search(r"[）)][\s*]*$", lines[n])), None)
        if end is not None and re.search(r"通过|发布|公布|修正", "".join(lines[begin : end + 1])):
            found.append(end)
    return found


def _plain(lines: list[str]) -> list[str]:
    stripped = (re.sub(r"[\s　\u200b*\\]+", "", re.sub(r"^[\s　>#*\-\u200b]+", "", line)) for line in lines)
    return [line for line in stripped if line]


def judge(before: str, after: str, decision: str, title: str) -> dict[str, Any]:
    """One law: exact, published with changes of the publisher's own, listed, silent or crashed."""
    started = time.perf_counter()
    try:
        found = consolidate(parse_document(before, title), decision)
    except Exception as error:  # noqa: BLE001 a crash is a figure here, not an end
        return {"fate": "crashed", "error": repr(error), "seconds": time.perf_counter() - started}
    got = [line for line in body(found.text) if not _NOTED.match(line)]
    want = body(after)
    strict = "".join(got) == "".join(want)
    same = strict or "".join(got).translate(_WIDTHS) == "".join(want).translate(_WIDTHS)
    mine = [each for each in found.carried if each.why != "other_law"]
    listed = any(not each.done for each in mine) or found.dangling or found.doubts
    named = bool(mine) or not found.carried
    fate = "exact" if same else "not_amended" if not named else "own" if _own(got, want, body(before), decision) else "listed" if listed else "silent"  # fmt: skip
    return {"fate": fate, "strict": strict, "listed": bool(listed), "orders": len(mine), "left": sum(not each.done for each in mine), "seconds": time.perf_counter() - started}  # fmt: skip


def _own(got: list[str], want: list[str], was: list[str], decision: str) -> bool:
    """Whether all that differs was left as it was by us and changed by the publisher in words that are not the decision's."""
    said = re.sub(r"[\s　]", "", decision).translate(_WIDTHS).translate(str.maketrans("‘’", "“”"))
    got, want, was = ([line.translate(_WIDTHS) for line in lines] for lines in (got, want, was))
    old = {_LABEL.sub("", line) for line in was}
    differs = [line for line in difflib.unified_diff(got, want, lineterm="", n=0) if line[:1] in "+-" and line[:3] not in ("+++", "---")]  # fmt: skip
    return all(
        _LABEL.sub("", line[1:]) in old if line[0] == "-" else _LABEL.sub("", line[1:]).rstrip("；。") not in said
        for line in differs
    )


def laws(only: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Every law of the archive (or of some decisions), judged."""
    files = contents(DATA / "amendments.tar.xz")
    index = json.loads(next(text for name, text in files.items() if name.endswith("index.json")))
    root = next(name for name in files if name.endswith("index.json")).removesuffix("index.json")
    many = Counter(each["decision"] for each in index)
    out: list[dict[str, Any]] = []
    for each in index:
        if only is not None and each["decision"] not in only:
            continue
        folder = f"{root}{each['decision']}/"
        found = judge(files[f"{folder}{each['files']}_old.md"], files[f"{folder}{each['files']}_new.md"], files[f"{folder}decision.md"], each["law"])  # fmt: skip
        out.append({"decision": each["decision"], "law": each["law"], "one_law": many[each["decision"]] == 1, **found})
    return out


def tally(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts by fate; laws that the decision does not name are no part of the sum."""
    fates = Counter(each["fate"] for each in found)
    named = [each for each in found if each["fate"] != "not_amended"]
    return {
        "laws": len(named), "exact": fates["exact"], "strict": sum(bool(each.get("strict")) for each in named), "own": fates["own"], "listed": fates["listed"],
        "silent": fates["silent"], "crashed": fates["crashed"], "not_amended": fates["not_amended"],
        "orders": sum(each.get("orders", 0) for each in named), "left": sum(each.get("left", 0) for each in named),
    }  # fmt: skip


def growth() -> list[tuple[int, float]]:
    """Seconds for a made-up law of so many characters and a decision on a tenth of its articles."""
    from onething.documents.prose.service import ordinal

    out: list[tuple[int, float]] = []
    for articles in (20, 200, 2000):
        text = "# 云州市用工条例\n\n" + "\n\n".join(f"第{ordinal(n)}条 用人单位应当依照本条例第{ordinal(max(1, n - 1))}条办理第{n}类登记，并向甲部门报告情况，逾期不报告的由甲部门责令改正。" for n in range(1, articles + 1)) + "\n"  # fmt: skip
        orders = "\n".join(f"{ordinal(n)}、将第{ordinal(n * 10)}条中的“甲部门”修改为“乙部门”。" for n in range(1, articles // 10 + 1))  # fmt: skip
        decision = f"关于修改《云州市用工条例》的决定\n\n对《云州市用工条例》作如下修改：\n\n{orders}\n\n增加一条，作为第三条：“登记免收费用。”\n\n本决定自2026年7月1日起施行。\n"  # fmt: skip
        started = time.perf_counter()
        consolidate(parse_document(text), decision)
        out.append((len(text), round(time.perf_counter() - started, 2)))
    return out


def run(_out: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {"growth": growth()}
    if (DATA / "amendments.tar.xz").exists():
        found = laws()
        for name, seen in (("seen", True), ("unseen", False)):
            part = [each for each in found if (each["decision"] not in UNSEEN) == seen]
            figures[name] = {"one": tally([each for each in part if each["one_law"]]), "several": tally([each for each in part if not each["one_law"]])}  # fmt: skip
        figures["laws"] = found
    else:
        print("the amendments of ../shared are not here: decisions are not measured")
    _print(figures)
    return figures


def _print(figures: dict[str, Any]) -> None:
    rows: list[Row] = []
    for name in ("seen", "unseen"):
        for kind, title, goal in (("one", "one law", 0.9), ("several", "several laws", 0.8)):
            t = figures.get(name, {}).get(kind)
            if not t or not t["laws"]:
                continue
            share = t["exact"] / t["laws"]
            rows += [
                Row(f"{name}: laws of decisions on {title}, exact", f"≥ {goal:.0%}", f"{t['exact']} of {t['laws']} ({t['strict']} with every sign's width)", share >= goal),
                Row(f"{name}: the rest: publisher's own changes, listed", "", f"{t['own']}, {t['listed']}; orders left {t['left']} of {t['orders']}"),
                Row(f"{name}: silently wrong, crashed", "0, 0", f"{t['silent']}, {t['crashed']}", t["silent"] == t["crashed"] == 0),
            ]  # fmt: skip
    rows.append(Row("seconds by characters of the law", "linear", ", ".join(f"{n:,}: {s}" for n, s in figures["growth"])))  # fmt: skip
    show("Amending decisions", rows)
