"""`scripts/check-types` leaves out only what cannot have changed; a made-up pyright dislikes files that say `wrong`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYRIGHT = f"""#!{sys.executable}
import json, sys
files = [each for each in sys.argv[1:] if each.endswith(".py")]
bad = [each for each in files if "wrong" in open(each).read()]
said = [{{"file": each, "severity": "error", "message": "no"}} for each in bad]
print(json.dumps({{"generalDiagnostics": said, "summary": {{"filesAnalyzed": len(files)}}}}))
sys.exit(bool(bad))
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Three modules: `shop` imports `goods`, `post` nothing."""
    for name, text in {
        "src/onething/__init__.py": "", "src/onething/goods.py": "price = 1\n", "src/onething/post.py": "stamp = 1\n",
        "src/onething/shop.py": "from onething.goods import price\n\nbill = price\n",
        "pyproject.toml": "", "requirements/dev.txt": "", "package-lock.json": "", "node_modules/.bin/pyright": PYRIGHT,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "node_modules/.bin/pyright").chmod(0o755)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "check-types", tmp_path / "scripts")
    return tmp_path


def run(house: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "scripts/check-types", *options]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()[-1] if done.stdout else done.stderr


def test_only_what_a_change_can_reach_is_checked_again(house: Path) -> None:
    assert run(house) == (0, "types: 4 of 4 files checked, 0 wrong")
    assert run(house) == (0, "types: 0 of 4 files checked, 0 wrong")
    (house / "src/onething/goods.py").write_text("price = 2\n")
    assert run(house) == (0, "types: 2 of 4 files checked, 0 wrong"), "goods and the shop that imports it"
    (house / "requirements/dev.txt").write_text("another==1\n")
    assert run(house) == (0, "types: 4 of 4 files checked, 0 wrong")
    assert run(house, "--all") == (0, "types: 4 of 4 files checked, 0 wrong")


def test_a_file_that_is_wrong_is_said_again_until_it_is_mended(house: Path) -> None:
    (house / "src/onething/post.py").write_text("wrong = 1\n")
    assert run(house) == (1, "types: 4 of 4 files checked, 1 wrong")
    assert run(house) == (1, "types: 1 of 4 files checked, 1 wrong")
    (house / "src/onething/goods.py").unlink()
    assert run(house) == (1, "types: 2 of 3 files checked, 1 wrong"), "the shop's import is gone"
    (house / "src/onething/post.py").write_text("right = 1\n")
    assert run(house) == (0, "types: 1 of 3 files checked, 0 wrong")


def test_nothing_passes_when_pyright_did_not_look_at_everything(house: Path) -> None:
    (house / "node_modules/.bin/pyright").write_text(PYRIGHT.replace("len(files)", "len(files) - 1"))
    assert run(house)[0] == 1
    assert json.loads((house / "var/types.json").read_text()) == {}
