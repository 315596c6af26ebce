"""The readable report of a court package, in Chinese: what was checked and found, who did what, what it says. PDF by typst."""

import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onething.core.clock import local
from onething.trust.court.verify import Finding

TEMPLATE = Path(__file__).parent / "report.typ"
_STAMP = datetime(2020, 1, 1, tzinfo=UTC)


def draw(found: Finding, history: Sequence[dict[str, str]], fields: Sequence[tuple[str, Any]]) -> bytes:
    """PDF of what `verify.check` found. `history` is the platform's own account and is shown as such; `fields` are in words."""
    import typst  # native and large: loaded when a report is drawn

    with tempfile.TemporaryDirectory(prefix="onething-report-") as name:
        root = Path(name)
        (root / "report.typ").write_bytes(TEMPLATE.read_bytes())
        told = {
            "about": {"holder": "", **found.about, "issued_at": _shown(found.about["issued_at"]), "made_at": _shown(found.about["made_at"]),
                      "stamped_at": _shown(found.about["stamped_at"])},
            "root": found.root, "steps": [one for one in found.steps if one["step"] != "node"], "fields": [[name, _said(value)] for name, value in fields],
            "deeds": [{**deed, "at": _shown(deed["at"])} for deed in found.deeds],
            "history": [{"at": _shown(one["at"]), "what": one["zh"], "who": _who(one["who"])} for one in history[:200]],
        }  # fmt: skip
        (root / "data.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        return typst.compile(root / "report.typ", root=root, timestamp=_STAMP)


def _shown(moment: str) -> str:
    return f"{local(datetime.fromisoformat(moment)):%Y-%m-%d %H:%M:%S}" if moment else "—"


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _who(actor: str) -> str:
    """Roles in words; the id of an official stays, because a court may ask for her."""
    role, _, name = actor.partition(":")
    return {"system": "系统", "citizen": "申请人"}.get(role) or f"工作人员 {name}".strip()
