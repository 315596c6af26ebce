"""Shell companies in a synthetic city: what is found at 0.2 % referred, by schemes the model never saw; and what it costs."""

import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.table import Row, show
from onething.core.db import Database
from onething.risk import store
from onething.risk.declared import load_policy
from onething.risk.graph import NEVER, YEAR, Edges, Nodes, RelationGraph
from onething.risk.indicators import measure, measure_all
from onething.risk.judging import judge
from onething.risk.models import Filing, Kind, Member, Role
from onething.risk.surroundings import Known
from onething.risk.training import Examples, train
from onething.risk.trees import Model
from onething.sandbox.enterprise.history import History, make_history

COMPANIES, YEARS, SOUND_SAMPLE = 300_000, 10, 30_000
BASE = 17 * YEAR
"""The history begins in 2017."""
CITY = Path(__file__).parent.parent / "cities" / "shenzhen" / "risk" / "policy.yaml"


def build(history: History) -> tuple[Known, np.ndarray[Any, Any]]:
    """The graph, and the node of each company of the history."""
    relations, companies = history.relations, history.companies
    others = (relations[:, 1] << 40) | relations[:, 2]
    numbers = np.arange(len(companies), dtype=np.int64)
    keys = np.unique(np.concatenate([numbers, others]))
    kinds = (keys >> 40).astype(np.int8)
    ended = np.full(len(keys), NEVER, np.int32)
    revoked, shared = np.zeros(len(keys), bool), np.zeros(len(keys), bool)
    ended[: len(companies)] = [NEVER if c.ended >= NEVER - BASE else c.ended + BASE for c in companies]
    revoked[: len(companies)] = [c.revoked for c in companies]
    shared[np.searchsorted(keys, [(2 << 40) | address for address in history.city.shared])] = True
    edges = Edges(
        relations[:, 0].astype(np.int32), np.searchsorted(keys, others).astype(np.int32), relations[:, 3].astype(np.int8),
        (relations[:, 4] + BASE).astype(np.int32), np.full(len(relations), NEVER, np.int32), (relations[:, 5] / 10_000).astype(np.float32),
    )  # fmt: skip
    return Known.of(RelationGraph(Nodes(keys, kinds, ended, revoked, shared), edges)), keys


def filing_of(history: History, keys: np.ndarray[Any, Any], number: int) -> Filing:
    c, city = history.companies[number], history.city
    year = 2017 + c.at / YEAR

    def node(kind: Kind, value: int) -> int:
        return int(np.searchsorted(keys, (int(kind) << 40) | value))

    def person(role: Role, who: int, share: float = 0.0) -> Member:
        return Member(
            node(Kind.PERSON, who), role, share, year - city.born[who], from_afar=city.home[who] // 10_000 != 44
        )

    members = [
        person(Role.REPRESENTATIVE, c.representative),
        *(person(Role.HOLDER, who, share) for who, share in c.holders),
    ]
    members += [Member(held_by, Role.HOLDER, share, corporate=True) for held_by, share in c.company_holders]
    members += [
        person(Role.DIRECTOR, c.director),
        person(Role.SUPERVISOR, c.supervisor),
        person(Role.FINANCE, c.finance),
    ]
    return Filing(
        c.at + BASE, tuple(members), node(Kind.ADDRESS, c.address), (node(Kind.PHONE, c.phone),),
        node(Kind.AGENT, c.agent) if c.agent >= 0 else -2, node(Kind.HOME, city.home[c.representative]), c.capital, c.watched,
    )  # fmt: skip


def examples(history: History, known: Known, keys: np.ndarray[Any, Any]) -> Examples:
    """All shells known by the day the later schemes begin, and a sample of the rest."""
    dice, cut = np.random.default_rng(3), history.tested_from
    old = [n for n, c in enumerate(history.companies) if YEAR < c.at < cut - YEAR // 2]
    found = [n for n in old if history.companies[n].scheme and history.companies[n].ended < cut]
    rest = sorted(set(old) - set(found))
    sample = dice.choice(rest, min(SOUND_SAMPLE, len(rest)), replace=False).tolist()
    chosen = found + sample
    weight = np.array([1.0] * len(found) + [len(rest) / len(sample)] * len(sample))
    rows = measure_all(known, (filing_of(history, keys, n) for n in chosen))
    moments = np.array([history.companies[n].at + BASE for n in chosen], np.int32)
    return Examples(rows, moments, np.array([True] * len(found) + [False] * len(sample)), weight)


def grown(history: History, known: Known, keys: np.ndarray[Any, Any]) -> Model:
    border = int(history.tested_from + BASE - 2 * YEAR)
    return train(examples(history, known, keys), calibrate_from=border)


def run(_out: Path) -> dict[str, Any]:
    history = make_history(COMPANIES, YEARS)
    known, keys = build(history)
    rebuild = rebuild_seconds(known)
    started = time.perf_counter()
    model = grown(history, known, keys)
    training = time.perf_counter() - started
    policy = load_policy(CITY)
    late = [n for n, c in enumerate(history.companies) if c.at >= history.tested_from]
    filings = [filing_of(history, keys, n) for n in late]
    times = []
    rows = []
    for filing in filings:
        started = time.perf_counter()
        rows.append(measure(known, filing))
        times.append(time.perf_counter() - started)
    table = np.stack(rows)
    shell = np.array([bool(history.companies[n].scheme) for n in late])
    scheme = np.array([history.companies[n].scheme for n in late])
    figures = score(policy, model, table, shell, scheme)
    times_ms = np.array(times) * 1000
    figures |= {
        "companies": len(history.companies), "relations": len(history.relations), "rebuild_s": round(rebuild, 2),
        "training_s": round(training, 1), "features_ms_median": round(float(np.median(times_ms)), 2),
        "features_ms_p99": round(float(np.quantile(times_ms, 0.99)), 2), "memory_mb": round(psutil.Process().memory_info().rss / 1e6),
    }  # fmt: skip
    _print(figures)
    return figures


def rebuild_seconds(known: Known) -> float:
    """From the rows of a database to a graph on disk with hubs and rings: what happens every night."""
    nodes, edges = known.graph.nodes, known.graph.edges
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/onething.db")
        database.create_all()
        with sqlite3.connect(f"{folder}/onething.db") as raw:
            ended = [None if value == NEVER else value for value in nodes.ended.tolist()]
            raw.executemany(
                "INSERT INTO risk_entity (key, kind, ended, revoked, shared) VALUES (?, ?, ?, ?, ?)",
                zip(
                    nodes.key.tolist(),
                    nodes.kind.tolist(),
                    ended,
                    nodes.revoked.tolist(),
                    nodes.shared.tolist(),
                    strict=True,
                ),
            )
            columns = (nodes.key[edges.company], nodes.key[edges.other], edges.role, edges.since, edges.share)
            raw.executemany(
                "INSERT OR IGNORE INTO risk_relation (company, other, role, since, share) VALUES (?, ?, ?, ?, ?)",
                zip(*(column.tolist() for column in columns), strict=True),
            )
        started = time.perf_counter()
        with database.reading() as session:
            graph = store.build(session)
        Known.of(graph)
        graph.save(Path(folder) / "graph.npz")
        seconds = time.perf_counter() - started
        database.dispose()
    return seconds


def score(policy: Any, model: Model, table: Any, shell: Any, scheme: Any) -> dict[str, Any]:
    """Precision and recall with rules first and the model for the rest of 0.2 %; by scheme; with the model alone."""
    chance = model.probabilities(table)
    ruled = np.array([bool(judge(policy, None, row).refer) for row in table])
    places = max(1, round(len(table) * policy.share_referred))
    order = np.argsort(-(chance + ruled * 10.0), kind="stable")
    referred = np.zeros(len(table), bool)
    referred[order[: max(places, int(ruled.sum()))]] = True
    alone = np.zeros(len(table), bool)
    alone[np.argsort(-chance, kind="stable")[:places]] = True
    own = chance >= model.refer_from
    return {
        "filings": len(table), "shells": int(shell.sum()), "share_shells": round(float(shell.mean()), 5),
        "share_referred": round(float(referred.mean()), 5), "by_rules": int(ruled.sum()), "rules_right": int((ruled & shell).sum()),
        "precision": round(float(shell[referred].mean()), 4), "recall": round(float(referred[shell].mean()), 4),
        "most_possible_recall": round(min(1.0, places / shell.sum()), 4),
        "model_alone_precision": round(float(shell[alone].mean()), 4), "model_alone_recall": round(float(alone[shell].mean()), 4),
        "own_threshold_share": round(float(own.mean()), 5), "own_threshold_precision": round(float(shell[own].mean()), 4) if own.any() else None,
        "recall_by_scheme": {s: round(float(referred[scheme == s].mean()), 3) for s in sorted(set(scheme.tolist()) - {""})},
    }  # fmt: skip


def _print(f: dict[str, Any]) -> None:
    show("Risk of shell companies", [
        Row("companies and relations", "≥ 300,000 and ≥ 1 M", f"{f['companies']:,} and {f['relations']:,}", f["relations"] >= 1_000_000),
        Row("shells among the filings of the last year (schemes unseen)", "", f"{f['shells']} of {f['filings']:,}"),
        Row("referred", "0.2 %", f"{f['share_referred']:.2%}"),
        Row("precision / recall at that share", "", f"{f['precision']:.1%} / {f['recall']:.1%} (at most {f['most_possible_recall']:.1%})"),
        Row("model alone", "", f"{f['model_alone_precision']:.1%} / {f['model_alone_recall']:.1%}"),
        Row("recall by scheme", "", ", ".join(f"{k} {v:.0%}" for k, v in f["recall_by_scheme"].items())),
        Row("indicators of one filing", "≤ 20 ms", f"{f['features_ms_median']} ms, p99 {f['features_ms_p99']} ms", f["features_ms_p99"] <= 20),
        Row("nightly rebuild from the database (SQLite)", "≤ 60 s", f"{f['rebuild_s']} s", f["rebuild_s"] <= 60),
    ])  # fmt: skip
