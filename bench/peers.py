"""The environment in which other projects are measured beside ours: made when first needed, locked like everything else."""

import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements" / "bench.txt"
HOME = ROOT / ".venv-bench"


def python() -> Path:
    """The interpreter of the peers' environment; installs it on first use (some hundred megabytes)."""
    ready = HOME / f".ready-{LOCK.stat().st_mtime_ns}"
    if not ready.exists():
        print("· peers for the benchmarks (locked, own environment)", file=sys.stderr)
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", "--allow-existing", "--python", "3.11", str(HOME)], check=True)
        subprocess.run(
            [*uv, "pip", "sync", "-q", "--require-hashes", "--python", str(HOME / "bin/python"), str(LOCK)], check=True
        )
        for old in HOME.glob(".ready-*"):
            old.unlink()
        ready.touch()
    return HOME / "bin" / "python"


@cache
def version(distribution: str) -> str:
    """What is measured, as a row names it: `SpiffWorkflow 3.2.0`."""
    return run(
        f"import importlib.metadata as m; print({distribution!r}, m.version({distribution!r}))", timeout=60
    ).strip()


def run(code: str, *arguments: str, timeout: float = 900) -> str:
    """Run a piece of Python there and give what it prints."""
    done = subprocess.run(
        [str(python()), "-c", code, *arguments], check=True, capture_output=True, text=True, timeout=timeout, cwd=ROOT
    )
    return done.stdout
