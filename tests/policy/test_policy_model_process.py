"""A drafting model as an installation has one: another process behind an OpenAI-compatible address, whose drafts pass the checks of every draft."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.policy.cli import app

LAW = "# 云州市条例\n\n第一条 从业人员不足三百人的企业，给予补贴5万元。\n\n第二条 从业人员不足三百人的企业，给予补贴5万元。\n"
MODEL = '''
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

class Model(BaseHTTPRequestHandler):
    """The first paragraph is drafted honestly, the second with a number that is not in the text."""
    asked = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers.get("Authorization"), body["model"]))
        quote = "从业人员不足三百人的企业，给予补贴5万元"
        amount = "50000" if len(self.asked) == 1 else "90000"
        condition = {"quote": "从业人员不足三百人", "fact": "从业人员", "op": "<", "value": 300, "unit": "人"}
        clause = {"quote": quote, "modality": "right", "subject": "企业", "benefit": "补贴", "conditions": [condition], "value": amount}
        answer = json.dumps({"clauses": [clause], "not_understood": []}, ensure_ascii=False)
        out = json.dumps({"choices": [{"message": {"content": answer}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)
        print(json.dumps(self.asked[-1]), flush=True)

    def log_message(self, *args):
        pass

server = HTTPServer(("127.0.0.1", 0), Model)
print(server.server_port, flush=True)
server.serve_forever()
'''


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([sys.executable, "-c", MODEL], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        monkeypatch.setenv("ONETHING_POLICY_MODEL_URL", f"http://127.0.0.1:{process.stdout.readline().strip()}/v1")
        monkeypatch.setenv("ONETHING_POLICY_MODEL_KEY", "only-for-tests")
        get_settings.cache_clear()
        yield process
        process.kill()
    get_settings.cache_clear()


def structured(folder: Path, *more: str) -> Any:
    (folder / "law.md").write_text(LAW, encoding="utf-8")
    return CliRunner().invoke(app, ["structure", str(folder / "law.md"), "--json", *more])


def test_drafts_of_a_model_in_another_process_are_checked_like_all_others(model: "subprocess.Popen[str]", tmp_path: Path) -> None:  # fmt: skip
    result = structured(tmp_path, "--model", "qwen-test")
    assert result.exit_code == 0, result.output
    honest, lying = json.loads(result.stdout)["drafts"]
    assert model.stdout is not None
    assert json.loads(model.stdout.readline()) == ["/v1/chat/completions", "Bearer only-for-tests", "qwen-test"]
    assert (honest["made_by"], honest["problems"]) == ("model:qwen-test", [])
    assert "从业人员 < 300" in honest["rules"]
    assert lying["problems"]
    # The built-in parser gives a draft of the same clause with the same limit, under the same checks.
    plain = json.loads(structured(tmp_path).stdout)["drafts"]
    assert [each["problems"] for each in plain] == [[], []]
    assert "从业人员 < 300" in plain[0]["rules"]


def test_without_an_answer_the_command_says_so_and_what_to_do(model: "subprocess.Popen[str]", tmp_path: Path) -> None:
    model.kill()
    model.wait()
    result = structured(tmp_path, "--model", "qwen-test")
    assert isinstance(result.exception, Problem)
    assert (result.exception.kind.code, result.exception.kind.exit_code) == ("policy.model_failed", 4)
