"""Files for readers of PDF, and what a downloaded certificate is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.dispositions import attachment


@pytest.mark.parametrize(
    ("name", "plain", "coded"),
    [
        ("营业执照-某某公司.pdf", 'filename="business_licence.pdf"', "%E8%90%A5%E4%B8%9A"),
        ("a b.pdf", 'filename="a b.pdf"', "a%20b.pdf"),
        ('"; x=".pdf', 'filename="business_licence.pdf"', "%22%3B%20x%3D%22.pdf"),
    ],
)
def test_a_download_is_named_in_any_language(name: str, plain: str, coded: str) -> None:
    told = attachment(name, fallback="business_licence")
    assert plain in told
    assert coded in told


@given(st.text(max_size=40))
def test_no_name_breaks_the_header(name: str) -> None:
    told = attachment(name.encode("utf-8", "ignore").decode() + ".pdf")
    assert told.isascii()
    assert "\n" not in told.replace(name, "")
    assert told.count('"') == 2
