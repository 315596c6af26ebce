"""`onething ledger policy|checkpoint|monitor|keys|revoke|rotate`: what an operator and anybody who watches the log needs.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from onething.core.commands import AsJson, print_json
from onething.trust.court.cli import source

if TYPE_CHECKING:
    from onething.trust.log.policy import LogPolicy
    from onething.trust.log.tiles import Read


def register(app: typer.Typer) -> None:
    """Put the verbs into `onething ledger`."""
    app.command("policy")(policy)
    app.command("checkpoint")(checkpoint)
    app.command("monitor")(monitor_log)
    app.command("keys")(keys)
    app.command("rotate")(rotate)
    app.command("revoke")(revoke)


def _policy() -> "LogPolicy":
    from onething.core.db import get_database
    from onething.core.errors import Problem
    from onething.trust import errors

    found = source(get_database()).trust.log
    if found is None:
        raise Problem(errors.NOT_IN_LOG, detail="this installation demands nothing of a log")
    return found


def policy() -> None:
    """What makes a checkpoint of the certificates' log count, as JSON: give it to witnesses and monitors."""
    print_json(_policy().as_json())


def checkpoint(json: AsJson = False) -> None:
    """The published checkpoint, and who cosigned it when."""
    from onething.core.db import get_database
    from onething.core.errors import Problem
    from onething.trust import errors

    note = source(get_database()).log.published()
    if note is None:
        raise Problem(errors.NOT_IN_LOG)
    counted = _policy().check(note)
    if json:
        told = {"size": counted.checkpoint.size, "root": counted.checkpoint.root.hex(), "witnesses": counted.witnesses}
        print_json(told, one_line=True)
        return
    typer.echo(note.decode())
    for name, at in sorted(counted.witnesses.items()):
        typer.echo(f"{at:%Y-%m-%d %H:%M:%S}  {name}")


def monitor_log(
    memory: Path = typer.Option(Path("var/monitor.json"), help="What the monitor remembers between rounds."),
    witness: list[str] = typer.Option([], help="NAME=URL of a witness to ask what it last cosigned; may be repeated."),
    full: bool = typer.Option(False, help="Every entry and tile again, not only what is new."),
    keep: Path | None = typer.Option(
        None, help="Folder that keeps a copy of the log's tiles: `ledger recover --from` reads it."
    ),
    json: AsJson = False,
) -> None:
    """One round of watching the certificates' log. Exit 1 when it was forked, rolled back or edited; the place is named."""
    from onething.core.db import get_database
    from onething.trust.log.cosigning import HttpWitness
    from onething.trust.log.monitor import Remembered, Watched, as_json, monitor

    log = source(get_database()).log
    witnesses = [HttpWitness(name, url) for name, url in (_pair(each) for each in witness)]
    read = _keeping(keep, log.read) if keep else log.read
    report, after = monitor(Watched(log.published, read, witnesses), _policy(), Remembered.load(memory), full=full)
    if after is not None and report.clean:
        memory.parent.mkdir(parents=True, exist_ok=True)
        after.save(memory)
    if json:
        print_json(as_json(report))
    else:
        typer.echo(f"{report.size} 条 · entries, {report.checked_entries} 条已核 · checked")
        for one in report.findings:
            typer.echo(f"{'✗' if one.serious else '·'} {one.kind:<12} {one.where:<30} {one.what}")
        typer.echo("没有发现问题 · clean" if report.clean else "日志不可信 · the log is not to be trusted")
    raise typer.Exit(0 if report.clean else 1)


def _keeping(folder: Path, read: "Read") -> "Read":
    """Reads and keeps what was read, in the layout in which logs are published."""

    from onething.core.durable import write_whole

    def kept(path: str) -> bytes | None:
        content = read(path)
        if content is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / path, content, sync=False)
        return content

    return kept


def _pair(text: str) -> tuple[str, str]:
    from onething.core.errors import BAD_REQUEST, Problem

    name, found, url = text.partition("=")
    if not found or not re.fullmatch(r"https?://\S+", url):
        raise Problem(BAD_REQUEST, field=text)
    return name, url


def keys(
    owner: str = typer.Option("platform", help="Whose: platform, or an agency's id."),
    json: AsJson = False,
) -> None:
    """Every key an owner ever had."""
    from onething.trust.sealing.owners import key_store

    records = key_store(owner).records()
    if json:
        told = [
            {"name": r.name, "id": r.key_id, "algorithm": r.public_key.algorithm, "status": r.status, "created_at": r.created_at,
             "retired_at": r.retired_at, "revoked_at": r.revoked_at, "reason": r.reason}
            for r in records
        ]  # fmt: skip
        print_json(told)
        return
    for r in records:
        since = f" 自 · since {r.revoked_at:%Y-%m-%d %H:%M} {r.reason}" if r.revoked_at else ""
        typer.echo(
            f"{r.name:<20} {r.public_key.algorithm:<10} {r.status:<8} {r.created_at:%Y-%m-%d}  {r.key_id}{since}"
        )


def rotate(name: str = typer.Argument(help="Name of the key."), owner: str = typer.Option(help="Whose.")) -> None:
    """A new active key; the old one retires, and what it signed stays good."""
    from onething.trust.sealing.owners import key_store

    record = key_store(owner).rotate(name)
    typer.echo(f"{record.name}  {record.key_id}")


def revoke(
    key_id: str = typer.Argument(help="Id of the key."),
    owner: str = typer.Option(help="Whose."),
    reason: str = typer.Option(help="Why."),
    since: datetime | None = typer.Option(None, help="Since when nothing signed by it counts (default: now)."),
) -> None:
    """A stolen key: what nobody else proves to be older than `since` counts no more. Rotate first if it is the active one."""
    from onething.core.clock import now
    from onething.trust.sealing.owners import key_store

    moment = now() if since is None else since.astimezone()
    record = key_store(owner).revoke(key_id, since=moment, reason=reason)
    typer.echo(f"{record.name}  {record.key_id}  {record.status}")
