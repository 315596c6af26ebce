"""Finds what cites an article: legal grounds anywhere in city packages, and regulations kept in the database."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

from onething.documents.prose.service import number
from onething.policy.amendments.models import Change, Cited

_ARTICLE = re.compile(r"第([〇零一二三四五六七八九十百千]+)条(?:之([一二三四五六七八九十]+))?")
_KINDS = (("checks", "check"), ("rules", "rule"), ("services", "service"), ("profile", "profile"), ("agencies", "agency"), ("policy", "clause"), ("risk", "risk"), ("evidence", "evidence"), ("trades", "permit"))  # fmt: skip


def articles_in(text: str) -> set[tuple[int, int]]:
    """(number, suffix) of the articles that a citation names: `第四十条、第四十二条第一款` names two."""
    found: set[tuple[int, int]] = set()
    for match in _ARTICLE.finditer(text):
        try:
            found.add((number(match[1]), number(match[2]) if match[2] else 0))
        except ValueError:  # 第一百条条 and the like: not a number of an article
            continue
    return found


def plain_title(title: str) -> str:
    """`《中华人民共和国契税法》(2020-08-11)` and 契税法 are one."""
    return re.sub(r"[《》\s]|[(（][^)）]*[)）]$|^中华人民共和国", "", title)


def cited_by(folder: Path, title: str) -> list[Cited]:
    """Every ground under `folder` that names the regulation. Files that are no YAML are passed over."""
    wanted = plain_title(title)
    found: list[Cited] = []
    for file in sorted(folder.rglob("*.yaml")):
        try:
            content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError, UnicodeDecodeError):
            continue
        relative = file.relative_to(folder).as_posix()
        kind = next((name for word, name in _KINDS if word in relative), "text")
        for path, name, ground in _grounds(content, "", ""):
            if plain_title(str(ground.get("title", ""))) == wanted and ground.get("article"):
                found.append(Cited(relative, path, kind, name, str(ground["article"])))
    return found


def _grounds(value: Any, path: str, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if isinstance(value, list):
        for place, each in enumerate(cast("list[Any]", value)):
            yield from _grounds(each, f"{path}[{place}]", name)
    elif isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        own = str(known.get("id", name))
        if "title" in known and "article" in known:
            yield path, own, known
        for key, each in known.items():
            yield from _grounds(each, f"{path}.{key}" if path else str(key), own)


def touched(changes: list[Change], cited: list[Cited]) -> list[tuple[Change, list[Cited]]]:
    """For each article that is not as it was, who cites it; articles that nobody cites have an empty list."""
    out: list[tuple[Change, list[Cited]]] = []
    for change in changes:
        if change.fate in ("same", "added"):
            continue
        numbers = {(article.number, article.suffix) for article in change.old}
        out.append((change, [each for each in cited if articles_in(each.article) & numbers]))
    return out
