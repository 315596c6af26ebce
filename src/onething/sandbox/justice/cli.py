"""`onething sandbox justice tsa|notary|court`: each is a process of its own, on the loopback address.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="时间戳机构、公证处、法院 · time stamp authority, notary, court (sandbox).",
)
FOLDER = Path("var/sandbox/justice")


def _serve(made: "FastAPI", port: int) -> None:
    import uvicorn  # not above: help needs no server

    uvicorn.run(made, host="127.0.0.1", port=port, log_level="warning", access_log=False)


@app.command()
def tsa(port: int = typer.Option(8140, min=1, max=65535), folder: Path = typer.Option(FOLDER / "tsa", "--dir")) -> None:
    """Give RFC 3161 time stamps; its root certificate lies in its folder as `root.pem`."""
    from onething.sandbox.justice import authority

    _serve(authority.make_app(folder), port)


@app.command()
def notary(
    root: str = typer.Option(help="Fingerprint of the platform's root, as the notary knows it."),
    port: int = typer.Option(8141, min=1, max=65535), folder: Path = typer.Option(FOLDER / "notary", "--dir"),
    tsa: str | None = typer.Option(None, help="SHA-256 of the time stamp authority's root certificate."),
    node: str | None = typer.Option(None, help="The notary's own node of the chain (JSON-RPC)."),
) -> None:  # fmt: skip
    """Check packages and write notarial certificates."""
    from onething.sandbox.justice import notary

    _serve(notary.make_app(folder, root=root, tsa=tsa, node=node), port)


@app.command()
def court(
    root: str = typer.Option(help="Fingerprint of the platform's root, as the court knows it."),
    notary_key: str = typer.Option(help="Public key of the notary, hex."),
    notary_url: str = typer.Option("http://127.0.0.1:8141", help="Where the notary is asked."),
    port: int = typer.Option(8142, min=1, max=65535), folder: Path = typer.Option(FOLDER / "court", "--dir"),
    tsa: str | None = typer.Option(None, help="SHA-256 of the time stamp authority's root certificate."),
    node: str | None = typer.Option(None, help="The court's own node of the chain (JSON-RPC)."),
) -> None:  # fmt: skip
    """Check package and notarial certificate, and rule whether the evidence is admitted."""
    from onething.sandbox.justice import court

    made = court.make_app(folder, root=root, notary_url=notary_url, notary_key=notary_key, tsa=tsa, node=node)
    _serve(made, port)
