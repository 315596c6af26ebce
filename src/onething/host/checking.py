"""`onething check production`: everything that a city must not go live with; and the refusal of `serve` and `worker` to start with it.

Exit codes of `check production`: 0 fit (what is only told does not count, unless `--strict`), 1 not fit, 2 wrong usage.
Exit code of `serve` and `worker` that refuse: 2, with one line for each finding.
"""

from typing import TYPE_CHECKING

import typer

from onething.core.commands import AsJson, print_json
from onething.core.manifests.house import get_house

if TYPE_CHECKING:
    from onething.core.processes.process import Process

app = typer.Typer(no_args_is_help=True, help="检查 · what a city must not go live with.", rich_markup_mode=None)
UNFIT = 2


@app.callback()
def _checks() -> None:
    """Kept so that the group stays a group while it has one command."""


@app.command()
def production(
    strict: bool = typer.Option(False, help="Exit 1 also for what is only told."),
    json: AsJson = False,
) -> None:
    """Settings, keys, database, files, clock, carriers, backups: each finding with how to mend it. Exit 1 when it must not go live."""
    from onething.core.processes.production import shortcomings
    from onething.host.assembling import process

    found = shortcomings(get_house(), process("command"))
    stops = [each for each in found if each.stops or (strict and not each.accepted)]
    if json:
        findings = [
            {"code": each.code, "fatal": each.fatal, "accepted": each.accepted, "what": each.problem.what.model_dump(),
             "mend": each.problem.next.model_dump()}
            for each in found
        ]  # fmt: skip
        print_json({"fit": not stops, "findings": findings})
        raise typer.Exit(1 if stops else 0)
    for each in found:
        mark = "·  " if each.accepted else "✗  " if each.fatal else "!  "
        typer.echo(f"{mark}{each.code}{'  (accepted)' if each.accepted else ''}")
        typer.echo(f"   {each.problem.what.zh} {each.problem.next.zh}")
        typer.echo(f"   {each.problem.what.en} {each.problem.next.en}")
    typer.echo(f"不能上线 · not fit: {len(stops)}" if stops else "可以上线 · fit for production")
    raise typer.Exit(1 if stops else 0)


def refuse_unfit(process: "Process") -> None:
    """In production: end with exit code 2 and one line for each finding that is fatal. Everywhere: a line for each name in the
    environment that looks like a setting and is none."""
    from onething.core.processes.production import shortcomings, strange_settings
    from onething.core.settings import get_settings

    for each in strange_settings():
        typer.echo(f"[core.unfit_setting_name] 没有这样的设置 · no setting is called so: {each}", err=True)
    if not get_settings().production:
        return
    stops = [each for each in shortcomings(get_house(), process) if each.stops]
    for each in stops:
        typer.echo(f"[{each.code}] {each.problem.what.zh}{each.problem.next.zh} / {each.problem.what.en} {each.problem.next.en}", err=True)  # fmt: skip
    if stops:
        typer.echo("未启动：onething check production 列出全部问题 · not started: `onething check production` lists everything", err=True)  # fmt: skip
        raise typer.Exit(UNFIT)
