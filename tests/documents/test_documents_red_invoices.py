"""Sums below nothing (红字发票) keep their sign wherever an amount is read: figures, capitals, codes, text, answers."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.print_lines import printed

from onething.catalog.models import FieldSpec as Field
from onething.core.i18n import Text
from onething.documents.fields.amounts import from_chinese, from_figures, to_chinese, written_amount
from onething.documents.fields.document_types import load_types
from onething.documents.reading.extract import Extractor, Sheet
from onething.documents.text.service import understand
from onething.review.formats import check_value, normal_form

sums = st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2)
INVOICE = load_types()["vat_invoice"]


@given(sums)
def test_a_sum_below_nothing_is_read_in_every_way_it_is_printed(amount: Decimal) -> None:
    for text in (
        f"-{amount}",
        f"¥-{amount:,}",
        f"-¥{amount:,}",
        f"￥-{amount}",
        f"−{amount}",
        f"({amount:,})",
        f"负{amount}元",
    ):
        assert written_amount(text) == -amount, text
        assert from_figures(text) == -amount, text
    for words in (
        f"负{to_chinese(amount)}",
        f"（负数）{to_chinese(amount)}",
        f"(负数){to_chinese(amount)}",
        to_chinese(-amount),
    ):
        assert from_chinese(words) == -amount, words


@given(sums)
def test_a_sum_above_nothing_stays_above(amount: Decimal) -> None:
    assert from_figures(f"¥{amount:,}") == amount
    assert from_chinese(to_chinese(amount)) == amount


def test_a_red_invoices_fields_keep_their_sign() -> None:
    def fields(rows: dict[int, str]) -> dict[str, str]:
        lines = [printed(text, 100, y) for y, text in rows.items()]
        blank = np.zeros((600, 900, 3), np.uint8)
        found, _ = Extractor(None, INVOICE, Sheet(blank, blank, lines)).run(date(2026, 12, 1))
        return {name: field.value for name, field in found.items()}

    red = fields({100: "合计 ¥-1,000.00 ¥-130.00", 150: "价税合计（大写）（负数）壹仟壹佰叁拾圆整 （小写）¥-1,130.00"})
    assert red == {"amount": "-1000.00", "tax": "-130.00", "total": "-1130.00", "total_words": "-1130.00"}
    plain = fields({100: "合计 ¥1,000.00 ¥130.00"})
    assert (plain["amount"], plain["tax"]) == ("1000.00", "130.00")


def test_a_credit_in_a_text_is_below_nothing_also_in_capitals() -> None:
    found = understand("价税合计人民币(负数)壹仟壹佰叁拾元整。")
    assert [amount.yuan for amount in found.amounts] == [Decimal("-1130.00")]


@pytest.mark.parametrize(("low", "good"), [(None, False), (-10_000.0, True), (-100.0, False)])
def test_an_answer_below_nothing_is_taken_where_the_catalog_says_so(low: float | None, good: bool) -> None:
    spec = Field(id="total", name=Text.same("total"), type="money", low=low)
    assert normal_form(spec, "¥-1,130.00") == "-1130"
    assert (check_value(spec, "-1130.00", date(2026, 11, 30)) is None) is good
