"""The commands that stay: `onething serve`, `worker`, `gateway`, `witness serve`. Each loads what it runs when it is called, so
that its help begins at once.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from onething.exchange.gateway.cli import Folder, folder_of
from onething.exchange.gateway.cli import app as gateway
from onething.trust.commands.witness import app as witness

__all__ = ["gateway", "serve", "witness", "worker"]

serve = typer.Typer(
    rich_markup_mode=None, help="Serve the portal, the console and the API.", invoke_without_command=True
)
worker = typer.Typer(
    rich_markup_mode=None,
    help="Run a worker that carries out cases and sends notices; stops cleanly on SIGTERM or Ctrl-C.",
)


@serve.callback()
def _serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, help="Port to listen on."),
    proxy: str = typer.Option(
        "", help="Addresses of trusted proxies whose X-Forwarded-For is believed, comma separated."
    ),
) -> None:
    """Run until stopped. Behind a proxy, name it with --proxy, so that limits count the right addresses."""
    from onething.host import web

    if not web.serve(host, port, proxy):
        raise typer.Exit(1)


@worker.callback(invoke_without_command=True)
def _worker(
    ctx: typer.Context,
    worker_id: str = typer.Option("", "--id", help="Stable name of this worker (default: ONETHING_WORKER_ID)."),
) -> None:
    """Run until told to stop. Exit code 3: another worker took over because this one was silent; start it again."""
    from onething.core.settings import get_settings

    if worker_id:
        get_settings().worker_id = worker_id
    if ctx.invoked_subcommand is not None:
        return
    from onething.host.assembling import process
    from onething.host.checking import refuse_unfit
    from onething.host.worker import main

    refuse_unfit(process("worker"))
    code = main()
    if code:
        raise typer.Exit(code)


@worker.command("drain")
def _drain(
    wait: float = typer.Option(60.0, min=0, help="Seconds to wait until it has ended; 0: only ask."),
) -> None:
    """Ask the worker of this name (`onething worker --id NAME drain`) on this machine to claim nothing more, finish what it has and
    end. Exit 0 when its lease is given back; 1 when it runs elsewhere or does not end in time; 3 when there is none."""
    from onething.host.worker import drain

    drain(wait)


@gateway.callback()
def _gateway(
    ctx: typer.Context,
    agency: Annotated[str, typer.Option(help="Agency id; `platform` answers the city's partners.")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 0,
    folder: Folder = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C. Prints one line of JSON when it listens. Exit code 2: not set up."""
    if ctx.invoked_subcommand is not None:
        return
    if not agency:
        typer.echo(ctx.get_help())
        raise typer.Exit(2)
    from onething.host.gateway import serve as run

    asyncio.run(run(agency, host, port, folder_of(folder)))


@witness.command("serve")
def _witness(
    agency: str = typer.Option(help="Whose witness; its key is in this agency's own store."),
    policy: list[Path] = typer.Option(
        help="Policy of a log that is witnessed (onething ledger policy); may be repeated."
    ),
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8150, min=1, max=65535, help="Port to listen on."),
) -> None:
    """Answer C2SP tlog-witness requests; what was cosigned is on the disk before the answer leaves."""
    from onething.host.witness import serve as run

    run(agency, policy, host, port)
