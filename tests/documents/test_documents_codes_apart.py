"""Pictures of strangers are decoded in a process of their own: what it reads, and what its end, its time and its crash do here."""

import io
import os
import sys
from pathlib import Path

import pytest
import segno

from onething.core.errors import Problem
from onething.documents.files import codes_apart
from onething.documents.service import codes_in


def picture(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=8, border=6)
    return out.getvalue()


def test_a_code_is_read_and_the_decoder_was_not_in_this_process() -> None:
    loaded = set(sys.modules)
    assert codes_in(picture("https://city.example/verify/ABCD-2345")) == ["https://city.example/verify/ABCD-2345"]
    assert not {"zxingcpp", "onething.documents.files.codes"} & (set(sys.modules) - loaded)


@pytest.mark.slow
def test_what_is_no_picture_is_a_problem_in_words() -> None:
    for broken in (b"", b"not a picture", picture("x")[:60], b"%PDF-1.7\nnothing"):
        with pytest.raises(Problem) as refused:
            codes_in(broken)
        assert refused.value.kind.code.startswith("documents."), broken


@pytest.mark.parametrize(("code", "seconds"), [("import time; time.sleep(300)", 0.5), ("import os; os._exit(139)", 60)])
def test_a_decoder_that_hangs_or_dies_ends_alone(
    code: str, seconds: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}'\n")
    stand_in.chmod(0o755)
    codes_apart.close()
    monkeypatch.setattr(codes_apart.sys, "executable", str(stand_in))
    for _ in range(codes_apart.AT_ONCE + 1):  # every seat is given back
        with pytest.raises(Problem) as refused:
            codes_in(picture("x"), seconds=seconds)
        assert refused.value.kind.code == "documents.damaged"
    monkeypatch.undo()
    codes_apart.close()
    assert codes_in(picture("after")) == ["after"]


@pytest.mark.slow
def test_each_picture_has_a_process_to_itself_and_the_next_one_waits_ready() -> None:
    codes_in(picture("first"))
    (waiting,) = codes_apart._spares
    assert codes_in(picture("second")) == ["second"]
    assert waiting.returncode == 0  # it read this one and ended
    (another,) = codes_apart._spares
    assert another.pid != waiting.pid
    another.kill()  # one that dies while it waits harms nobody
    another.wait()
    assert codes_in(picture("third")) == ["third"]


def test_the_decoder_gets_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "secret")
    assert "ONETHING_TRUST_PASSPHRASE" not in codes_apart._environment()
    assert os.environ["ONETHING_TRUST_PASSPHRASE"] == "secret"
