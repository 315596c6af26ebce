"""A whole city against every clause at once: our bitmaps beside Polars, DuckDB, OpenFisca-style NumPy, zen-engine and Spark."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench import peers, rules_data
from bench.table import Row, show
from onething.rules.columns.engine import compile_clauses
from onething.rules.columns.parallel import WorkerPool
from onething.rules.columns.population import from_polars

REPEATS = 3


def _best(call: Any, repeats: int = REPEATS) -> tuple[float, float]:
    """(least wall seconds, least CPU seconds): a shared machine only ever adds."""
    wall, cpu = [], []
    for _ in range(repeats):
        started, used = time.perf_counter(), time.process_time()
        call()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return min(wall), min(cpu)


def _ours(figures: dict[str, Any]) -> dict[str, list[int]]:
    texts = rules_data.texts(rules_data.clauses())
    started = time.perf_counter()
    compiled = compile_clauses(texts, rules_data.DAY)
    figures["compile_s"] = round(time.perf_counter() - started, 2)
    started = time.perf_counter()
    population = from_polars(rules_data.frame())
    figures["load_s"] = round(time.perf_counter() - started, 2)
    figures["atoms"] = len(compiled.atoms)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = compiled.evaluate(population)
    wall, cpu = _best(lambda: compiled.evaluate(population))
    plain, plain_cpu = _best(lambda: compiled.evaluate(population, near=False))
    figures |= {
        "all_clauses_s": round(wall, 3), "all_clauses_cpu_s": round(cpu, 3), "without_near_s": round(plain, 3),
        "without_near_cpu_s": round(plain_cpu, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), "peak_before_mb": round(before / 1024),
    }  # fmt: skip
    one = compile_clauses(texts[:1], rules_data.DAY)
    wall, cpu = _best(lambda: one.evaluate(population), 20)
    figures |= {"one_clause_ms": round(wall * 1e3, 2), "one_clause_cpu_ms": round(cpu * 1e3, 2)}
    with WorkerPool(compiled, population, 2) as pool:
        pool.evaluate()
        figures["two_workers_s"] = round(_best(pool.evaluate)[0], 3)
    return {"true": counts.true.tolist(), "unknown": counts.unknown.tolist(), "one_short": counts.one_short.tolist()}


PEERS = """
import json, sys, time
sys.path.insert(0, ".")
from pathlib import Path
import numpy as np, polars as pl
from bench import rules_data as d
path = sys.argv[1]
clauses = d.clauses()
frame = pl.read_parquet(path)
out, N = {}, frame.height

def timed(name, call):
    t, c = time.perf_counter(), time.process_time()
    value = call()
    out[name] = {"s": time.perf_counter() - t, "cpu_s": time.process_time() - c}
    return value

import operator as o
OPS = {"<": o.lt, "<=": o.le, ">": o.gt, ">=": o.ge, "=": o.eq, "!=": o.ne}

def polars_lazy():
    made = []
    for i, clause in enumerate(clauses):
        e = None
        for c in clause:
            part = OPS[c.op](pl.col(c.column), pl.lit(c.value))
            e = part if e is None else e & part
        made += [e.sum().alias(f"t{i}"), e.is_null().sum().alias(f"u{i}")]
    return frame.lazy().select(made).collect().row(0)
row = timed("polars_lazy", polars_lazy)
true, unknown = list(row[0::2]), list(row[1::2])

def openfisca_style():
    # Arrays of values and of presence, one vector formula a clause, results kept as arrays, as such engines do.
    arrays = {}
    for name in frame.columns:
        s = frame[name]
        present = s.is_not_null().to_numpy()
        if s.dtype == pl.String:
            codes = {w: i for i, w in enumerate(s.drop_nulls().unique().to_list())}
            values = s.replace_strict(codes, default=-1, return_dtype=pl.Int32).fill_null(-1).to_numpy()
        else:
            codes, values = None, s.cast(pl.Int32).fill_null(0).to_numpy()
        arrays[name] = values, present, codes
    t0 = time.perf_counter(); c0 = time.process_time()
    counts = []
    import datetime
    for clause in clauses:
        t = np.ones(N, bool); p = np.ones(N, bool)
        for c in clause:
            values, present, codes = arrays[c.column]
            v = codes.get(c.value, -2) if codes is not None else (c.value - datetime.date(1970, 1, 1)).days if c.kind == "date" else c.value
            hit = OPS[c.op](values, v)
            t &= hit & present
            p &= hit | ~present
        counts.append((int(t.sum()), int((p & ~t).sum())))
    out["openfisca_style_numpy"] = {"s": time.perf_counter() - t0, "cpu_s": time.process_time() - c0}
    return counts
of = openfisca_style()
out["openfisca_style_numpy"]["agrees"] = [list(x) for x in of] == [list(x) for x in zip(true, unknown)]

import duckdb
con = duckdb.connect(); con.execute("set threads=2"); con.execute(f"create table p as select * from '{path}'")
def sql(c):
    v = f"'{c.value}'" if c.kind == "text" else f"DATE '{c.value}'" if c.kind == "date" else str(c.value)
    return f'"{c.column}" {c.op} {v}'
part = clauses[:300]
def duck():
    cols = []
    for i, clause in enumerate(part):
        e = " and ".join(sql(c) for c in clause)
        cols.append(f"count(*) filter (where {e}), count(*) filter (where ({e}) is null)")
    return con.execute("select " + ", ".join(cols) + " from p").fetchone()
got = timed("duckdb_300", duck)
out["duckdb"] = {"s": out["duckdb_300"]["s"] * 10, "cpu_s": out["duckdb_300"]["cpu_s"] * 10, "extrapolated_from": 300, "agrees": list(got[0::2]) == true[:300] and list(got[1::2]) == unknown[:300]}
try:
    import zen
    engine = zen.ZenEngine()
    def graph(i, clause):
        expr = " and ".join(f"{c.column} {'==' if c.op == '=' else c.op} " + (json.dumps(c.value, ensure_ascii=False) if c.kind == "text" else str((c.value.toordinal() if c.kind == "date" else c.value))) for c in clause)
        return {"id": f"e{i}", "key": f"r{i}", "value": expr}
    nodes = [{"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}}, {"id": "ex", "name": "ex", "type": "expressionNode", "position": {"x": 1, "y": 0}, "content": {"expressions": [graph(i, c) for i, c in enumerate(clauses)]}}, {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}}]
    edges = [{"id": "a", "sourceId": "in", "targetId": "ex", "type": "edge"}, {"id": "b", "sourceId": "ex", "targetId": "out", "type": "edge"}]
    decision = engine.create_decision(json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}))
    people = [{"c": {k[2:]: (v.toordinal() if hasattr(v, "toordinal") else 0 if v is None else v) for k, v in r.items()}} for r in frame.head(60).to_dicts()]
    decision.evaluate(people[0])
    t, c0 = time.perf_counter(), time.process_time()
    for person in people[10:]:
        decision.evaluate(person)
    out["zen_engine"] = {"s": (time.perf_counter() - t) / 50 * N, "cpu_s": (time.process_time() - c0) / 50 * N, "extrapolated_from": 50, "nulls": "filled with 0: it has no unknown"}
except Exception as error:
    out["zen_engine"] = {"error": repr(error)[:200]}
print(json.dumps({"times": out, "true": true, "unknown": unknown}))
"""

SPARK = """
import json, os, sys, time
sys.path[:0] = [".", "src"]
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["PYTHONPATH"] = os.pathsep.join([os.getcwd(), os.path.join(os.getcwd(), "src")])
from pyspark.sql import SparkSession
from bench import rules_data as d
from onething.rules.adapters.spark import count_in_spark
spark = (SparkSession.builder.master("local[2]").appName("rules").config("spark.ui.enabled", "false")
         .config("spark.driver.memory", "3g").config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
         .config("spark.sql.execution.arrow.maxRecordsPerBatch", "131072").config("spark.sql.shuffle.partitions", "2").getOrCreate())
spark.sparkContext.setLogLevel("ERROR")
frame = spark.read.parquet(sys.argv[1]).repartition(2).cache()
frame.count()
t = time.perf_counter()
got = count_in_spark(frame, d.texts(d.clauses()), d.DAY)
print("RESULT" + json.dumps({"s": time.perf_counter() - t, **got}))
spark.stop()
"""


def run(out: Path) -> dict[str, Any]:
    """Measure everything; the same counts are demanded of every engine that knows nulls."""
    figures: dict[str, Any] = {"rows": rules_data.ROWS, "columns": 120, "clauses": rules_data.CLAUSES}
    counts = _ours(figures)
    path = rules_data.save(out)
    found = json.loads(peers.run(PEERS, str(path), timeout=1800).strip().splitlines()[-1])
    figures["peers"] = {
        name: value | {"ratio": round(value["s"] / figures["all_clauses_s"], 1)} if "s" in value else value
        for name, value in found["times"].items()
    }
    figures["same_counts_as_polars"] = found["true"] == counts["true"] and found["unknown"] == counts["unknown"]
    figures["spark"] = _spark(path, counts)
    path.unlink()
    _print(figures)
    return figures


def _spark(path: Path, counts: dict[str, list[int]]) -> dict[str, Any]:
    try:
        lines = peers.run(SPARK, str(path), timeout=1800).splitlines()
    except Exception as error:  # noqa: BLE001 - a machine without Java still measures the rest
        detail = getattr(error, "stderr", "") or str(error)
        return {"error": detail[-400:]}
    got = json.loads(next(line for line in lines if line.startswith("RESULT")).removeprefix("RESULT"))
    same = all(got[key] == counts[key] for key in ("true", "unknown", "one_short"))
    return {"s": round(got["s"], 2), "same_counts": same}


def _version(name: str) -> str:
    """Which release a peer's figure is of; its name begins with its distribution's."""
    known = {"duckdb": "duckdb", "polars": "polars", "zen": "zen-engine"}
    return next((peers.version(known[word]) for word in known if name.startswith(word)), "")


def _print(figures: dict[str, Any]) -> None:
    rows = [
        Row("all clauses, true + unknown + one short, wall", "≤ 1.0 s", f"{figures['all_clauses_s']} s (CPU {figures['all_clauses_cpu_s']} s)", figures["all_clauses_s"] <= 1.0),
        Row("the same without one short", "", f"{figures['without_near_s']} s (CPU {figures['without_near_cpu_s']} s)"),
        Row("peak memory of the process", "< 1.5 GB", f"{figures['peak_mb']} MB", figures["peak_mb"] < 1500),
        Row("one changed clause", "≤ 5 ms", f"{figures['one_clause_ms']} ms (CPU {figures['one_clause_cpu_ms']} ms)", figures["one_clause_ms"] <= 5),
        Row("two worker processes", "", f"{figures['two_workers_s']} s"),
        Row(f"same counts as {peers.version('polars')}", "yes", str(figures["same_counts_as_polars"]), figures["same_counts_as_polars"]),
        Row(f"{peers.version('pyspark')} local[2], identical counts", "yes", json.dumps(figures["spark"])[:90], figures["spark"].get("same_counts")),
    ]  # fmt: skip
    for name, value in figures["peers"].items():
        if "s" in value and name != "duckdb_300":
            note = f" (from {value['extrapolated_from']})" if "extrapolated_from" in value else ""
            rows.append(
                Row(f"peer: {name} ({_version(name)})", "", f"{value['s']:.1f} s{note}, {value['ratio']} × ours")
            )
    show("rules over a population: 250,000 × 120 × 3,000", rows)


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp")), indent=1))
