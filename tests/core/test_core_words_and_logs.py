"""Errors, languages, logs and files: what people read is complete, what is logged gives nobody away."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core import errors, logs
from onething.core.blobs import BlobStore, get_blobs
from onething.core.errors import NOT_FOUND, Problem, define
from onething.core.i18n import Text, negotiate
from onething.core.private import _key_file, keyed_hash
from onething.core.settings import get_settings

ID, PHONE, CARD = "11010519491231002X", "13812345678", "6222021234567890123"


def test_a_code_is_defined_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        define("core.not_found", 404, zh=("一", "二"), en=("one", "two"))


def test_every_known_error_says_what_and_what_next_in_both_languages() -> None:
    kinds = errors.all_kinds()
    assert len(kinds) >= 6
    for kind in kinds:
        assert "." in kind.code
        assert 400 <= kind.status < 600
        for text in (kind.what, kind.next):
            assert any("\u4e00" <= c <= "\u9fff" for c in text.zh), kind.code
            assert text.en.strip(), kind.code
            assert not any("\u4e00" <= c <= "\u9fff" for c in text.en), kind.code


def test_a_problem_fills_its_words_by_language_and_keeps_detail_inside() -> None:
    problem = Problem(errors.BAD_REQUEST, detail="raw", field=Text(zh="出生日期", en="date of birth"))
    assert "出生日期" in problem.what.zh
    assert "date of birth" in problem.what.en
    assert "raw" not in problem.what.zh + problem.next.zh
    assert str(problem) == "core.bad_request: raw"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "zh"), ("", "zh"), ("en", "en"), ("en-GB,en;q=0.9,zh;q=0.8", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.2", "en"), ("fr", "zh"), ("zh;q=0.1,en;q=0.5", "en"), ("en;q=oops", "zh"), ("*", "zh"), ("EN-us", "en"),
    ],
)  # fmt: skip
def test_the_browsers_wish_decides_the_language(header: str | None, lang: str) -> None:
    assert negotiate(header) == lang


@given(st.text(max_size=60))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert negotiate(header) in ("zh", "en")


def entry(**values: Any) -> str:
    return json.dumps(dict(logs.mask_processor(None, "info", {"event": "x", **values})), ensure_ascii=False)


def test_identifiers_are_covered_wherever_they_stand() -> None:
    text = f"{ID}/{PHONE}、卡{CARD}。"
    for made in (
        entry(event=text), entry(url=f"/q?id={ID}"), entry(people=[{"a": {"b": text}}]), entry(exception=f"Error: {text}"),
        entry(pair=(PHONE, CARD)),
    ):  # fmt: skip
        assert ID not in made
        assert PHONE not in made
        assert CARD not in made


def test_private_keys_are_covered_whole_and_others_stay() -> None:
    made = entry(name="王小丽", nested={"id_number": "short", "agency": "police"}, case_id="case_1", phone="")
    assert "王小丽" not in made
    assert "short" not in made
    assert "police" in made
    assert "case_1" in made


def test_endless_values_are_cut() -> None:
    deep: Any = "leaf"
    for _ in range(50):
        deep = {"a": [deep]}
    assert "leaf" not in entry(deep=deep)
    assert len(entry(many=list(range(10_000)))) < 500


def test_libraries_logging_the_usual_way_are_covered_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("somebody").warning("asked for %s and %s", ID, PHONE)
    logs.get_logger("here").warning("asked", number=ID)
    written = capsys.readouterr().err
    assert "asked for" in written
    assert ID not in written
    assert PHONE not in written


def test_where_lines_are_objects_those_of_libraries_are_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "log_json", True)
    logs.configure()
    try:
        raise LookupError(ID)
    except LookupError:
        logging.getLogger("somebody.else").exception("call %s\nof two lines", PHONE)
    logs.get_logger("core").warning("ours")
    theirs, ours = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert theirs.keys() - ours.keys() == {"exception"}
    assert (theirs["room"], theirs["level"], theirs["event"]) == (
        "somebody.else",
        "error",
        "call 138****78\nof two lines",
    )
    assert "LookupError: 110***2X" in theirs["exception"]
    monkeypatch.undo()
    logs.configure()


@given(st.text(alphabet="0123456789X abc", max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert logs.mask(logs.mask(text)) == logs.mask(text)


def test_blobs_come_back_and_are_stored_once(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    digest = store.put(b"photo")
    assert store.put(b"photo") == digest
    assert store.get(digest) == b"photo"
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [digest[2:]]
    assert store.path(digest).read_bytes() == b"photo"
    assert get_blobs().root == get_settings().data_dir / "blobs"


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64])
def test_what_is_no_blob_is_not_found(tmp_path: Path, digest: str) -> None:
    with pytest.raises(Problem) as problem:
        BlobStore(tmp_path).get(digest)
    assert problem.value.kind is NOT_FOUND


def test_a_blob_is_never_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError("no space left on device")

    store = BlobStore(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        store.put(b"photo")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    assert store.get(store.put(b"photo")) == b"photo"


def test_the_lookup_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "lookup.key"
    first = _key_file(path)
    _key_file.cache_clear()
    assert _key_file(path) == first
    assert len(first) == 64
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in path.parent.iterdir()] == ["lookup.key"]


def test_a_shared_lookup_key_makes_machines_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    own = keyed_hash("subject", ID)
    monkeypatch.setenv("ONETHING_LOOKUP_KEY", "shared")
    get_settings.cache_clear()
    shared = keyed_hash("subject", ID)
    assert shared != own
    monkeypatch.setenv("ONETHING_DATA_DIR", "/nowhere")
    get_settings.cache_clear()
    assert keyed_hash("subject", ID) == shared
