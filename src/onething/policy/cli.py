"""`onething policy …`: regulations to structure and drafts, what an amendment changes, conflicts, export.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson, print_json
from onething.policy.amendments.cli import consolidate_command, diff_command
from onething.policy.feedback.cli import app as feedback_app
from onething.policy.fulfilment.cli import app as benefits_app
from onething.policy.knowledge.cli import conflicts_command, export_command
from onething.policy.whatif.cli import what_if_command

if TYPE_CHECKING:
    from onething.policy.drafting.drafts import Drafter
    from onething.policy.drafting.vocabulary import Vocabulary

app = typer.Typer(
    no_args_is_help=True, help="政策 · policy: regulations as structure, drafts and clauses.", rich_markup_mode=None
)
app.add_typer(benefits_app, name="benefits")
app.add_typer(feedback_app, name="feedback")
Words = Annotated[
    Path | None, typer.Option("--vocabulary", help="Words of regulations and the facts they mean (YAML).")
]


@app.command("structure")
def structure_command(
    file: Annotated[Path, typer.Argument(help="Regulation: Markdown, text, Word (.docx) or PDF with text.")],
    vocabulary: Words = None,
    model: Annotated[
        str, typer.Option(help="Draft with this model of ONETHING_POLICY_MODEL_URL instead of the parser.")
    ] = "",
    ocr: Annotated[
        bool, typer.Option("--ocr/--no-ocr", help="Read scanned PDFs by OCR; check the result by eye.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Text to tree, references and drafts of rules. Exit codes: 2 unreadable, 4 a scan that cannot be read, or no answer from the model."""
    from onething.documents.prose.service import read_file, scanned
    from onething.policy.drafting.vocabulary import Vocabulary, load_vocabulary
    from onething.policy.show import show_structure
    from onething.policy.structuring import structure

    words = load_vocabulary(vocabulary) if vocabulary else Vocabulary()
    found = structure(read_file(file, scanned=scanned if ocr else None), file.name, _drafter(model, words))
    if as_json:
        print_json(found.as_dict())
    else:
        show_structure(found)


def _drafter(model: str, words: "Vocabulary") -> "Drafter":
    from onething.policy.drafting.drafts import ParserDrafter

    if not model:
        return ParserDrafter(words)
    from onething.policy.drafting.model import ModelDrafter

    return ModelDrafter.from_settings(model, words)


app.command("diff")(diff_command)
app.command("consolidate")(consolidate_command)
app.command("conflicts")(conflicts_command)
app.command("export")(export_command)
app.command("what-if")(what_if_command)
