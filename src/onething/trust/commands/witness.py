"""`onething witness key`: whose word a log's reader needs. `host.witness` runs a witness.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import re

import typer

from onething.core.commands import print_json

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="见证 · cosign checkpoints of logs after checking that they only grew.",
)


def agency_named(agency: str) -> str:
    from onething.core.errors import Problem
    from onething.trust import errors

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", agency):
        raise Problem(errors.KEY_UNKNOWN, name=agency)
    return agency


@app.command()
def key(
    agency: str = typer.Option(help="Whose witness."),
    every: bool = typer.Option(
        False, "--all", help="A JWK set with the keys it had before too: after `onething ledger rotate witness`."
    ),
) -> None:
    """The witness's public key: the JWK for `witnesses/<agency>.jwk` of who runs the log, and the C2SP verifier key."""
    from onething.trust.credentials.evidence import WITNESS_KEY, witness_name
    from onething.trust.credentials.signing import ensure_signer
    from onething.trust.log.notes import NoteKey
    from onething.trust.models import Algorithm
    from onething.trust.sealing.owners import key_store

    public = ensure_signer(agency_named(agency), WITNESS_KEY, Algorithm.ED25519).public_key
    records = key_store(agency).records(WITNESS_KEY)
    kept = [each.public_key.jwk() for each in records if each.revoked_at is None]
    print_json({"keys": kept} if every else public.jwk(), one_line=True)
    typer.echo(NoteKey(witness_name(agency), public, cosigner=True).vkey(), err=True)
