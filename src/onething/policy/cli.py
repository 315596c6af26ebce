"""`onething policy …`: regulations to structure and drafts, what an amendment changes, conflicts, export."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from onething.policy.drafting.drafts import Drafter, ParserDrafter
from onething.policy.drafting.vocabulary import Vocabulary, load_vocabulary
from onething.policy.show import show_structure
from onething.policy.structuring import structure
from onething.policy.text.readers import read_file

app = typer.Typer(
    no_args_is_help=True, help="政策 · policy: regulations as structure, drafts and clauses.", rich_markup_mode=None
)
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Words = Annotated[
    Path | None, typer.Option("--vocabulary", help="Words of regulations and the facts they mean (YAML).")
]


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


@app.command("structure")
def structure_command(
    file: Annotated[Path, typer.Argument(help="Regulation: Markdown, text, Word (.docx) or PDF with text.")],
    vocabulary: Words = None,
    model: Annotated[
        str, typer.Option(help="Draft with this model of ONETHING_POLICY_MODEL_URL instead of the parser.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Text to tree, references and drafts of rules. Exit codes: 2 unreadable, 4 scanned PDF or no answer from the model."""
    words = load_vocabulary(vocabulary) if vocabulary else Vocabulary()
    found = structure(read_file(file), file.name, _drafter(model, words))
    if as_json:
        _print(found.as_dict())
    else:
        show_structure(found)


def _drafter(model: str, words: Vocabulary) -> Drafter:
    if not model:
        return ParserDrafter(words)
    from onething.policy.drafting.model import ModelDrafter

    return ModelDrafter.from_settings(model, words)
