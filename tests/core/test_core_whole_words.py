"""Tables on a narrow terminal break no word."""

import io
import re

import pytest
from rich.console import Console
from rich.table import Table

from onething.core.whole_words import print_table

ROWS = [
    ("household_registration", "birth_certificate, parents_household", "Household Registration Ordinance, Article 7"),
    ("出生户口登记", "birth_record", "《中华人民共和国户口登记条例》第七条"),
]


def shown(width: int) -> str:
    table = Table("Service", "Needs", "Law", title="Birth")
    for row in ROWS:
        table.add_row(*row)
    out = io.StringIO()
    print_table(Console(file=out, width=width), table)
    return out.getvalue()


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120])
def test_every_word_is_there_whole_at_any_width(width: int) -> None:
    text = shown(width)
    for row in ROWS:
        for word in re.findall(r"[!-~]+", " ".join(row)):
            assert word in text, (width, word)
    assert "Birth" in text


def test_a_table_that_fits_stays_a_table_and_one_that_does_not_becomes_blocks() -> None:
    assert "┃" in shown(120)
    assert "Service: household_registration\nNeeds: birth_certificate" in shown(40)
