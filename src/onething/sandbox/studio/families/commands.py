"""`onething sandbox studio families|pages|sheet`: list layout families, print and photograph them, look at them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from onething.sandbox.studio.families.camera import Effect, Severity

_KINDS = Annotated[list[str] | None, typer.Option("--kind", help="only these kinds of paper")]
_HELD = Annotated[bool, typer.Option("--held-out", help="the families left out of all tuning, and no others")]


def _chosen(kinds: list[str] | None, ids: list[str] | None, held_out: bool) -> list[Any]:
    """The families asked for. Raises `typer.BadParameter` for names that are none and for left-out ones not asked for so."""
    from onething.sandbox.studio import families as house

    for kind in kinds or ():
        if kind not in house.kinds():
            raise typer.BadParameter(f"{kind!r}; one of: {', '.join(house.kinds())}")
    every = house.families(held_out=held_out)
    for id_ in ids or ():
        if id_ not in {family.id for family in every}:
            raise typer.BadParameter(f"{id_!r} is none, or needs --held-out; see `studio families`")
    return [f for f in every if (not kinds or f.kind in kinds) and (not ids or f.id in ids)]


def listing(kind: _KINDS = None, held_out: _HELD = False) -> None:
    """List layout families: id and what it is."""
    for family in _chosen(kind, None, held_out):
        typer.echo(f"{family.id}\t{family.about}")


def pages(
    folder: Annotated[Path, typer.Argument(help="where x.jpg (or x.png) and x.json go")],
    kind: _KINDS = None,
    family: Annotated[list[str] | None, typer.Option(help="only these families (kind/name)")] = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="pages per family and severity")] = 1,
    seed: Annotated[int, typer.Option(help="the first seed; the same seed gives the same pages")] = 1,
    severity: Annotated[list[str] | None, typer.Option(help="clean, mild, heavy, messenger")] = None,
    flat: Annotated[bool, typer.Option("--flat", help="flat PNG pages, no camera")] = False,
    effect: Annotated[list[str] | None, typer.Option(help="force scan, screen, crease, stamp, finger")] = None,
    held_out: _HELD = False,
) -> None:
    """Write pages of families with their truth beside them, ready for `documents evaluate`."""
    from onething.sandbox.studio import families as house
    from onething.sandbox.studio.families import camera
    from onething.sandbox.studio.families.truth import truth

    for names, allowed in ((severity, camera.SEVERITIES), (effect, camera.EFFECTS)):
        for name in names or ():
            if name not in allowed:
                raise typer.BadParameter(f"{name!r}; one of: {', '.join(allowed)}")
    wanted = None if effect is None else cast("list[Effect]", effect)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for chosen in _chosen(kind, family, held_out):
        for number in range(seed, seed + count):
            page = house.page(chosen.id, number, held_out=held_out)
            stem = chosen.id.replace("/", "-")
            if flat:
                page.image.save(folder / f"{stem}-{number}.png")
                _write(folder / f"{stem}-{number}.json", truth(page))
                written += 1
                continue
            for grade in camera.SEVERITIES:
                if severity and grade not in severity:
                    continue
                shot = camera.taken(page, grade, number, wanted)
                (folder / f"{stem}-{grade}-{number}.jpg").write_bytes(shot.jpeg)
                _write(folder / f"{stem}-{grade}-{number}.json", truth(page, shot, grade))
                written += 1
    typer.echo(f"{written} pages in {folder}")


def sheet(
    file: Annotated[Path, typer.Argument(help="where the contact sheet goes (PNG)")],
    kind: _KINDS = None,
    seed: Annotated[int, typer.Option(help="which seed to show")] = 1,
    severity: Annotated[str, typer.Option(help="photographed so; flat pages where empty")] = "",
    held_out: _HELD = False,
) -> None:
    """A contact sheet: one page of every family side by side, to be looked at."""
    import io

    from PIL import Image

    from onething.sandbox.studio import families as house
    from onething.sandbox.studio.families import camera
    from onething.sandbox.studio.families.sheet import contact_sheet

    if severity and severity not in camera.SEVERITIES:
        raise typer.BadParameter(f"{severity!r}; one of: {', '.join(camera.SEVERITIES)}")
    pictures: list[tuple[str, Image.Image]] = []
    for family in _chosen(kind, None, held_out):
        page = house.page(family.id, seed, held_out=held_out)
        picture = page.image
        if severity:
            shot = camera.taken(page, cast("Severity", severity), seed)
            picture = Image.open(io.BytesIO(shot.jpeg)).convert("RGB")
        pictures.append((family.id, picture))
    if not pictures:
        raise typer.BadParameter("no such family")
    contact_sheet(pictures).save(file)
    typer.echo(f"{len(pictures)} families in {file}")


def _write(file: Path, truth: dict[str, Any]) -> None:
    file.write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def add_to(app: typer.Typer) -> None:
    """Hang the three commands into the studio's."""
    app.command("families")(listing)
    app.command("pages")(pages)
    app.command("sheet")(sheet)
