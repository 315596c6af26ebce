"""`onething sandbox studio`: make folders of photographs with their truth, or one specimen to look at.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from onething.sandbox.studio.families import commands as families

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Render specimen documents and photograph them.")
families.add_to(app)


@app.command()
def make(
    folder: Annotated[Path, typer.Argument(help="where x.jpg and x.json go")],
    count: Annotated[int, typer.Option(help="pictures per type and grade")] = 2,
    seed: Annotated[int, typer.Option(help="the first seed; the same seed gives the same pictures")] = 1,
    types: Annotated[list[str] | None, typer.Option("--type", help="only these document types")] = None,
    grades: Annotated[list[str] | None, typer.Option("--grade", help="clean, mild, heavy")] = None,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="faces, paper, light and hand that nothing is tuned on")
    ] = False,
) -> None:
    """Write photographs `x.jpg` with their truth `x.json` (`{type, fields}`), ready for `documents evaluate`."""
    from onething.sandbox import studio

    for names, allowed in ((types, studio.TYPES), (grades, studio.GRADES)):
        for name in names or ():
            if name not in allowed:
                raise typer.BadParameter(f"{name!r}; one of: {', '.join(allowed)}")
    folder.mkdir(parents=True, exist_ok=True)
    profile: studio.Profile = "held_out" if held_out else "studio"
    written = 0
    for kind in types or studio.TYPES:
        for grade in studio.GRADES:
            if grades and grade not in grades:
                continue
            for number in range(seed, seed + count):
                fields = studio.sample(kind, number)
                picture = studio.photograph(studio.render(kind, fields, number, profile), grade, number, None, profile)
                path = folder / f"{kind}-{grade}-{number}.jpg"
                path.write_bytes(picture)
                text = json.dumps({**studio.truth(kind, fields), "grade": grade}, ensure_ascii=False, indent=1)
                path.with_suffix(".json").write_text(text, encoding="utf-8")
                written += 1
    typer.echo(f"{written} pictures in {folder}")


@app.command()
def specimen(
    kind: Annotated[str, typer.Argument(help="a document type")],
    file: Annotated[Path, typer.Argument(help="where the flat picture goes (PNG)")],
    seed: int = 1,
) -> None:
    """Draw one flat specimen."""
    from onething.sandbox import studio

    if kind not in studio.TYPES:
        raise typer.BadParameter(f"{kind!r}; one of: {', '.join(studio.TYPES)}")
    studio.render(kind, studio.sample(kind, seed), seed).save(file)
