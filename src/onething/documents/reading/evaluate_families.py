"""Fields found on pages of layout families, seen and left-out apart: `onething documents evaluate FOLDER --keep FOLDER`."""

from pathlib import Path
from typing import Any

from onething.documents.fields.document_types import load_types
from onething.documents.reading.evaluate import pairs
from onething.documents.reading.kept import KeptReader
from onething.documents.reading.measure import FamilyScore


def measure(folder: Path, keep: Path) -> dict[str, Any]:
    """`{seen: report, left_out: report}` of what stands in the folder; of left-out families only totals, nothing by which to tune."""
    specs = load_types()
    reader = KeptReader(keep, specs)
    fields = {kind: frozenset(spec.fields) for kind, spec in specs.items()}
    scores = {"seen": FamilyScore(fields), "left_out": FamilyScore(fields)}
    for path, truth in pairs(folder):
        found = reader.understand(reader.look_at(path.read_bytes()), path.name)
        scores["left_out" if truth.get("held_out") else "seen"].add(path.name, truth, [item.document for item in found])
    out: dict[str, Any] = {}
    for side, score in scores.items():
        report = score.report()
        if report["kind_right"]:
            out[side] = (
                {key: report[key] for key in ("kind_right", "grade") if key in report} if side == "left_out" else report
            )
    return out
