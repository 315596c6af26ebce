"""Runs benchmarks one after the other, each in a process of its own, and keeps their figures as JSON."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from rich.console import Console

HERE = Path(__file__).parent
NOT_BENCHMARKS = {"__init__", "__main__", "peers", "table"}


def names() -> list[str]:
    """Benchmarks are the modules of this folder that define `run`."""
    return sorted(
        path.stem for path in HERE.glob("*.py") if path.stem not in NOT_BENCHMARKS and "def run(" in path.read_text()
    )


def machine() -> dict[str, object]:
    """What the figures were measured on; shared machines are noisy, so ratios count more."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "",
    )
    return {"cpu": cpu, "cores": len(__import__("os").sched_getaffinity(0)), "python": platform.python_version()}


def run_one(name: str, out: Path) -> None:
    started = time.time()
    figures = import_module(f"bench.{name}").run(out)
    record = {"bench": name, "machine": machine(), "seconds": round(time.time() - started, 1), "figures": figures}
    (out / f"{name}.json").write_text(json.dumps(record, ensure_ascii=False, indent=2, default=str))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(names())}; all when none is named")
    parser.add_argument("--out", type=Path, default=Path("var/bench"))
    parser.add_argument("--long", action="store_true", help="two hours of the soak instead of twenty minutes")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.here:
        run_one(args.names[0], args.out)
        return 0
    if args.long:
        os.environ["BENCH_LONG"] = "1"
    console, failed = Console(stderr=True), []
    unknown = set(args.names) - set(names())
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name in args.names or names():
        console.rule(name)
        # A process each: memory and caches of one must not colour the next.
        done = subprocess.run([sys.executable, "-m", "bench", "--here", "--out", str(args.out), name], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        console.print(f"[red]failed:[/] {', '.join(failed)}")
    console.print(f"figures are in {args.out}/")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
