"""`onething ledger verify FILE`: check a certificate from its file alone, or with the contract where it can be asked.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from onething.core.commands import AsJson
from onething.core.i18n import texts_of
from onething.trust.credentials.models import Verdict

if TYPE_CHECKING:
    from onething.trust.credentials.checking import Against
    from onething.trust.credentials.models import Report, Step
    from onething.trust.credentials.trustlist import TrustList

say = texts_of(__name__)

EXIT = {
    Verdict.GENUINE: 0, Verdict.STATUS_UNKNOWN: 10, Verdict.EXPIRED: 11, Verdict.SUSPENDED: 11, Verdict.WITHDRAWN: 11,
    Verdict.REPLACED: 11, Verdict.FORGED: 12, Verdict.UNKNOWN: 13,
}  # fmt: skip
_MARK = {True: "✓", False: "✗", None: "?"}
LARGEST = 8 * 1024 * 1024


def verify(
    file: Path = typer.Argument(
        help="A certificate's PDF, the signed document inside it, or a bare SD-JWT.", exists=True, dir_okay=False
    ),
    offline: bool = typer.Option(
        False, help="Ask nobody: from the file alone. Its state since it was issued stays unknown."
    ),
    root: str = typer.Option("", help="Fingerprint of the root key, as published; by default this installation's own."),
    trust: Path | None = typer.Option(
        None, help="Newer list of agencies and keys than the one in the file.", exists=True, dir_okay=False
    ),
    lang: str = typer.Option("zh", help="zh or en."),
    json: AsJson = False,
) -> None:
    """Genuine? By whom, when, still in force? Which step failed?

    Exit codes: 0 genuine and in force; 10 signed and unaltered, but its state or the root could not be confirmed here;
    11 no longer in force (expired, suspended, revoked, replaced); 12 forged or altered; 13 nothing in it to check.
    """
    from onething.trust.credentials.checking import check_file
    from onething.trust.credentials.models import Step

    content = file.read_bytes() if file.stat().st_size <= LARGEST else b""
    known_root = root or _own_root()
    given = _list(trust, known_root)
    report = check_file(content, _against(given, known_root, online=not offline))
    if not known_root and report.verdict in {Verdict.GENUINE, Verdict.STATUS_UNKNOWN}:
        # A list that came with the file vouches for nothing until somebody compares its fingerprint.
        report = _with(
            report, Verdict.STATUS_UNKNOWN, Step("root", None, say("credentials.root_not_compared", root=report.root))
        )
    said = "en" if lang == "en" else "zh"
    typer.echo(json_text.dumps(as_json(report), ensure_ascii=False, indent=2, default=str) if json else in_words(report, said))  # fmt: skip
    raise typer.Exit(EXIT[report.verdict])


def _own_root() -> str:
    """This installation's root, where one lies; empty elsewhere."""
    from onething.core.settings import get_settings
    from onething.trust.credentials.signing import ROOT
    from onething.trust.sealing.owners import key_store

    if not (get_settings().data_dir / "trust" / "platform" / "keys" / "store.json").exists():
        return ""
    records = key_store().records(ROOT)
    return records[-1].key_id if records else ""


def _list(path: Path | None, root: str) -> "TrustList | None":
    """The list named, else this installation's newest: the one in the file knows of no key revoked since."""
    from onething.trust.credentials.signing import published_list
    from onething.trust.credentials.trustlist import load

    if path is None and root and root == _own_root() and published_list().exists():
        path = published_list()
    return load(path.read_bytes(), root or None) if path is not None else None


def _against(trust: "TrustList | None", root: str, *, online: bool) -> "Against":
    from sqlalchemy.exc import SQLAlchemyError

    from onething.core.db import get_database
    from onething.core.errors import Problem
    from onething.trust.credentials.checking import Against

    if not online:
        return Against(trust, root or None)
    from onething.trust.credentials.service import contract_status, register

    try:
        database = get_database()
        known = register(database)
        known("none")  # a database without tables knows nothing
    except (SQLAlchemyError, Problem, OSError):
        return Against(trust, root or None)
    return Against(trust, root or None, status_of=contract_status(database), register=known)


def _with(report: "Report", verdict: Verdict, step: "Step") -> "Report":
    from dataclasses import replace

    return replace(report, verdict=verdict, steps=(*report.steps, step))


def as_json(report: "Report") -> dict[str, Any]:
    """A report for programs: verdict, what was certified as far as the file shows it, every step."""
    from onething.trust.credentials.signing import named

    return {
        "verdict": report.verdict.value, "certificate": report.certificate_id, "kind": report.kind, "number": report.number,
        "agency": report.agency, "agency_name": _text(report.agency_name), "issued_at": report.issued_at,
        "valid_until": report.valid_until, "title": _text(report.title), "fields": named(report.fields),
        "replaces": report.replaces, "root": report.root,
        "steps": [{"step": step.id, "ok": step.ok, "words": _text(step.words)} for step in report.steps],
    }  # fmt: skip


def _text(text: Any) -> dict[str, str] | None:
    return {"zh": text.zh, "en": text.en} if text is not None else None


def in_words(report: "Report", lang: Any) -> str:
    """A report for people."""
    lines = [say(f"credentials.verdict.{report.verdict}").get(lang)]
    if report.title is not None:
        who = report.agency_name.get(lang) if report.agency_name else report.agency
        until = f"{report.valid_until:%Y-%m-%d}" if report.valid_until else "–"
        lines.append(f"{report.title.get(lang)} · {report.number} · {who} · {report.issued_at:%Y-%m-%d} → {until}")
    if report.verdict not in {Verdict.FORGED, Verdict.UNKNOWN}:
        lines += [f"    {name}: {value}" for name, value in report.fields.items()]
    lines += [f"  {_MARK[step.ok]} {step.words.get(lang)}" for step in report.steps]
    return "\n".join(lines)
