"""How much memory a command and all its children take: proportional set size, in which a page shared by three counts a third for each."""

import subprocess
import sys
import time
from pathlib import Path


def watched(code: str, *arguments: str, every: float = 0.05) -> tuple[str, int]:
    """Run a piece of Python; gives what it prints and the highest sum of its processes (MB), looked at every `every` seconds."""
    with subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(_pss(each) for each in _family(process.pid)))
            time.sleep(every)
        assert process.stdout is not None
        said = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return said, peak // 1024


def _family(pid: int) -> list[int]:
    try:
        children = [int(each) for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text().split()]  # fmt: skip
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _family(child))]


def _pss(pid: int) -> int:
    """kB; nothing for a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
