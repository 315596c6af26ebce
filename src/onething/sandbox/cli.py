"""`onething sandbox up|bank|people|demo|studio`."""

import time
from pathlib import Path
from typing import Any

import orjson
import typer
from typer.core import TyperGroup

from onething.core.commands import AsJson, print_json
from onething.sandbox.justice.cli import app as justice

DEFAULT_FOLDER = Path("var/sandbox")


_STUDIO = "Document studio: certificates, cards and permits as clean or photographed pictures, with ground truth."


class _Group(TyperGroup):
    """Loads the document studio, with its imaging libraries, only when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), "studio"]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        lines = [(name, _STUDIO if name == "studio" else self.get_command(ctx, name).get_short_help_str(300)) for name in self.list_commands(ctx)]  # fmt: skip
        with formatter.section("Commands"):
            formatter.write_dl(lines)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name != "studio":
            return super().get_command(ctx, cmd_name)
        from onething.sandbox.studio.cli import app as studio

        command = typer.main.get_command(studio)
        command.name = "studio"
        return command


app = typer.Typer(
    cls=_Group, no_args_is_help=True, rich_markup_mode=None,
    help="A synthetic city: people, nine agencies, identity provider, phone, document studio.",
)  # fmt: skip

app.add_typer(justice, name="justice")


@app.command()
def up(
    people: int = typer.Option(20_000, min=1, max=1_000_000, help="At least so many people."),
    seed: int = typer.Option(1, help="The same seed gives the same people."),
    births: int | None = typer.Option(
        None, min=0, help="Certificates waiting to be registered; by default a twelfth of the people."
    ),
    folder: Path = typer.Option(DEFAULT_FOLDER, "--dir", help="Where cities are kept between runs."),
    base_port: int = typer.Option(
        8100, min=0, max=65_000, help="Identity provider; phone +1, agencies +10 to +18. 0: any free ports."
    ),
    as_json: bool = typer.Option(False, "--json", help="One line of JSON on standard output when everything is ready."),
) -> None:
    """Start the city and stay until Ctrl-C."""
    from onething.sandbox import supervisor

    options = supervisor.Options(people, seed, births, folder, base_port)

    def say(text: str) -> None:
        typer.echo(f"· {text}", err=True)

    def ready(card: dict[str, Any]) -> None:
        if as_json:
            print_json(card, one_line=True)
        else:
            typer.echo(
                f"沙盒已就绪 · the sandbox is ready\n  登录 sign-in  {card['issuer']}\n  手机 phone    {card['phone_url']}\n  Ctrl-C 停止 · stops it"
            )

    try:
        supervisor.run(options, say, ready)
    except supervisor.PortTakenError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(4) from None


@app.command()
def bank(
    port: int = typer.Option(8130, min=1, max=65535, help="Port of the bank's page."),
    folder: Path | None = typer.Option(None, "--dir", help="Folder of members (default: ONETHING_GATEWAY_DIR)."),
) -> None:
    """A bank outside government: a personal loan on what its gateway fetches with the applicant's consent."""
    from onething.sandbox.bank.cli import run

    run(port, folder)


@app.command()
def people(as_json: AsJson = False) -> None:
    """List the personas and the officials: who can sign in, and what each is good for."""
    from onething.sandbox.population.officials import OFFICIALS
    from onething.sandbox.population.personas import table

    if as_json:
        listed = {
            "personas": table(),
            "officials": [{name: getattr(o, name) for name in ("sub", "name", "role", "agency")} for o in OFFICIALS],
        }
        print_json(listed)
        return
    typer.echo("演示市民 · citizens")
    for entry in table():
        typer.echo(
            f"  {entry['mother']['name']}  {entry['mother']['phone']}  {entry['title']['zh']} · {entry['title']['en']}"
        )
    typer.echo("工作人员 · officials")
    for official in OFFICIALS:
        typer.echo(f"  {official.name}  {official.role:8} {official.title_zh} · {official.title_en}")


@app.command()
def token(
    account: str = typer.Argument(
        help="A persona (`happy_mother`) or an official (`o_police_1`); `people --json` lists them."
    ),
    base_port: int = typer.Option(8100, help="As given to `up` or `demo`."),
) -> None:
    """Sign an account in and print its ID token, for trying the API with curl."""
    import httpx

    from onething.sandbox.client import FilingFailedError, sign_in
    from onething.sandbox.population.personas import table

    issuer = f"http://127.0.0.1:{base_port}"
    phones = {entry["id"]: entry["mother"]["phone"] for entry in table()}
    try:
        typer.echo(sign_in(issuer, phones.get(account, account)))
    except (httpx.HTTPError, KeyError, FilingFailedError) as error:
        typer.echo(
            f"没有登录成功 · not signed in ({type(error).__name__}); 先启动沙箱 · start the sandbox first: onething sandbox demo", err=True
        )  # fmt: skip
        raise typer.Exit(4) from None


@app.command()
def turn(
    service: str = typer.Argument(help="Agency id, or `phone`."),
    knobs: list[str] = typer.Argument(
        help="outage=true latency_ms=300 error_rate=0.2 nonsense_rate=… duplicate_rate=… lost_rate=… hang_rate=…; `reset` for none."
    ),
    base_port: int = typer.Option(8100, help="As given to `up` or `demo`."),
) -> None:
    """Turn knobs of a running service, to see what happens when an agency is slow, down or talks nonsense."""
    import httpx

    from onething.sandbox.supervisor import PORTS

    if service not in PORTS:
        typer.echo(f"没有这个服务 · no such service; there are: {', '.join(PORTS)}", err=True)
        raise typer.Exit(3)
    changes = {
        name: orjson.loads(value) for name, _, value in (knob.partition("=") for knob in knobs if knob != "reset")
    }
    if "reset" in knobs:
        from onething.sandbox.agencies.knobs import Knobs

        changes = Knobs().model_dump() | changes
    try:
        answer = httpx.post(f"http://127.0.0.1:{base_port + PORTS[service]}/_control", json=changes)
    except httpx.HTTPError:
        typer.echo("沙盒没有运行 · the sandbox is not running", err=True)
        raise typer.Exit(4) from None
    typer.echo(answer.text)
    if answer.status_code != 200:
        raise typer.Exit(2)


@app.command()
def papers(
    persona: str = typer.Argument(help="A persona, as `onething sandbox people --json` names it, or `all`."),
    folder: Path = typer.Argument(help="Where the photographs go."),
    grade: str = typer.Option("mild", help="clean, mild or heavy: how badly they are photographed."),
) -> None:
    """Photograph every paper of a persona: certificate, identity cards, household pages, marriage certificate."""
    from onething.sandbox import papers as drawer
    from onething.sandbox.population.personas import table

    entries = [entry for entry in table() if persona in ("all", entry["id"])]
    if not entries:
        names = ", ".join(entry["id"] for entry in table())
        typer.echo(f"没有这个人物，可以选：{names}。 No such persona; there are: {names}", err=True)
        raise typer.Exit(3)
    for entry in entries:
        name = f"{entry['mother']['name']}-{entry['id']}"
        for path in drawer.write(entry["id"], folder / name if persona == "all" else folder, grade):
            typer.echo(path)


@app.command()
def demo(
    people: int = typer.Option(20_000, min=1, help="At least so many people."),
    port: int = typer.Option(8000, min=1, max=65_535, help="Port of the portal; the next free one when it is in use."),
    base_port: int = typer.Option(8100, min=0, max=65_000, help="First port of the sandbox; 0: any free ones."),
    folder: Path = typer.Option(
        Path("var/demo-newborn"), "--dir", help="Database, uploads and logs of the demo; emptied at each start."
    ),
    cache: Path = typer.Option(DEFAULT_FOLDER, help="Where made cities are kept."),
    once: bool = typer.Option(False, help="End after the sample case instead of staying."),
) -> None:
    """Start the sandbox and the product, file one newborn case, print addresses and accounts, stay until Ctrl-C."""
    from onething.sandbox import demo as composition

    begun = time.monotonic()

    def say(text: str) -> None:
        stamp = f"[{time.monotonic() - begun:5.1f} s] " if text and not text.startswith("  ") else ""
        typer.echo(stamp + text)

    code = composition.run(composition.Options(people, port, base_port, folder, cache, once), say)
    if code:
        raise typer.Exit(code)


@app.command("city")
def city_demo(
    city: str = typer.Argument(help="City package, by name or folder."),
    port: int = typer.Option(8008, min=1, max=65_535, help="Port of the portal; the next free one when it is in use."),
    base_port: int = typer.Option(9700, min=0, max=65_000, help="First port of the sandbox; 0: any free ones."),
    folder: Path = typer.Option(Path("var/demo-city"), "--dir", help="Databases and logs of the demo."),
    once: bool = typer.Option(False, help="End once everything answers instead of staying."),
) -> None:
    """Any city package, tried by hand: people, officials and mocked agencies of its `sandbox/`, and the product beside them."""
    from onething.catalog.service import find_package, load_city
    from onething.sandbox.mocks import demo as composition

    code = composition.run(load_city(find_package(city)[0]), port, base_port, folder, once, typer.echo)
    if code:
        raise typer.Exit(code)


@app.command("startup")
def startup_demo(
    port: int = typer.Option(8001, min=1, max=65_535, help="Port of the portal."),
    base_port: int = typer.Option(8300, min=0, max=65_000, help="First port of the sandbox; 0: any free ones."),
    folder: Path = typer.Option(Path("var/demo-startup"), "--dir", help="Databases and logs of the demo."),
    once: bool = typer.Option(False, help="End after the sample case instead of staying."),
    robots: bool = typer.Option(True, help="Also the two old web systems that robots operate."),
) -> None:
    """Company start-up: the sandbox Shenzhen and the product, one company founded by two people, stay until Ctrl-C."""
    from onething.sandbox.startup import demo as composition

    begun = time.monotonic()

    def say(text: str) -> None:
        stamp = f"[{time.monotonic() - begun:5.1f} s] " if text and not text.startswith("  ") else ""
        typer.echo(stamp + text)

    code = composition.run(port, base_port, folder, once, robots, say)
    if code:
        raise typer.Exit(code)
