"""`onething policy diff OLD NEW`: what an amendment changes, who rests on it, and the next versions of their rules.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from rich.text import Text as Rich

    from onething.policy.amendments.service import Amendment, Change


def diff_command(
    old: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The version before.")],
    new: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The version after.")],
    cities: Annotated[Path | None, typer.Option(help="Folder of city packages to look for citations in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Article by article: what changed, what cites it, proposed versions. Exit codes: 1 the files are one version, 2 unreadable, 4 scanned."""
    from onething.core.city_folders import city_folder
    from onething.policy.amendments.service import amend_files, as_dict

    found = amend_files(old, new, cities or city_folder().parent)
    if as_json:
        print_json(as_dict(found))
    else:
        _show(found)


def consolidate_command(
    base: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The regulation before.")],
    decision: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The amending decision (修改决定).")],
    out: Annotated[Path | None, typer.Option(help="Write the text after the decision here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Carry out an amending decision: the text afterwards, each instruction done or listed. Exit codes: 1 some are left, 2 unreadable, 4 scanned."""
    from rich.console import Console

    from onething.documents.prose.service import read_file
    from onething.policy.amendments.service import consolidate, consolidated_dict, why_left
    from onething.policy.text.tree import parse_document

    found = consolidate(parse_document(read_file(base), base.name), read_file(decision))
    if out:
        out.write_text(found.text, encoding="utf-8")
    if as_json:
        print_json(consolidated_dict(found))
    else:
        if not out:
            typer.echo(found.text)
        console = Console(stderr=True)
        for each in found.carried:
            console.print(f"{'✓' if each.done else '✗'} {each.words[:80]}" + ("" if each.done else f"  [{why_left(each.why).zh} / {why_left(each.why).en}]"), markup=False)  # fmt: skip
        for article, before, after in found.references:
            console.print(f"→ {article}: {before} ⇒ {after}")
        for article, reference in found.dangling:
            console.print(f"! {article}: {reference} is no longer there, or no longer the same")
        for article in found.doubts:
            console.print(f"? {article}: stands between two chapters; the decision does not say in which")
        if found.elsewhere:
            console.print(f"  {found.elsewhere} orders amend other laws")
    raise typer.Exit(1 if found.left else 0)


def _show(found: "Amendment") -> None:
    from rich.console import Console
    from rich.table import Table

    from onething.core.whole_words import print_table
    from onething.policy.amendments.service import WORDS

    console = Console()
    console.print(f"[bold]{found.title}[/]  {found.old_day} → {found.new_day}")
    table = Table("", "before", "after", "words")
    for change in found.changes:
        if change.fate != "same":
            table.add_row(WORDS[change.fate][0], _labels(change, "old"), _labels(change, "new"), _words(change))
    print_table(console, table)
    for change, places in found.cited:
        for place in places:
            console.print(
                f"{_labels(change, 'old')} {WORDS[change.fate][0]}: {place.kind} {place.name}  {place.file} {place.path}"
            )
    for proposal in found.proposals:
        console.print(
            f"→ {proposal.cited.name}: {proposal.why}  {proposal.old}  ⇒  {proposal.new}  {proposal.article}  {proposal.new_from}"
        )


def _labels(change: "Change", side: str) -> str:
    return "、".join(article.label for article in (change.old if side == "old" else change.new))


def _words(change: "Change") -> "Rich":
    """The changed words with a little of what stands around them."""
    from rich.text import Text as Rich

    out = Rich()
    if not change.matters:
        return out
    for piece in change.pieces[:40]:
        if piece.kind == "kept":
            out.append(piece.text if len(piece.text) < 24 else f"{piece.text[:8]}…{piece.text[-8:]}")
        else:
            out.append(piece.text, style="red strike" if piece.kind == "out" else "green")
    return out
