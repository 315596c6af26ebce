"""The readable report of a court package, in Chinese: what was checked and found, who did what, what it says. PDF by typst."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onething.core.clock import local
from onething.trust.court.verify import Finding

TEMPLATE = Path(__file__).parent / "report.typ"
_STAMP = datetime(2020, 1, 1, tzinfo=UTC)


def draw(found: Finding, history: Sequence[dict[str, str]], names: Mapping[str, str]) -> bytes:
    """PDF of what `verify.check` found. `history` is the platform's own account and is shown as such; `names` are fields' names."""
    import typst  # native and large: loaded when a report is drawn

    with tempfile.TemporaryDirectory(prefix="onething-report-") as name:
        root = Path(name)
        (root / "report.typ").write_bytes(TEMPLATE.read_bytes())
        told = {
            "about": {**found.about, "issued_at": _shown(found.about["issued_at"]), "made_at": _shown(found.about["made_at"]),
                      "stamped_at": _shown(found.about["stamped_at"])},
            "root": found.root, "steps": [one for one in found.steps if one["step"] != "node"], "fields": _fields(found.fields, names),
            "deeds": [{**deed, "at": _shown(deed["at"])} for deed in found.deeds],
            "history": [{**one, "at": _shown(one["at"])} for one in history[:200]],
        }  # fmt: skip
        (root / "data.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        return typst.compile(root / "report.typ", root=root, timestamp=_STAMP)


def _shown(moment: str) -> str:
    return f"{local(datetime.fromisoformat(moment)):%Y-%m-%d %H:%M:%S}" if moment else "—"


def _fields(fields: dict[str, Any], names: Mapping[str, str]) -> list[list[str]]:
    return [[names.get(name, name), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)] for name, value in sorted(fields.items())]  # fmt: skip
