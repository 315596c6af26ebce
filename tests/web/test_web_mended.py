"""Whatever the reader mends, a page says why, in both languages."""

from typing import get_args

import pytest

from onething.core.i18n import LANGS, Lang
from onething.documents.models import Reason
from onething.web import messages


@pytest.mark.parametrize("lang", LANGS)
def test_every_reason_the_reader_can_give_has_words_of_its_own(lang: Lang) -> None:
    known = messages.messages(lang)
    words = [known.get(f"filing.mended_by.{reason}") for reason in get_args(Reason)]
    assert len(words) >= 12
    assert all(words)
    assert len({*words, known["filing.mended_by.other"]}) == len(words) + 1, "each reason reads differently"
