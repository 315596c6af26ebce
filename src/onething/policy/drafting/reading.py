"""Parses the clauses of a paragraph, in their order."""

import re

from onething.policy.drafting.clause import parse_unit
from onething.policy.drafting.models import ParsedClause
from onething.policy.drafting.units import units
from onething.policy.models import Paragraph


def read_paragraph(paragraph: Paragraph, subject: str = "") -> list[ParsedClause]:
    """The clauses of a paragraph; the part that says 下列 (else the last) takes the items. A part after a semicolon inherits the subject."""
    found: list[ParsedClause] = []
    parts = list(units(paragraph.text, paragraph.span[0]))
    leads = [n for n, (text, _, _) in enumerate(parts) if re.search("下列|以下|如下", text)]
    leading = leads[-1] if leads else len(parts) - 1
    for n, (text, span, goes_on) in enumerate(parts):
        inherited = found[-1].subject if found and goes_on else subject
        found.append(parse_unit(text, span, paragraph.id, paragraph.items if n == leading else (), inherited))
    return found
