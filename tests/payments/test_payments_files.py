"""Payment files read back as they were written; what was tampered with is refused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.errors import Problem
from onething.payments.iso20022 import printable, read_pain001, write_camt053, write_pain001
from onething.payments.models import Entry, Instruction, Payee
from onething.payments.statements import read_statements

AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
WORDS = (
    st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20)
    .map(printable)
    .filter(bool)
)
REFERENCES = st.from_regex(r"[A-Z0-9\-]{1,35}", fullmatch=True)
INSTRUCTIONS = st.builds(Instruction, REFERENCES, st.integers(1, 10**13), st.builds(Payee, st.just(""), WORDS, WORDS, WORDS), WORDS)  # fmt: skip
ENTRIES = st.builds(Entry, REFERENCES, st.one_of(st.just(""), REFERENCES), st.integers(-(10**13), 10**13).filter(bool), st.just("2026-11-25"), WORDS)  # fmt: skip


@given(st.lists(INSTRUCTIONS, min_size=1, max_size=5))
def test_instructions_come_back_as_they_went(wanted: list[Instruction]) -> None:
    assert read_pain001(write_pain001("MSG-1", wanted, "财政专户", "33010001", AT)) == ("MSG-1", wanted)


@given(st.lists(ENTRIES, max_size=5, unique_by=lambda e: e.reference))
def test_a_statement_comes_back_as_it_went(entries: list[Entry]) -> None:
    (told,) = read_statements(write_camt053("S1", entries, "33010001", 10**15, AT), "33010001")
    assert [each.named(each.reference) for each in told.entries] == [
        replace(each, account="33010001") for each in entries
    ]


def test_a_changed_amount_or_count_is_refused() -> None:
    good = write_pain001(
        "M", [Instruction("E1", 10_000, Payee("", "甲公司", "622200001111"), "补贴")], "财政", "33", AT
    )
    for old, new in ((b">100.00</InstdAmt>", b">900.00</InstdAmt>"), (b"<NbOfTxs>1<", b"<NbOfTxs>2<"), (b"100.00<", b"100.001<")):  # fmt: skip
        assert old in good
        with pytest.raises(Problem, match="bad_file"):
            read_pain001(good.replace(old, new))


def test_a_statement_that_does_not_add_up_is_refused() -> None:
    good = write_camt053("S1", [Entry("R1", "E1", -10_000, "2026-11-25")], "33", 50_000, AT)
    with pytest.raises(Problem, match="bad_file"):
        read_statements(good.replace(b">400.00<", b">500.00<"))


@pytest.mark.parametrize("content", [b"", b"<a/>", b"%PDF-1.7", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'])  # fmt: skip
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(Problem, match="bad_file"):
        read_statements(content)


def test_one_unprintable_name_stops_no_batch() -> None:
    """A name with a bidi mark, a half character and a line feed of another system goes out as what a reader sees of it."""
    odd = Payee("", "甲\u202e公司\x0b\ud800", "6222", "杭州\ufeff银行")
    sent = write_pain001("M", [Instruction("E1", 100, odd, "补贴"), Instruction("E2", 200, Payee("", "乙公司", "6223"), "补贴")], "财政", "33", AT)  # fmt: skip
    assert [(each.payee.name, each.fen) for each in read_pain001(sent)[1]] == [("甲公司", 100), ("乙公司", 200)]


def test_the_day_of_execution_is_that_of_china() -> None:
    late = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    sent = write_pain001("M", [Instruction("E1", 100, Payee("", "甲", "6222"), "补贴")], "财政", "33", late)
    assert b"<Dt>2026-11-26</Dt>" in sent
