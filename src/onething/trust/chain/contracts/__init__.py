"""The contracts in Vyper, and what they compile to: `artefacts.json`, made by `compiling.py`, checked by a test."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
EVM_VERSION = "shanghai"
NAMES = ("Anchors", "Certificates", "Requests", "Bridge", "Conditions")


@dataclass(frozen=True, slots=True)
class Artefact:
    """One compiled contract: its interface, and the code that deploys it (0x…)."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: str


@cache
def artefact(name: str) -> Artefact:
    """Raises KeyError for a contract that is not ours."""
    found = json.loads((FOLDER / "artefacts.json").read_text(encoding="utf-8"))[name]
    return Artefact(name, found["abi"], found["bytecode"])
