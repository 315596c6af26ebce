"""Whatever the reader mends, a page says why, in both languages."""

from typing import get_args

import pytest

from onething.core.i18n import LANGS, Lang
from onething.documents.models import Reason
from onething.intake.service import mended_words
from onething.web.view.pictures import picture_of


@pytest.mark.parametrize("lang", LANGS)
def test_every_reason_the_reader_can_give_has_words_of_its_own(lang: Lang) -> None:
    words = [mended_words(reason).get(lang) for reason in get_args(Reason)]
    assert len(words) >= 12
    assert all(words)
    assert len({*words, mended_words("nobody knows").get(lang)}) == len(words) + 1, "each reason reads differently"


def test_what_browsers_cannot_show_has_no_picture_until_it_is_read() -> None:
    """A HEIC or a scan in TIFF keeps its place by an icon while it is queued."""
    for media_type in ("image/heic", "image/tiff", "application/pdf", "application/ofd", ""):
        assert picture_of(None, "ab" * 32, media_type) is None
        assert picture_of("cd" * 32, "ab" * 32, media_type) == ("cd" * 32, "image/jpeg")
    assert picture_of(None, "ab" * 32, "image/png") == ("ab" * 32, "image/png")
