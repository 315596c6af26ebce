"""`make demo` in small: everything starts, one case is filed and finished, everything stops; then once more."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

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
def test_the_demo_stops_cleanly_while_it_starts_and_files_a_case_when_it_is_started_again(command: list[str]) -> None:
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

    done = subprocess.run([*command, "--once"], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 份证照" in done.stdout
    assert "everything is ready" in done.stdout
