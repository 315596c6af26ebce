"""A command begins at once: asking for its help loads nothing that only its work needs."""

import json
import subprocess
import sys

import pytest

from onething.core.manifests.house import get_house
from onething.host.cli import only_asks

HEAVY = {
    "PIL", "aiohttp", "cryptography", "cv2", "eth", "fastapi", "httpx", "jieba", "jinja2", "jsonschema", "lxml", "numpy",
    "openpyxl", "playwright", "polars", "pyhanko", "rapidfuzz", "rdflib", "scipy", "sklearn", "sqlalchemy", "structlog",
    "typst", "uvicorn", "web3", "zeep",
}  # fmt: skip
"""Libraries that take longer to load than a help page may take as a whole."""

GROUPS = sorted(get_house().commands())

CODE = """
import json, sys
from onething.host.cli import app
try:
    app(sys.argv[1:], prog_name="onething")
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def loaded_by(*arguments: str) -> tuple[str, set[str]]:
    """What a command prints, and the modules that its process had loaded at the end."""
    done = subprocess.run([sys.executable, "-c", CODE, *arguments], capture_output=True, text=True, timeout=60)
    return done.stdout, set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_loads_no_heavy_library_and_no_service(group: str) -> None:
    shown, modules = loaded_by(group, "--help")
    assert f"onething {group}" in shown
    assert sorted(HEAVY & modules) == []
    assert [name for name in sorted(modules) if name.startswith("onething.") and name.endswith(".service")] == []
    assert sorted({"markdown_it", "rich"} & modules) == []  # help is plain text


def test_help_of_one_command_does_not_put_the_rooms_together() -> None:
    shown, modules = loaded_by("cases", "list", "--help")
    assert "onething cases list" in shown
    assert "onething.host.assembling" not in modules


def test_a_command_that_works_has_the_rooms_put_together() -> None:
    _, modules = loaded_by("rooms")
    assert "onething.host.assembling" in modules


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("--help", True),
        ("cases list --help", True),
        ("cases list", False),
        ("notices send --again --help", False),
        ("cases show -- --help", False),
        ("cases --help list", False),
        ("", False),
    ],
)
def test_help_behind_an_option_may_be_its_value_and_then_the_command_works(line: str, asks: bool) -> None:
    assert only_asks(line.split()) is asks
