"""`onething notices list|send`: what was told to whom, and sending by hand.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import asyncio
from typing import Annotated

import typer

from onething.core.commands import AsJson, print_json
from onething.notices.models import State

app = typer.Typer(no_args_is_help=True, help="短信与站内消息 · messages to people.", rich_markup_mode=None)


@app.command("list")
def show(
    state: Annotated[State | None, typer.Option(help="Only messages in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most this many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Newest messages, without numbers or names."""
    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.core.settings import settings_of
    from onething.notices.channels import channel_names, chosen
    from onething.notices.service import listing
    from onething.notices.settings import NoticesSettings

    with get_database().reading() as session:
        messages = listing(session, state, limit)
    if as_json:
        print_json(messages)
        return
    typer.echo(f"channel: {chosen(settings_of(NoticesSettings))} (of {', '.join(channel_names())})")
    for message in messages:
        why = f"  {message.code}" if message.code else ""
        at = f"{local(message.at):%m-%d %H:%M:%S}"
        typer.echo(f"{at}  {message.state:<14} {message.channel:<6} {message.event_type:<22} {message.text}{why}")
    if not messages:
        typer.echo("nothing yet: messages appear here as cases move")


@app.command()
def send(
    again: Annotated[list[State] | None, typer.Option(help="First make messages in this state due once more.")] = None,
    watch: Annotated[bool, typer.Option(help="Keep running, as a worker does.")] = False,
) -> None:
    """Send what is due now."""
    from onething.core.db import get_database
    from onething.notices.channels import make_channel
    from onething.notices.service import Sender, send_again

    database = get_database()
    if again and State.SENT in again:
        raise typer.BadParameter("what was sent is not sent again: the person has it", param_hint="--again")
    if again:
        with database.transaction() as session:
            typer.echo(f"due again: {send_again(session, again)}")

    async def work() -> int:
        channel, total = make_channel(), 0
        sender = Sender(database, channel)
        try:
            if watch:
                await sender.run()
            while tried := await sender.send_due():
                total += tried
        finally:
            await channel.aclose()
        return total

    try:
        typer.echo(f"tried: {asyncio.run(work())}")
    except KeyboardInterrupt:
        typer.echo("stopped")
