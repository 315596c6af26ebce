"""Mistakes planted into the shipped cities, their kinds read from the schema of the files: `catalog check` finds them, where they are.

`python -m bench catalog_mistakes` plants more of each; figures stand in docs/catalog.md.
"""

import shutil
from pathlib import Path

import pytest
from bench.catalog_mistakes import CITIES, ROOT, Schema, Score, measure, mistakes

from onething.catalog.loading.keys_page import package_page
from onething.catalog.loading.loader import assemble
from onething.catalog.loading.schema import json_schema


@pytest.mark.slow
def test_nineteen_of_twenty_planted_mistakes_are_found_also_of_kinds_nobody_tuned_on(tmp_path: Path) -> None:
    both = {True: Score(), False: Score()}
    for city in CITIES:
        folder = Path(shutil.copytree(ROOT / city, tmp_path / city))
        for tuned, score in measure(city, folder, seed=2027, every=3).items():
            both[tuned].add(score)
    for tuned, score in both.items():
        assert score.planted >= 25
        assert score.share >= 0.95, (
            score.missed if tuned else f"{score.planted - score.found} of {score.planted} unseen"
        )
        assert score.placed / score.found >= 0.9


def test_every_text_of_a_package_says_in_the_schema_what_it_stands_for() -> None:
    """Else a new key would be planted with nothing, and nobody would see that it is not checked."""
    whole = json_schema()
    schema = Schema(whole)
    silent: set[str] = set()
    for city in CITIES:
        tree = {name: value for name, value in assemble((ROOT / city).resolve()).value.items() if name != "folder"}
        for place in schema.places(tree, whole):
            known = {"x-kind", "enum", "const", "format", "pattern"} & place.schema.keys()
            in_words = place.key.rpartition(".")[2] in ("zh", "en")
            if isinstance(place.value, str) and not known and not in_words and not place.is_key:
                silent.add(place.key)
    assert not silent


def test_every_key_of_every_file_says_what_it_holds() -> None:
    """In the schema that an editor shows, and so on the reference page."""
    whole = json_schema()
    silent = [
        f"{name}.{key}"
        for name, definition in [("City", whole), *whole["$defs"].items()]
        for key, value in definition.get("properties", {}).items()
        if name != "Text" and not value.get("description")
    ]
    assert silent == []
    assert "| `registry` | The operation that is asked. | operation | yes |" in package_page()


def test_the_same_seed_plants_the_same_mistakes() -> None:
    tree = assemble((ROOT / "shanghai").resolve()).value
    first, second = (mistakes(tree, seed=5) for _ in range(2))
    assert [(each.kind, each.at) for each in first] == [(each.kind, each.at) for each in second]
    assert {each.tuned for each in first} == {True, False}
