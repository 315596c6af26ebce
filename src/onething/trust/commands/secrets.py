"""`onething ledger passphrase|seal-keys`: how the keys beside the data are shut.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Put the verbs into `onething ledger`."""
    app.command("passphrase")(passphrase)
    app.command("seal-keys")(seal_keys)


def passphrase(
    new: Annotated[
        str,
        typer.Option(
            envvar="ONETHING_NEW_TRUST_PASSPHRASE", prompt="新口令 · new passphrase", hide_input=True,
            confirmation_prompt=True, help="The new passphrase; from the environment or asked for, never on the command line.",
        ),
    ],
) -> None:  # fmt: skip
    """Change the passphrase of every key store in the data folder, from the present one (ONETHING_TRUST_PASSPHRASE, or a trial's own).

    Running processes go on; set ONETHING_TRUST_PASSPHRASE to the new one before any of them starts again, and make a backup. Cut
    off half way, run it again. Exit code 1: weak, or some store opens with neither.
    """
    from onething.trust.keys.passphrases import change_all

    for owner, changed in change_all(new).items():
        typer.echo(f"{owner:<20} {'已更换 · changed' if changed else '已是新口令 · has it already'}")
    typer.echo(
        "请把 ONETHING_TRUST_PASSPHRASE 改为新口令，然后备份 · set ONETHING_TRUST_PASSPHRASE to it now, then make a backup"
    )


def seal_keys() -> None:
    """Seal chain accounts that an earlier version left in the clear, under the platform's key store. Safe to repeat."""
    from onething.trust.chain.accounts import get_accounts

    accounts = get_accounts()
    for name in accounts.names():
        typer.echo(f"{name:<20} {accounts.of(name).address}")
