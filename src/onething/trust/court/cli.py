"""`onething ledger package|check-package|submit`: evidence for a court, made, checked and handed in.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import orjson
import typer

from onething.core.commands import AsJson, print_json
from onething.core.manifests.rooms import load

if TYPE_CHECKING:
    from onething.core.db import Database
    from onething.trust.court.packing import Source
    from onething.trust.court.stamping import Stamper
    from onething.trust.credentials.signing import Keyring

GROUP = "trust.keyring"
"""Parts: a callable that gives the installation's `Keyring`, from a room above that knows the city's agencies."""

WORDS = "trust.court_words"
"""Parts: a `packing.Words` from a room above that knows the city's certificates and cases."""


def register(app: typer.Typer) -> None:
    """Put the verbs into `onething ledger`."""
    app.command("package")(package)
    app.command("check-package")(check_package)
    app.command("submit")(submit_package)


def installed_keyring() -> "Keyring":
    """The keyring of this installation. Raises `Problem(court.no_installation)`."""
    from onething.core.errors import Problem
    from onething.core.manifests.house import parts_of
    from onething.trust.court import errors

    for ref in parts_of(GROUP).values():
        return cast("Keyring", load(ref)())
    raise Problem(errors.NO_INSTALLATION)


def source(db: "Database") -> "Source":
    """The parts of this installation. Raises `Problem(court.no_installation)`."""
    from onething.core.manifests.house import parts_of
    from onething.core.settings import get_settings
    from onething.trust.court.packing import Codes, Source, Words
    from onething.trust.credentials.evidence import ORIGIN
    from onething.trust.log.database import DatabaseLogStore

    ring, city = installed_keyring(), get_settings().city
    words: Words = Codes()
    for ref in parts_of(WORDS).values():
        words = cast("Words", load(ref))
    trust = ring.trust_list()
    origin = trust.log.origin if trust.log else ORIGIN.format(city=city)
    return Source(db, ring.root, trust, DatabaseLogStore(db, origin), city, words)


def _stamper(url: str | None, root: Path | None) -> "Stamper":
    from onething.core.errors import Problem
    from onething.core.settings import settings_of
    from onething.trust.court import errors
    from onething.trust.court.stamping import HttpStamper
    from onething.trust.settings import TrustSettings

    settings = settings_of(TrustSettings)
    address, file = url or settings.tsa_url, root or settings.tsa_root
    if not address or file is None or not file.exists():
        raise Problem(errors.NO_AUTHORITY)
    return HttpStamper(address, file.read_bytes())


def package(
    certificate_id: str = typer.Argument(help="Id of the certificate (cert_…)."),
    ground: str = typer.Option(help="Why it is needed: the court's or the party's file number. Its holder sees it."),
    out: Path | None = typer.Option(None, help="Where to write it (default: <id>.zip)."),
    tsa: str | None = typer.Option(None, help="Address of the time stamp authority."),
    tsa_root: Path | None = typer.Option(None, help="The authority's root certificate, PEM."),
    as_json: AsJson = False,
) -> None:
    """Make the court package of a certificate: record, openings, proofs, time stamp, contract calls, report, verifier."""
    from onething.core.db import get_database
    from onething.core.events import record_access
    from onething.trust.court.packing import pack
    from onething.trust.court.stamping import fingerprint
    from onething.trust.credentials.tables import CredentialRow

    db = get_database()
    parts, stamper = source(db), _stamper(tsa, tsa_root)
    content = pack(parts, certificate_id, stamper)
    with db.transaction() as session:
        row = session.get_one(CredentialRow, certificate_id)
        record_access(session, subject_id=row.subject_id, actor="operator:cli", what=f"court package {row.kind}"[:120], ground=ground[:120])  # fmt: skip
    path = out or Path(f"{certificate_id}.zip")
    path.write_bytes(content)
    told = {"package": str(path), "bytes": len(content), "root": parts.root.key_id, "tsa": fingerprint(stamper.root)}
    if as_json:
        print_json(told, one_line=True)
        return
    typer.echo(
        f"{path}（{len(content):,} 字节）\n查验 · check:  python verify.py {path} --root={told['root']} --tsa={told['tsa']}"
    )


def check_package(
    file: Path = typer.Argument(help="The package."),
    root: str | None = typer.Option(None, help="Fingerprint of the root's key, from elsewhere than the package."),
    tsa: str | None = typer.Option(None, help="SHA-256 of the time stamp authority's root certificate."),
    node: str | None = typer.Option(None, help="JSON-RPC address of a node of the chain."),
    as_json: AsJson = False,
) -> None:
    """Check a court package. Exit 0 genuine, 1 refused (the step is named), 3 the root was not compared."""
    from onething.trust.court import verify

    wanted = [str(file), *(["--json"] if as_json else [])]
    for name, value in (("root", root), ("tsa", tsa), ("node", node)):
        wanted += [f"--{name}={value}"] if value else []  # a fingerprint may begin with a dash
    raise typer.Exit(verify.main(wanted))


def submit_package(
    file: Path = typer.Argument(help="The package."),
    notary: str = typer.Option(help="Address of the notary."),
    court: str = typer.Option(help="Address of the court."),
    out: Path | None = typer.Option(None, help="Folder for the notary's certificate and the court's ruling."),
    as_json: AsJson = False,
) -> None:
    """Hand a package to the notary, and package and notarial certificate to the court; each checks for itself."""
    from onething.trust.court.submitting import submit

    done = submit(file.read_bytes(), notary, court)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, act in (("certificate", done.certificate), ("ruling", done.ruling)):
            (out / f"{name}.json").write_bytes(orjson.dumps(act, option=orjson.OPT_INDENT_2))
    if as_json:
        print_json({"certificate": done.certificate, "ruling": done.ruling}, one_line=True)
        return
    typer.echo(f"公证书 · notarial certificate  {done.certificate['number']}")
    typer.echo(f"法院采信 · admitted by the court  {done.ruling['number']}")
