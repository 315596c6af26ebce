"""`onething certificates …`: find and change certificates for an agency; the catalogue and metadata of GB/T 36901–36906.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from typing import TYPE_CHECKING, Any

import typer

from onething.core.commands import AsJson, operator, print_json

if TYPE_CHECKING:
    from onething.core.access import Principal

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="证照 · certificates: find, suspend, revoke, replace; catalogue and metadata.",
)

_ID = typer.Argument(help="Id of the certificate.")
_AGENCY = typer.Option(..., help="The agency acted for; only the one that issued it may change it.")
_OFFICER = typer.Option(..., help="Who decides; goes into the record.")
_REASON = typer.Option(..., help="Why; the certificate's holder reads it.")


def _officer(agency: str, officer: str) -> "Principal":
    from onething.core.access import Principal, Role

    return Principal(Role.OFFICER, officer, agency_id=agency)


@app.command("list")
def list_certificates(
    find: str = typer.Option("", help="Certificate number, check code, or the holder's id number; empty: the newest."),
    json: AsJson = False,
) -> None:
    """Certificates, newest first; without their content."""
    from onething.casework.certificates import lifecycle
    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.trust.credentials import service as credentials

    with get_database().reading() as session:
        found = lifecycle.find(session, operator(), find)
        proofs = credentials.proofs_of(session, [view.id for view in found])
    if json:
        print_json([{**_plain(view), "proof": proofs.get(view.id)} for view in found])
        return
    for view in found:
        stage = proofs[view.id].stage if view.id in proofs else "–"
        typer.echo(
            f"{view.id}  {local(view.issued_at):%Y-%m-%d %H:%M}  {view.status:<9} {stage:<8} {view.agency:<9} {view.number}"
        )


def _plain(view: Any) -> dict[str, Any]:
    return {
        "id": view.id, "number": view.number, "type": view.evidence_type, "agency": view.agency, "status": view.status,
        "issued_at": view.issued_at, "valid_until": view.valid_until,
    }  # fmt: skip


def _change(certificate: str, wanted: str, agency: str, officer: str, reason: str) -> None:
    from onething.casework.certificates import lifecycle
    from onething.core.db import get_database

    with get_database().transaction() as session:
        lifecycle.change(session, _officer(agency, officer), certificate, wanted, reason)
    typer.echo(wanted)


@app.command()
def suspend(certificate: str = _ID, agency: str = _AGENCY, officer: str = _OFFICER, reason: str = _REASON) -> None:
    """Put a certificate out of force for a while."""
    _change(certificate, "suspend", agency, officer, reason)


@app.command()
def reinstate(certificate: str = _ID, agency: str = _AGENCY, officer: str = _OFFICER, reason: str = _REASON) -> None:
    """Put a suspended certificate back in force."""
    _change(certificate, "reinstate", agency, officer, reason)


@app.command()
def revoke(certificate: str = _ID, agency: str = _AGENCY, officer: str = _OFFICER, reason: str = _REASON) -> None:
    """Revoke a certificate for good."""
    _change(certificate, "revoke", agency, officer, reason)


@app.command()
def replace(
    certificate: str = _ID, agency: str = _AGENCY, officer: str = _OFFICER, reason: str = _REASON,
    correct: list[str] = typer.Option([], "--set", help="field=value; fields not named stay as they are."),
) -> None:  # fmt: skip
    """Issue a corrected certificate in its place; prints the new one's id."""
    from onething.casework.certificates import lifecycle
    from onething.core.db import get_database

    pairs = {name: value for name, _, value in (each.partition("=") for each in correct)}
    with get_database().transaction() as session:
        made = lifecycle.replace_with(session, _officer(agency, officer), certificate, pairs, reason)
    typer.echo(made.id)


@app.command()
def held(json: AsJson = False) -> None:
    """Certificates that are held back because they would not say what they certify: case, service, kind, value, what is wrong.

    Mend the catalog, or have the agency mend its answer: each is tried again within the hour. The exit code is 1 while there are some.
    """
    from onething.casework.certificates.held import held_back
    from onething.core.db import get_database

    with get_database().reading() as session:
        found = held_back(session)
    if json:
        print_json(found)
    else:
        for one in found:
            typer.echo(f"{one['case']}  {one['task']}  {one['kind']}.{one['field']}  {one['why']}")
    raise typer.Exit(1 if found else 0)


@app.command("catalogue")
def export_catalogue() -> None:
    """Every kind of certificate that this city issues, as JSON under the terms of GB/T 36901–36906."""
    from onething.casework.certificates import catalogue

    print_json(catalogue.catalogue_of())


@app.command()
def metadata(certificate: str = _ID, agency: str = _AGENCY, officer: str = _OFFICER) -> None:
    """One certificate's metadata for exchange with another platform. Personal data: the holder sees that it was taken out."""
    from onething.casework.certificates import catalogue
    from onething.core.db import get_database

    with get_database().transaction() as session:
        print_json(catalogue.metadata_of(session, _officer(agency, officer), certificate))


@app.command("erase")
def erase(
    subject: str = typer.Argument(help="Id of the person."),
    yes: bool = typer.Option(False, "--yes", help="Do it; cannot be undone."),
) -> None:
    """Erase a person's key: her certificates, drafts and the facts of her cases can never be opened again.

    Refused while a case of hers is under way."""
    from onething.casework.certificates import lifecycle
    from onething.core.db import get_database

    if not yes:
        raise typer.BadParameter("say --yes: this cannot be undone")
    with get_database().transaction() as session:
        done = lifecycle.erase(session, subject)
    typer.echo("erased" if done else "nothing to erase")
