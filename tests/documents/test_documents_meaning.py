"""Values compared by meaning: the same in two spellings, really different, or not to be told; and models that lie."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.core.variants import CANONICAL
from onething.documents.text.model import OpenAiProposer
from onething.documents.text.service import same_address, same_meaning, same_name, understand


@pytest.mark.parametrize(
    ("kind", "left", "right", "same", "code"),
    [
        ("name", "张三", "張三", True, "variant_characters"),
        ("name", "王喆", "王□", None, "rare_character_missing"),
        ("name", "王喆", "王zhe", None, "rare_character_missing"),
        ("name", "李四", "李五", False, "different"),
        ("name", "阿依古丽·买买提", "阿依古丽•买买提", True, "width"),
        ("organisation", "上海星河信息科技有限公司", "上海星河信息科技有限责任公司", True, "suffix"),
        ("organisation", "星河信息科技(上海)有限公司", "上海星河信息科技有限公司", True, "place_in_name"),
        ("organisation", "上海星河公司", "上海星河信息科技有限公司", None, "short_name"),
        ("organisation", "北京星河信息科技有限公司", "上海星河信息科技有限公司", False, "different"),
        ("organisation", "上海星河科技有限公司", "上海星河科技股份有限公司", False, "different"),
        ("address", "上海市浦东新区世纪大道一百号3幢502室", "浦东新区世纪大道100号3号楼502", True, "left_out"),
        ("address", "上海市黄浦区方斜路419号6号楼502室", "上海黄浦方斜路419号6-502", True, "spelling"),
        ("address", "上海市黄浦区方斜路419号6号楼502室", "上海市黄浦区方斜路419号6号楼503室", False, "numbers_differ"),
        ("address", "上海市黄浦区方斜路419号", "上海市徐汇区方斜路419号", False, "place_differs"),
        ("address", "上海市黄浦区方斜路419号6号楼502室", "上海市黄浦区方斜路419号", None, "left_out"),
        ("amount", "叁仟伍佰元整", "3,500.00", True, "width"),
        ("amount", "12.8万元", "12800", False, "numbers_differ"),
        ("date", "二〇二六年十一月三日", "2026.11.3", True, "width"),
        ("date", "2026年11月", "2026-11-03", None, "left_out"),
    ],
)  # fmt: skip
def test_values_are_compared_by_meaning(kind: str, left: str, right: str, same: bool | None, code: str) -> None:
    told = same_meaning(kind, left, right)
    assert (told.same, told.code) == (same, code)
    assert told.reason.zh
    assert told.reason.en


_KINDS = st.sampled_from(["name", "organisation", "address", "amount", "date", "text"])


@settings(max_examples=150, deadline=None)
@given(_KINDS, st.text(max_size=24), st.text(max_size=24))
def test_comparing_takes_no_sides_and_never_fails(kind: str, left: str, right: str) -> None:
    there, back = same_meaning(kind, left, right), same_meaning(kind, right, left)
    assert there.same == back.same
    assert 0 <= there.score <= 1
    assert there.same is not True or there.score >= 0.7


@settings(max_examples=80, deadline=None)
@given(st.text("王张陈劉國強喆升昇峰峯欧歐", min_size=2, max_size=4))
def test_a_name_in_variant_characters_is_the_same_name(name: str) -> None:
    assert same_name(name, name.translate(CANONICAL)).same is True


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 2999), st.integers(1, 60), st.integers(101, 2999), st.integers(1, 5))
def test_another_number_is_never_the_same_address(road: int, building: int, room: int, shift: int) -> None:
    one = f"上海市静安区南京西路{road}号{building}幢{room}室"
    assert same_address(one, f"静安区南京西路{road}号{building}号楼{room}").same is True
    assert same_address(one, f"上海市静安区南京西路{road + shift}号{building}幢{room}室").same is False
    assert same_address(one, f"上海市静安区南京西路{road}号{building}幢{room + shift}室").same is False


# -- models -------------------------------------------------------------------------------------------------------

TEXT = "本人王小明委托邻居代办,他叫赵铁柱。每月付3500元,房子在上海市浦东新区世纪大道100号。身份证号110101199003077774。"


class _Model(BaseHTTPRequestHandler):
    answer: Any = None
    status = 200
    seen: list[dict[str, Any]] = []  # noqa: RUF012 - a fake server's notebook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).seen.append({"path": self.path, "body": body, "key": self.headers.get("Authorization")})
        content = type(self).answer if isinstance(type(self).answer, str) else json.dumps(type(self).answer)
        out = json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()
        self.send_response(type(self).status)
        self.end_headers()
        self.wfile.write(out)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def model() -> Iterator[str]:
    _Model.answer, _Model.status, _Model.seen = {}, 200, []
    server = HTTPServer(("127.0.0.1", 0), _Model)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.mark.slow
def test_a_model_adds_what_the_rules_missed(model: str) -> None:
    _Model.answer = {"parties": [{"text": "赵铁柱", "role": "agent"}]}
    found = understand(TEXT, proposer=OpenAiProposer(model, "small", "secret"))
    assert ("赵铁柱", "agent", "model") in {(each.name, each.role, each.source) for each in found.parties}
    assert _Model.seen[0]["path"] == "/v1/chat/completions"
    assert _Model.seen[0]["key"] == "Bearer secret"


def test_a_model_that_lies_is_not_believed(model: str) -> None:
    _Model.answer = {
        "parties": [{"text": "李大壮", "role": "buyer"}, {"text": "每月付", "role": "seller"}],
        "ids": [{"text": "110101199003077775"}, {"text": "11010119900307777"}],
        "amounts": [{"text": "500元"}, {"text": "9999元"}],
        "dates": [{"text": "2026-02-30"}],
        "addresses": [{"text": "北京市朝阳区建国路93号"}, {"text": "委托邻居代办"}],
        "purposes": [{"text": "购房"}],
        "secrets": [{"text": "王小明"}],
    }
    found, ours = understand(TEXT, proposer=OpenAiProposer(model, "small")), understand(TEXT)
    for name in ("parties", "ids", "amounts", "dates", "addresses", "purposes"):
        assert getattr(found, name) == getattr(ours, name), name
    assert sum(doubt.code == "model_refused" for doubt in found.doubts) == 10


@pytest.mark.parametrize(
    ("answer", "status"), [("no json at all", 200), ([1, 2], 200), ({"parties": "x"}, 200), ({}, 500)]
)
def test_a_model_that_breaks_costs_nothing(model: str, answer: Any, status: int) -> None:
    _Model.answer, _Model.status = answer, status
    found, ours = understand(TEXT, proposer=OpenAiProposer(model, "small", timeout=5)), understand(TEXT)
    assert (found.parties, found.amounts) == (ours.parties, ours.amounts)


def test_a_silent_model_is_told(model: str) -> None:
    found = understand(TEXT, proposer=OpenAiProposer("http://127.0.0.1:9/v1", "small", timeout=2))
    assert [doubt.code for doubt in found.doubts] == ["model_silent"]
