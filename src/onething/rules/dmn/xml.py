"""DMN files as elements without namespaces: versions 1.1 to 1.5 differ in namespace URIs, hardly in element names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from onething.rules.errors import RuleError, problem

MAX_BYTES = 20_000_000


class UnsupportedError(ValueError):
    """A part of DMN that this implementation declares it does not have."""


def read(path: Path) -> Element:
    """The root of a DMN or test file. Raises `RuleError`."""
    if not path.is_file():
        raise RuleError([problem("rules.no_file", "没有这个文件", "There is no such file", file=str(path))])
    return parse(path.read_bytes(), str(path))


def parse(content: bytes, file: str = "") -> Element:
    if len(content) > MAX_BYTES:
        raise RuleError([problem("rules.too_large", "文件超过 20 MB", "The file is larger than 20 MB", file=file)])
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        raise RuleError([problem("rules.xml", f"XML 写法有误:{error}", f"Broken XML: {error}", file=file, place=f"{line}:{column}")]) from None  # fmt: skip
    except (DefusedXmlException, ValueError, RecursionError) as error:
        raise RuleError([problem("rules.xml", "XML 含有不允许的内容", f"The XML holds something not allowed ({type(error).__name__})", file=file)]) from None  # fmt: skip
    return root


def local(element: Element) -> str:
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    tag: Any = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Direct children with one of the names (all when none is given)."""
    for child in element:
        if not names or local(child) in names:
            yield child


def child(element: Element, *names: str) -> Element | None:
    return next(children(element, *names), None)


def text(element: Element | None) -> str:
    """The text inside a `<text>` child, or of the element itself."""
    if element is None:
        return ""
    inner = child(element, "text")
    return ((inner if inner is not None else element).text or "").strip()


def attribute(element: Element, name: str, default: str = "") -> str:
    """An attribute whatever its namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return default
