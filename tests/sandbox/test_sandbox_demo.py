"""`make demo` in small: everything starts, one case is filed and finished, everything stops; then once more."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from onething.sandbox.population.personas import table

COMMAND = [sys.executable, "-c", "from onething.host.cli import main; main()", "sandbox", "demo", "--people", "100"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    return [
        *COMMAND,
        "--port",
        str(free_port()),
        "--base-port",
        "0",
        "--dir",
        str(tmp_path / "demo"),
        "--cache",
        str(tmp_path / "cities"),
    ]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_demo_stops_cleanly_while_it_starts_and_files_a_case_when_it_is_started_again(
    command: list[str], tmp_path: Path
) -> None:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout
    for line in process.stdout:
        if "web server" in line:
            break
    time.sleep(1)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 10
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert not psutil.wait_procs(family, timeout=20)[1]

    traces = tmp_path / "traces.jsonl"
    env = {**os.environ, "ONETHING_TRACES_FILE": str(traces), "ONETHING_LOG_LEVEL": "INFO"}
    done = subprocess.run([*command, "--once"], capture_output=True, text=True, timeout=600, check=False, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 份证照" in done.stdout
    assert "everything is ready" in done.stdout
    check_traces(traces)


def check_traces(path: Path) -> None:
    """One correlation id from the request that submitted, through the worker, to the agencies that it asked and the phone."""
    spans = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (submitted,) = {each["trace"] for each in spans if each["name"].startswith("POST") and "submit" in each["name"]}
    together = [each for each in spans if each["trace"] == submitted]
    processes = {each["process"] for each in together}
    assert {"web", "worker", "sandbox-police", "sandbox-medins", "sandbox-phone"} <= processes
    by_span = {each["span"]: each for each in together}
    at_police = next(each for each in together if each["process"] == "sandbox-police")
    road = [at_police]
    while road[-1]["parent"] in by_span:
        road.append(by_span[road[-1]["parent"]])
    assert [each["process"] for each in road][-1] == "web"
    assert "worker" in [each["process"] for each in road]
    assert any(each["name"].startswith("ask police.") for each in road)
    everything = path.read_text(encoding="utf-8")
    for persona in table():  # nobody's name, number or telephone
        for private in (persona["mother"]["name"], persona["mother"]["phone"]):
            assert private not in everything
    told = json.dumps(
        [each | {"trace": "", "span": "", "parent": ""} for each in spans]
    )  # ids are random figures and letters
    assert not re.search(r"[0-9]{17}[0-9X]", told)
