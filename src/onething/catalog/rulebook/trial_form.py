"""The facts that a ruleset reads as fields of a form: for an example that somebody types in, or a made-up one."""

from collections.abc import Mapping
from dataclasses import dataclass

from onething.catalog.models import City
from onething.catalog.rulebook.condition_words import Vocabulary
from onething.catalog.rulebook.rulebook import RuleEntry
from onething.core.i18n import Lang
from onething.rules.service import RuleSet


@dataclass(frozen=True, slots=True)
class Wanted:
    """One fact of an example, as a field of the form."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...]
    value: str


def wanted_facts(words: Vocabulary, ruleset: RuleSet, values: Mapping[str, str], lang: Lang) -> list[Wanted]:
    """What the rules read, in the order of the words; a slot named as a whole is left to be filled by its fields."""
    found: list[Wanted] = []
    for name in sorted(ruleset.names):
        spec = words.kinds.get(name) or ruleset.facts.get(name)
        kind = spec.type if spec else "any"
        codes = [str(value) for value in spec.values] if spec else []
        if kind == "bool":
            codes = ["true", "false"]
        options = tuple((code, (words.codes[code].get(lang) if code in words.codes else code)) for code in codes)
        found.append(Wanted(name, words.name(name, lang), kind, options, values.get(name, "")))
    return found


def made_up(city: City, entry: RuleEntry, ruleset: RuleSet) -> dict[str, str]:
    """A made-up subject from the examples of the catalogue; nobody's data."""
    found: dict[str, str] = {}
    for name in ruleset.names:
        slot_id, _, field = name.partition(".")
        slot = entry.event.slot(slot_id)
        kind = city.type_of(slot)
        spec = kind.field(field) if kind else None
        if spec is not None:
            found[name] = next(iter(spec.codes), "") if spec.codes else spec.example
    return {name: value for name, value in found.items() if value}
