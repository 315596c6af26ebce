"""The rules of a city by name: whose they are, what they may read, and which version is in force on a day.

A rule's name is the place of its ruleset in the package, `newborn/rules/decisions.yaml#household_registration`. The
package's own text is version 0; officials' versions (`rules.service`) take its place from the day they go live.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from sqlalchemy.exc import DBAPIError

from onething.catalog.models import City, EvidenceType, FieldSpec, LifeEvent
from onething.core.access import Principal
from onething.core.db import Database, get_database, has_table
from onething.core.i18n import Text, texts_of
from onething.core.processes import process
from onething.core.rights.service import Decision, may, scope_of
from onething.rules import service as rules
from onething.rules.models import FactSpec, FactType
from onething.rules.service import RuleSet, Whose

say = texts_of(__name__)

FRESH_SECONDS = 1.0
"""How long another process's approval may stay unseen."""


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One ruleset of the city."""

    name: str
    path: Path
    ruleset: str
    event: LifeEvent
    title: Text
    kind: str
    agencies: tuple[str, ...]
    """Whose officers write and approve it."""
    services: tuple[str, ...]
    city: str = ""
    named: Text | None = None
    """How these agencies are called."""

    @property
    def whose(self) -> Whose:
        """Whose rules these are, as rights are asked."""
        return Whose(scope_of(*self.agencies, city=self.city, named=self.named))


_known: dict[tuple[Path, str], tuple[RuleEntry, ...]] = {}


def rule_entries(city: City) -> tuple[RuleEntry, ...]:
    """Every ruleset of the installed package, in the order of life events and files."""
    key = (city.folder, city.version)
    if key not in _known:
        if len(_known) > 16:
            _known.clear()
        _known[key] = _entries(city)
    return _known[key]


def _entries(city: City) -> tuple[RuleEntry, ...]:
    found: list[RuleEntry] = []
    for event in city.life_events:
        for path in sorted((city.folder / event.id / "rules").glob("*.yaml")):
            name = path.relative_to(city.folder).as_posix()
            loaded = rules.load_file(path).values()
            found.extend(_entry(city, event, path, f"{name}#{ruleset.id}", ruleset) for ruleset in loaded)
    return tuple(found)


def _entry(city: City, event: LifeEvent, path: Path, name: str, ruleset: RuleSet) -> RuleEntry:
    refs = {f"rules/{path.name}#{ruleset.id}", f"rules/{path.name}"}
    users = [service for service in event.services if service.rules in refs]
    agencies = tuple(dict.fromkeys(service.agency for service in users)) or (event.lead_agency,)
    title = ruleset.spec.name or (users[0].name if users else _title(event, ruleset))
    named = Text.joined(city.short_label_of(each) for each in agencies)
    return RuleEntry(name, path, ruleset.id, event, title, ruleset.kind, agencies, tuple(each.id for each in users), city.id, named)  # fmt: skip


def _title(event: LifeEvent, ruleset: RuleSet) -> Text:
    if ruleset.kind == "review":
        return say("rulebook.pre_review", event=event.name)
    return Text(zh=ruleset.id, en=ruleset.id.replace("_", " "))


def may_write(principal: Principal, entry: RuleEntry) -> Decision:
    """Officers of the agency that owns the service."""
    return may(principal, entry.whose.draft, entry.whose.scope)


def may_approve(principal: Principal, entry: RuleEntry) -> Decision:
    """Another officer of that agency, or an administrator; that it is somebody else is checked with the version."""
    return may(principal, entry.whose.approve, entry.whose.scope)


def require(decision: Decision) -> None:
    """Raises the reason of a decision that says no."""
    if decision.reason is not None:
        raise decision.reason


# -- texts --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _package_text(path: Path, ruleset: str, _version: str) -> str:
    """The ruleset alone with the facts and parameters it shares: what an official's version starts from."""
    root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    kept: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in root.value:  # type: ignore[union-attr]
        if key.value == "rulesets":
            value.value = [_whole(each, path) for each in value.value if _id_of(each) == ruleset]
        kept.append((key, value))
    root.value = [(key, _used(key, value, rules.load_rules(path, ruleset))) for key, value in kept]  # type: ignore[union-attr]
    return yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=1000)  # pyright: ignore[reportUnknownMemberType]


def _used(key: yaml.Node, value: yaml.Node, ruleset: RuleSet) -> yaml.Node:
    """Of the parameters that a file shares among its rulesets, those that this one reads."""
    if key.value == "parameters":
        read = _reads(ruleset)
        value.value = [(name, each) for name, each in value.value if name.value in read]
    return value


def _reads(ruleset: RuleSet) -> set[str]:
    parts = [name for rule in ruleset.rules for name in rule.names]
    parts += [*(ruleset.value.names if ruleset.value else ()), *(ruleset.table.names if ruleset.table else ())]
    said = [words for rule in ruleset.rules for words in (rule.rule.text, rule.rule.unmet) if words]
    texts = " ".join(f"{words.zh} {words.en}" for words in said)
    return {name.split(".")[0] for name in parts} | {name for name in ruleset.spec.parameters if f"{{{name}" in texts}


def _id_of(node: yaml.Node) -> str:
    return next((str(value.value) for key, value in node.value if key.value == "id"), "")


def _whole(node: yaml.Node, path: Path) -> yaml.Node:
    """A table kept in a file beside is written into the text: a version must stand alone."""
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in node.value:
        if key.value != "table_file":
            pairs.append((key, value))
            continue
        table = rules.read_table(path.parent / str(value.value)).model_dump(mode="json", exclude_defaults=True)
        inner = yaml.compose(yaml.safe_dump(table, allow_unicode=True, sort_keys=False), Loader=yaml.SafeLoader)
        assert inner is not None  # noqa: S101 - what was just written is not empty
        pairs.append((yaml.ScalarNode("tag:yaml.org,2002:str", "table"), inner))
    node.value = pairs
    return node


def package_text(city: City, entry: RuleEntry) -> str:
    """Version 0: what the city package says."""
    return _package_text(entry.path, entry.ruleset, city.version)


def with_facts(city: City, entry: RuleEntry, ruleset: RuleSet) -> RuleSet:
    """The ruleset knowing every fact of the life event, so that checks can tell wrong names and wrong kinds."""
    known = dict(facts_of(city, entry.event))
    spec = ruleset.spec.model_copy(update={"facts": {**known, **ruleset.spec.facts}})
    return RuleSet(spec, source=ruleset.source)


_TYPES: dict[str, FactType] = {"bool": "bool", "number": "number", "money": "money", "date": "date", "datetime": "datetime"}  # fmt: skip


def facts_of(city: City, event: LifeEvent) -> list[tuple[str, FactSpec]]:
    """Every fact that a rule of this life event may read: dotted name, kind, allowed values, words."""
    found: list[tuple[str, FactSpec]] = []
    for slot in event.slots:
        kind = city.type_of(slot)
        fields = kind.fields if kind else ()
        found.extend((f"{slot.id}.{field.id}", _fact(slot.name, kind, field)) for field in fields)
    return found


def _fact(slot: Text | None, kind: EvidenceType | None, field: FieldSpec) -> FactSpec:
    first = slot or (kind.name if kind else Text.same(""))
    words = say("rulebook.fact", slot=first, field=field.name)
    values = tuple(field.codes) if field.codes else ()
    return FactSpec(type=_TYPES.get(field.type, "any"), name=words, values=values)


# -- what is in force ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules that decide on a day. `version` is `name@number`, or `name@0` for the city package."""

    ruleset: RuleSet
    version: str


@dataclass(frozen=True, slots=True)
class _Live:
    number: int
    live_from: date
    content: str


class _Versions:
    """Approved versions as the database has them, looked up at most once a second in each process."""

    def __init__(self) -> None:
        self.database: Database | None = None
        self._followed = False
        self._lock = threading.Lock()
        self._until = 0.0
        self._names: set[str] = set()
        self._live: dict[str, list[_Live]] = {}

    def follow(self, database: Database | None) -> None:
        with self._lock:
            self.database, self._until, self._live, self._followed = database, 0.0, {}, True

    def of(self, name: str) -> list[_Live]:
        database = self.database
        if database is None:
            if self._followed or not process.installed():
                return []
            database = get_database()
        with self._lock:
            if name not in self._names or time.monotonic() > self._until:
                self._names.add(name)
                self._live = self._read(database)
                self._until = time.monotonic() + FRESH_SECONDS
            return self._live.get(name, [])

    def _read(self, database: Database) -> dict[str, list[_Live]]:
        found: dict[str, list[_Live]] = {}
        try:
            with database.reading() as session:
                for each in rules.in_force(session, sorted(self._names)):
                    if each.live_from is not None:
                        found.setdefault(each.name, []).append(_Live(each.number, each.live_from, each.content))
        except DBAPIError:
            if self._followed or has_table(database, "rule_version"):
                raise
            return {}  # a command beside a database that was never made: the package alone decides
        return found


_versions = _Versions()


def follow_versions(database: Database | None) -> None:
    """From now on this process decides by officials' approved versions in `database` too; None: by the package alone. Without
    this call a process of an installation follows the installation's database, and any other the package."""
    _versions.follow(database)


@lru_cache(maxsize=512)
def _compiled(content: str, name: str) -> RuleSet:
    found = rules.parse_rules(content, name)
    wanted = name.partition("#")[2]
    if list(found) != [wanted]:
        words = say("rulebook.exactly", wanted=wanted)
        raise rules.RuleError([rules.RuleProblem("rules.other_ruleset", words, name)])
    return found[wanted]


def in_force(city: City, path: Path, ruleset: str | None, day: date) -> InForce:
    """The rules behind `rules_of(...)` that are in force on `day`. Raises `RuleError` for a broken package file."""
    name = _name_of(city.folder, path, ruleset or _only(path))
    for live in _versions.of(name):
        if live.live_from <= day:
            return InForce(_compiled(live.content, name), f"{name}@{live.number}")
    return _package_rules(city.version, path, ruleset, name)


@lru_cache(maxsize=512)
def _package_rules(_version: str, path: Path, ruleset: str | None, name: str) -> InForce:
    """The package's own rules, read once an edition of the package: its version is a digest of all its files."""
    return InForce(rules.load_rules(path, ruleset), f"{name}@0")


@lru_cache(maxsize=512)
def _name_of(folder: Path, path: Path, ruleset: str) -> str:
    return f"{path.relative_to(folder).as_posix()}#{ruleset}"


def _only(path: Path) -> str:
    return next(iter(rules.load_file(path)))


def compiled(text: str, name: str) -> RuleSet:
    """The one ruleset of a version's text. Raises `RuleError`."""
    return _compiled(text, name)


def names_of(entries: Iterable[RuleEntry]) -> list[str]:
    return [entry.name for entry in entries]
