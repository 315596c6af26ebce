"""An environment as an installation has it: the locked run-time dependencies and wheels, nothing of the checkout.

Nothing is downloaded: what the run-time lock names is linked in from this checkout's own environment, one distribution at a
time, so that what only developers have (or the editable project itself) is not there.
"""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections import defaultdict
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build_wheels(into: Path) -> list[Path]:
    """The product's wheel and the example cities', built without network."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "-q", "-w", str(into)]  # fmt: skip
    done = subprocess.run([*command, str(ROOT), str(ROOT / "cities")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return sorted(into.glob("*.whl"))


def locked(lock: str = "run.txt") -> list[str]:
    """Names of the distributions that a lock file lists, without those for other systems."""
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return [line[0] for line in re.findall(r"^([A-Za-z0-9._-]+)(\[[^]]*\])?==", text, re.MULTILINE)]


def environment(folder: Path, wheels: list[Path]) -> Path:
    """A virtual environment with the locked dependencies and these wheels; returns its `bin`."""
    venv.create(folder, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    _link([distribution(name) for name in locked()], site)
    for wheel in wheels:
        command = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "-q", "--python", str(folder / "bin/python"), str(wheel)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
    return folder / "bin"


def _link(found: list[Distribution], site: Path) -> None:
    owners: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for each in found:
        for line in (each.read_text("RECORD") or "").splitlines():
            file = line.rsplit(",", 2)[0].strip('"')
            if not file.startswith(("..", "/")):
                owners[file.split("/", 1)[0]].setdefault(each.name, []).append(file)
    for top, names in owners.items():
        if len(names) == 1:
            (site / top).symlink_to(_here() / top)
            continue
        for file in {file for files in names.values() for file in files}:  # a folder that several distributions share
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            if not (site / file).exists() and (_here() / file).exists():
                (site / file).symlink_to(_here() / file)


def _here() -> Path:
    return Path(sysconfig.get_path("purelib"))


def bare_environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment of a process that knows nothing of the checkout."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "ONETHING_DATA_DIR": str(folder / "data"), "ONETHING_DATABASE_URL": f"sqlite:///{folder}/one.db", **settings}  # fmt: skip
