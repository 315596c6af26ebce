"""Hatchling's hook for the wheel: the browser's files from node_modules go in, so that an installed product serves its pages.

Run by `pip wheel` or `uv build`, which need `npm ci` to have been run before and no network. An editable installation takes
the files from node_modules where they lie.
"""

import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LISTED = "src/onething/web/static/vendored.json"
"""What is taken from npm packages: name under `/static/…/vendor/` → path in `node_modules`."""
NOTICES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE")


class VendoredFiles(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the listed files and their packages' licences to the wheel. Raises when one is not installed."""
        if version == "editable":
            return
        root = Path(self.root)
        listed: dict[str, str] = json.loads((root / LISTED).read_text(encoding="utf-8"))
        for name, source in {**listed, **_notices(root, listed)}.items():
            path = root / "node_modules" / source
            if not path.is_file():
                raise FileNotFoundError(f"node_modules/{source} is not there: run `npm ci` before building the wheel")
            build_data["force_include"][str(path)] = f"onething/web/static/vendor/{name}"


def _notices(root: Path, listed: dict[str, str]) -> dict[str, str]:
    packages = sorted({path.split("/")[0] for path in listed.values()})
    return {
        f"licences/{package}-{notice}.txt": f"{package}/{notice}"
        for package in packages
        for notice in NOTICES
        if (root / "node_modules" / package / notice).is_file()
    }
