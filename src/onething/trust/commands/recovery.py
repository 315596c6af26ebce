"""`onething ledger check|recover`: is the log behind its witnesses, and how it goes on.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import typer

from onething.core.commands import AsJson, print_json
from onething.trust.court.cli import installed_keyring

if TYPE_CHECKING:
    from onething.trust.credentials.evidence import CertificateLog
    from onething.trust.credentials.log_recovery import Diagnosis

STATES = {
    "even": "一致 · even",
    "behind": "尚未见到最新 · knows less, as between rounds",
    "ahead": "见过更多 · knows more than the log holds",
    "forked": "见过另一份 · cosigned another log of this size",
    "away": "联系不上 · away",
    "new": "还没有见过 · has not seen it yet",
    "wrong": "记录不可信 · shows what the log did not sign",
}
WAYS = {
    "well": "没有问题 · well",
    "go_on": "见证方没有见过更多，可以照旧继续 · no witness knows more: it may go on as it is",
    "replay": "从来源补回缺少的条目后继续 · the missing entries are put back, and it goes on",
    "new_epoch": "缺少的条目已丢失，由签名声明开启新一期 · entries are lost: a signed statement opens the next epoch",
}


def register(app: typer.Typer) -> None:
    """Put the verbs into `onething ledger`."""
    app.command("check")(check)
    app.command("recover")(recover)


def _evidence() -> "CertificateLog":
    from onething.core.errors import Problem
    from onething.trust.court import errors as court_errors

    ring = installed_keyring()
    if ring.evidence is None:
        raise Problem(court_errors.NO_INSTALLATION)
    return cast("CertificateLog", ring.evidence())


def check(json: AsJson = False) -> None:
    """Does the certificates' log still fit what its witnesses cosigned and what the chain holds? Exit 1 when it needs `onething ledger
    recover`."""
    from dataclasses import asdict

    from onething.core.db import get_database
    from onething.trust.chain.service import get_chain
    from onething.trust.credentials import log_recovery
    from onething.trust.credentials.anchors import anchored

    evidence = _evidence()
    found, chain = log_recovery.diagnose(evidence), anchored(get_database(), evidence, get_chain)
    if json:
        print_json({**log_recovery.as_json(found), "chain": asdict(chain)})
    else:
        for line in [*_lines(found), f"{'区块链 · chain':<24} {chain.size or '–':>10}  {STATES[chain.state]}"]:
            typer.echo(line)
    raise typer.Exit(0 if found.well and chain.well else 1)


def recover(
    source: str = typer.Option("", "--from", help="Where missing entries may still lie: a later copy of the database, a folder of tiles, a web address."),
    reason: str = typer.Option("", help="Why entries were lost, for everybody to read; no personal data."),
    nothing_since: bool = typer.Option(False, help="Your word: nothing was logged after the backup (the service stood still)."),
    dry_run: bool = typer.Option(False, help="Only say what would be done."),
    json: AsJson = False,
) -> None:  # fmt: skip
    """Bring the certificates' log on after an older state was put back. Stop the workers first; exit 0 when it goes on."""
    from onething.core.db import get_database
    from onething.trust.credentials import log_recovery

    evidence = _evidence()
    read = log_recovery.source_of(source, evidence.origin) if source else None
    if dry_run:
        found, done = log_recovery.diagnose(evidence, source=read is not None, nothing_since=nothing_since), ""
    else:
        found, done = log_recovery.recover(get_database(), evidence, source=read, reason=reason, nothing_since=nothing_since)  # fmt: skip
    if json:
        told = {**log_recovery.as_json(found), "done": done}
        print_json(told)
        return
    for line in [*_lines(found), *([done] if done else [])]:
        typer.echo(line)


def _lines(found: "Diagnosis") -> Sequence[str]:
    seen = [
        f"{one.name:<24} {one.checkpoint.size if one.checkpoint else '–':>10}  {STATES[one.state]}{f' ({one.why})' if one.why else ''}"
        for one in found.survey.witnesses
    ]
    held = ["刚由备份恢复，日志暂停写入 · restored from a backup: the log takes nothing yet"] if found.held else []
    ahead = (
        [f"见证方已见过 {found.newest_name} · witnesses know a later name"]
        if found.newest_name != found.survey.origin
        else []
    )
    way = WAYS[found.way] + ("" if found.well else "  →  onething ledger recover")
    return [
        f"{found.survey.origin}  {found.survey.size} 条 · entries, {found.survey.published} 条已公布 · published",
        *seen,
        *held,
        *ahead,
        way,
    ]
