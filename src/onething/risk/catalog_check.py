"""What the risk room knows of a package: whether its `risk/policy.yaml` can be used. A part of `catalog check`."""

from collections.abc import Iterator
from pathlib import Path

from onething.catalog.models import City
from onething.catalog.service import Finding
from onething.core.errors import Problem
from onething.risk.declared import load_policy


def check(city: City, root: Path) -> Iterator[Finding]:  # noqa: ARG001 - every part is called alike
    path = root / "risk" / "policy.yaml"
    if path.is_file():
        try:
            load_policy(path)
        except Problem as problem:
            yield Finding.fault(("risk",), problem.what.zh, problem.what.en, file="risk/policy.yaml")
