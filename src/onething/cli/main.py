"""The `onething` command: groups are found by entry point and loaded only when called, so `--help` stays quick.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found, 4 something outside (an agency, a service) failed.
"""

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperGroup

from onething import __version__

ABOUT = {
    "cases": "办件 · open, follow and work on cases",
    "catalog": "城市配置包 · check, show and export what a city offers",
    "certificates": "证照 · find, suspend, revoke and replace certificates; catalogue and metadata",
    "db": "数据库 · make and check the tables",
    "documents": "材料识别 · read documents from photos and files",
    "exchange": "部门接口 · ask agencies, see their health, read the message log",
    "gateway": "部门网关 · signed and mutually authenticated exchange in front of an agency",
    "ledger": "存证账本 · evidence log, keys, monitoring, court packages and their verification",
    "notices": "短信与消息 · what people were told, and sending it",
    "payments": "资金拨付 · books, orders, bank files and reconciliation",
    "plan": "事项编排 · plan a life event and compare it with the old way",
    "policy": "政策 · regulations as structure, clauses and rules",
    "review": "智能预审 · review a filing",
    "risk": "风险研判 · relations, indicators, models and findings",
    "rules": "规则 · evaluate and test decision rules",
    "sandbox": "沙盒城市 · a synthetic city to try everything with",
    "serve": "启动服务 · serve the portal, the console and the API",
    "startup": "企业开办 · what a business needs, from whom, in what order",
    "version": "版本 · print the version",
    "witness": "见证 · cosign checkpoints of logs after checking that they only grew",
    "worker": "后台办理 · carry out cases, send messages, watch deadlines",
}
"""One line a group, so that listing them needs no room to be imported. Groups of other packages go without."""


def _points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group="onething.commands")}


class RoomGroup(TyperGroup):
    """A command group whose members are the rooms' own typer apps."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *_points()})

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        points = _points()
        with formatter.section("Commands"):
            formatter.write_dl([(name, ABOUT.get(name) or _origin(points[name])) for name in self.list_commands(ctx)])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        point = _points().get(cmd_name)
        if point is None:
            return None
        try:
            loaded = point.load()
        except (ImportError, AttributeError) as error:
            return ctx.fail(f"“{cmd_name}” cannot be loaded: {error}")
        command = typer.main.get_command(loaded)
        command.name = cmd_name
        return command


def _origin(point: EntryPoint) -> str:
    return f"from {point.dist.name}" if point.dist else ""


app = typer.Typer(
    cls=RoomGroup,
    no_args_is_help=True,
    help="高效办成一件事 · get one thing done.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    from onething.core import logs  # not above: `--help` needs neither settings nor logging

    logs.configure()


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Entry point: runs a command and turns a `Problem` into two plain lines and its exit code."""
    try:
        app(prog_name="onething")
    except Exception as error:
        from onething.core.errors import Problem  # not above, for the same reason

        if not isinstance(error, Problem):
            raise
        _tell(error)
        sys.exit(error.kind.exit_code)


def _tell(problem: Any) -> None:
    lines = f"{problem.what.zh} / {problem.what.en}\n{problem.next.zh} / {problem.next.en}  [{problem.kind.code}]"
    typer.echo(lines, err=True)
    if problem.detail:
        typer.echo(problem.detail, err=True)
