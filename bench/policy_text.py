"""Regulations as text: trees of all laws at hand counted exactly, references resolved or listed, drafts against the gold set."""

import sys
import time
from pathlib import Path
from typing import Any

from bench.table import Row, show
from onething.documents.prose.service import read_file
from onething.policy.structuring import structure

ROOT = Path(__file__).parent.parent
LAWS = ROOT.parent / "shared" / "data" / "laws"


def gold() -> Any:
    """The gold set's scorer lives with the tests: it is what the tests hold the parser to."""
    sys.path.insert(0, str(ROOT / "tests" / "policy"))
    import gold_scores

    return gold_scores


def counted(text: str) -> dict[str, list[str]]:
    """An independent look at the lines, without the product's code."""
    sys.path.insert(0, str(ROOT / "tests" / "policy"))
    from test_policy_tree import simple_count

    return simple_count(text)


def trees(files: list[Path]) -> dict[str, Any]:
    exact = articles = resolved = listed = references = 0
    wrong: list[str] = []
    seconds: list[tuple[int, float]] = []
    for file in files:
        text = read_file(file)
        started = time.perf_counter()
        found = structure(text, file.name)
        seconds.append((len(found.document.articles), time.perf_counter() - started))
        ours, theirs = found.document, counted(text)
        same = (
            [a.label for a in ours.articles] == theirs["article"]
            and [p.text for a in ours.articles for p in a.paragraphs] == theirs["paragraph"]
            and [i.label + i.text for a in ours.articles for p in a.paragraphs for i in p.items] == theirs["item"]
        )
        exact += same
        wrong += [] if same else [file.name]
        articles += len(ours.articles)
        references += len(found.references)
        resolved += sum(bool(each.targets) for each in found.references)
        listed += sum(bool(each.problem) for each in found.references if not each.targets)
    per_56 = sorted(56 * spent / count for count, spent in seconds if count)
    return {
        "laws": len(files), "exact": exact, "wrong": wrong, "articles": articles, "references": references, "resolved": resolved,
        "listed": listed, "seconds_per_56_articles": round(per_56[len(per_56) // 2], 3), "slowest_per_56": round(per_56[-1], 3),
    }  # fmt: skip


def run(_out: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    if LAWS.is_dir():
        figures["trees"] = trees(sorted(LAWS.glob("*.md")))
    else:
        print("the laws of ../shared are not here: trees are not measured", file=sys.stderr)
    scorer = gold()
    for name, names in (("all", None), ("held_out", scorer.HELD_OUT)):
        found = scorer.scores(names)
        figures[name] = {
            "clauses": len(scorer.clauses(names)),
            **{
                part: [round(score.precision, 4), round(score.recall, 4), score.expected]
                for part, score in found.items()
            },
        }
    _print(figures)
    return figures


def _print(f: dict[str, Any]) -> None:
    rows: list[Row] = []
    if tree := f.get("trees"):
        done = tree["resolved"] + tree["listed"]
        rows += [
            Row("laws with every article, paragraph and item in order", "all", f"{tree['exact']} of {tree['laws']} ({tree['articles']} articles)", tree["exact"] == tree["laws"]),
            Row("references resolved + listed, of all", "all", f"{tree['resolved']} + {tree['listed']} of {tree['references']}", done == tree["references"]),
            Row("seconds for a regulation of 56 articles", "", f"{tree['seconds_per_56_articles']} (slowest {tree['slowest_per_56']})"),
        ]  # fmt: skip
    for name, title in (("all", "gold set"), ("held_out", "held-out part")):
        score = f[name]
        precision, recall, expected = score["conditions"]
        rows.append(
            Row(
                f"{title}: conditions of {score['clauses']} clauses ({expected})",
                "",
                f"precision {precision:.1%}  recall {recall:.1%}",
            )
        )
        rest = ", ".join(
            f"{part} {score[part][0]:.0%}/{score[part][1]:.0%}"
            for part in ("then", "enumeration", "modality", "subject", "authority", "benefit")
        )
        rows.append(Row(f"{title}: other parts, precision/recall", "", rest))
    show("Regulations as text", rows)
