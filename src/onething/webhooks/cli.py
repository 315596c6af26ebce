"""`onething webhooks add|list|show|pause|resume|rotate|remove|test|deliveries|redeliver|send`: messages to other systems.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import asyncio
from typing import Annotated, Any

import typer

from onething.core.commands import AsJson, emit, operator, print_json
from onething.webhooks.states import DeliveryState

app = typer.Typer(no_args_is_help=True, help="回调 · tell other systems what happens.", rich_markup_mode=None)
Id = Annotated[str, typer.Argument(help="The subscription's id.")]
SHOWN_ONCE = "这个密钥只显示这一次，请交给接收方保存 · the secret is shown this once; hand it to who receives"


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where messages go, https.")],
    types: Annotated[list[str], typer.Option("--type", help="Event types: case.submitted, case.*, *.")],
    agency: Annotated[str | None, typer.Option(help="Only what concerns this agency.")] = None,
    with_data: Annotated[bool, typer.Option(help="Messages carry what the event says, not only ids.")] = False,
    as_json: AsJson = False,
) -> None:
    """Subscribe an address; prints its secret."""
    from onething.webhooks import service

    with _acting() as (session, who):
        made = service.add(session, who, url, types, agency=agency, with_data=with_data)
    emit(made, as_json, f"{made.subscription.id}  {url}\n{made.secret}\n{SHOWN_ONCE}")


@app.command("list")
def show_all(
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most this many.")] = 50, as_json: AsJson = False
) -> None:
    """All subscriptions, the oldest first."""
    from onething.webhooks import service

    with _acting() as (session, who):
        found = service.listing(session, who, limit)
    if as_json:
        print_json(found.items)
        return
    for each in found:
        trouble = f"  失败 {each.failures} 次 · failed {each.failures} times" if each.failures else ""
        about = f"{','.join(each.types)}{f' @{each.agency}' if each.agency else ''}{' +data' if each.with_data else ''}"
        typer.echo(f"{each.id}  {each.state:<7} {each.url}  {about}{trouble}")
    if not found:
        typer.echo("还没有订阅 · no subscriptions yet: onething webhooks add URL --type 'case.*'")


@app.command()
def pause(subscription: Id) -> None:
    """Tell it nothing; what happens meanwhile is not sent later."""
    _change("pause", subscription)


@app.command()
def resume(subscription: Id) -> None:
    """Tell it again of what happens from now on."""
    _change("resume", subscription)


@app.command()
def rotate(
    subscription: Id,
    hours: Annotated[float, typer.Option(min=0, help="For so long the secret before is used as well.")] = 24.0,
    as_json: AsJson = False,
) -> None:
    """Make a new secret and print it."""
    from onething.webhooks import service

    with _acting() as (session, who):
        made = service.rotate(session, who, subscription, hours)
    emit(made, as_json, f"{made.secret}\n{SHOWN_ONCE}")


@app.command()
def remove(subscription: Id) -> None:
    """Take it away; what still waits for it is not sent."""
    _change("remove", subscription)


@app.command()
def test(subscription: Id) -> None:
    """Put a test message for it into the outbox."""
    _change("send_test", subscription)


@app.command()
def deliveries(
    subscription: Id,
    state: Annotated[DeliveryState | None, typer.Option(help="Only messages in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most this many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Its messages, newest first, and how each went."""
    from onething.core.clock import local
    from onething.webhooks import service

    with _acting() as (session, who):
        found = service.deliveries(session, who, subscription, state, limit)
    if as_json:
        print_json(found.items)
        return
    for each in found:
        why = " ".join(str(part) for part in (each.status, each.code) if part)
        typer.echo(f"{local(each.created_at):%m-%d %H:%M:%S}  {each.state:<9} {each.attempts:>2}  {each.event_type:<24} {each.id}  {why}")  # fmt: skip
    if not found:
        typer.echo("没有消息 · no messages")


@app.command()
def redeliver(
    subscription: Id,
    message: Annotated[str | None, typer.Argument(help="One message; left out, all that were given up.")] = None,
) -> None:
    """Send messages once more, under the same ids."""
    from onething.webhooks import service

    with _acting() as (session, who):
        if message is None:
            count = service.redeliver_dead(session, who, subscription)
        else:
            service.redeliver(session, who, subscription, message)
            count = 1
    typer.echo(f"等待发送 · due again: {count}")


@app.command()
def send() -> None:
    """Send what is due now, as a worker does."""
    from onething.core.db import get_database
    from onething.webhooks.service import Sender

    async def work() -> int:
        sender, total = Sender(get_database()), 0
        while tried := await sender.send_due():
            total += tried
        return total

    typer.echo(f"已尝试 · tried: {asyncio.run(work())}")


def _change(what: str, subscription: str) -> None:
    from onething.webhooks import service

    with _acting() as (session, who):
        getattr(service, what)(session, who, subscription)
    typer.echo("好了 · done")


def _acting() -> Any:
    """A transaction, and the system as who acts."""
    from contextlib import contextmanager

    from onething.core.db import get_database

    @contextmanager
    def acting() -> Any:
        with get_database().transaction() as session:
            yield session, operator()

    return acting()
