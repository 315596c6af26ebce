"""`onething gateway …`: make members for a trial, see them, revoke a key, look into the evidence. `host.gateway` runs one.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from onething.core.commands import AsJson, print_json

app = typer.Typer(
    invoke_without_command=True, help="数据交换网关 · the gateway of one member of the exchange.", rich_markup_mode=None
)
Folder = Annotated[Path | None, typer.Option("--dir", help="Folder of members (default: ONETHING_GATEWAY_DIR).")]


def folder_of(given: Path | None) -> Path:
    from onething.core.settings import get_settings, settings_of
    from onething.exchange.settings import ExchangeSettings

    return given or settings_of(ExchangeSettings).gateway_dir or get_settings().data_dir / "gateways"


@app.command()
def setup(
    folder: Folder = None,
    base_port: Annotated[int, typer.Option(help="Port of the first gateway; the next ones follow.")] = 8200,
    ed25519: Annotated[bool, typer.Option("--ed25519", help="Sign with Ed25519 instead of SM2.")] = False,
) -> None:
    """For a trial on one machine: authority, certificates, keys and directory of the platform, all agencies and partners."""
    from onething.catalog.service import get_city
    from onething.exchange.gateway import setup as members
    from onething.exchange.gateway.rights import PLATFORM
    from onething.trust.service import Algorithm

    city = get_city()
    names = [PLATFORM, *(agency.id for agency in city.agencies)]
    urls = {name: f"https://127.0.0.1:{base_port + place}" for place, name in enumerate(names)}
    urls |= {partner.id: "" for partner in city.partners}
    for entry in members.setup(folder_of(folder), urls, Algorithm.ED25519 if ed25519 else Algorithm.SM2):
        typer.echo(f"{entry.id:<14} {entry.url or '-':<28} {entry.keys[-1].key_id}")


def _members(where: Path) -> list[str]:
    return [each["id"] for each in orjson.loads((where / "members.json").read_bytes())["members"]]


@app.command()
def rotate(
    member: Annotated[str, typer.Argument(help="Who gets a new signing key; its key store must be here.")],
    folder: Folder = None,
) -> None:
    """A new signing key for a member, while it runs; what the old one signed stays good. For a stolen key: `revoke`."""
    from onething.exchange.directory import Directory
    from onething.exchange.gateway import setup as members

    where = folder_of(folder)
    members.rotate(where, _members(where), member)
    entry = Directory(where).member(member)
    typer.echo(f"{member}: {entry.keys[-1].key_id if entry else '-'}")


@app.command()
def renew(
    member: Annotated[
        str, typer.Argument(help="Who gets a new TLS key and certificate; the authority's key must be here.")
    ],
    days: Annotated[int, typer.Option(min=1, max=3650, help="For how long the certificate holds.")] = 397,
    folder: Folder = None,
) -> None:
    """A new TLS key and certificate; the member's gateway takes it up when it starts again."""
    from onething.exchange.gateway import setup as members

    members.renew(folder_of(folder), member, days)
    typer.echo(f"{member}: {days} 天 · days")


@app.command("seal-keys")
def seal_keys(folder: Folder = None) -> None:
    """Encrypt TLS keys that an earlier version left in the clear, each under its owner's key store. Safe to repeat."""
    from onething.exchange.gateway import setup as members

    where = folder_of(folder)
    for path in members.seal_keys(where, _members(where)):
        typer.echo(str(path))


@app.command()
def revoke(
    member: Annotated[str, typer.Argument(help="Whose active key is to be revoked and replaced.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the directory.")],
    folder: Folder = None,
) -> None:
    """Revoke a member's key (here its key store must be) and put a new one in its place."""
    from onething.exchange.directory import Directory
    from onething.exchange.gateway import setup as members

    where = folder_of(folder)
    members.revoke(where, _members(where), member, reason)
    entry = Directory(where).member(member)
    typer.echo(f"{member}: {entry.keys[-1].key_id if entry else '-'}")


@app.command("evidence")
def show_evidence(
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most this many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable, with digests and signatures.")] = False,
) -> None:
    """The newest signed exchanges that this database keeps."""
    from sqlalchemy import select

    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.exchange.tables import EvidenceRow

    query = select(EvidenceRow).order_by(EvidenceRow.at.desc(), EvidenceRow.id.desc()).limit(limit)
    with get_database().reading() as session:
        rows = session.scalars(query).all()
    for row in rows:
        if as_json:
            told = {column.name: getattr(row, column.name) for column in EvidenceRow.__table__.columns}
            print_json(told, one_line=True)
        else:
            typer.echo(
                f"{local(row.at):%m-%d %H:%M:%S}  {row.side:<3} {row.peer:<12} {row.operation:<36} {row.outcome:<12} {row.purpose} · {row.ground}"
            )


@app.command()
def anchor(
    member: Annotated[str, typer.Option(help="Whose log (default: ONETHING_GATEWAY_MEMBER).")] = "",
    as_json: AsJson = False,
) -> None:
    """Put the evidence that waits into the member's transparency log; run it every minute or so."""
    from onething.catalog.service import get_city
    from onething.core.db import get_database
    from onething.core.settings import settings_of
    from onething.exchange.gateway.anchoring import LogAnchor, anchor_all
    from onething.exchange.settings import ExchangeSettings

    settings, db = settings_of(ExchangeSettings), get_database()
    ledger = LogAnchor(db, get_city().id, member or settings.gateway_member)
    done = anchor_all(db, ledger)
    checkpoint, note = ledger.log.head()
    if as_json:
        print_json({"anchored": done, "size": checkpoint.size, "checkpoint": str(note)}, one_line=True)
        return
    typer.echo(f"{done} 条已存证 · anchored, {checkpoint.size} 条在日志 · in the log")
