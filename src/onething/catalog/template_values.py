"""Which values a certificate's template prints, in the order in which they stand on it. Read from its text, never drawn."""

import re
from functools import lru_cache
from pathlib import Path

_NAMED = re.compile(r"""(?:\bvalue|data\.at)\(\s*"([a-z_0-9]+)"|\bdata\.(?!at\b)([a-z_0-9]+)""")
BLOCKS = {
    "refusal": (
        "applicant", "case_reference", "matter", "matter_en", "reason", "reason_en", "ground", "decided_by", "decided_on",
        "issuer",
    ),
}  # fmt: skip
"""Blocks of the templates' library that print values by themselves, with these values in this order."""


def values_printed_by(template: Path) -> tuple[str, ...]:
    """Names of the values that a template prints, each once, in its order. Raises `OSError`."""
    return _read(template, template.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(template: Path, _changed: int) -> tuple[str, ...]:
    text = template.read_text(encoding="utf-8")
    for block, names in BLOCKS.items():
        text = text.replace(f"#{block}(", "".join(f'value("{name}") ' for name in names) + f"#{block}(")
    named = (name for found in _NAMED.finditer(text) for name in found.groups() if name)
    return tuple(dict.fromkeys(named))
