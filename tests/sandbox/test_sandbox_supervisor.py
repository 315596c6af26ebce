"""Starting and stopping: free ports, clean effects, children that die, parents that die."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from typer.testing import CliRunner

from onething.sandbox.cli import app
from onething.sandbox.service import running


def _wait_until(gone: list[psutil.Process]) -> list[psutil.Process]:
    return psutil.wait_procs(gone, timeout=10)[1]


@pytest.mark.slow
def test_each_run_starts_clean_and_leaves_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        with running(people=50, births=3, folder=tmp_path, only=("health", "identity")) as city:
            children = psutil.Process(city.pid).children()
            assert len(children) == 2
            birth = city.births()[0]
            body = {
                "Request": {
                    "Body": {"CertificateNo": birth["certificate_number"], "MotherIdNo": birth["mother_id_number"]}
                }
            }
            answer = httpx.post(f"{city.gateways['health']}/BirthService/IssueElectronic", json=body, headers={"Idempotency-Key": "k"})  # fmt: skip
            assert answer.json()["Response"]["Head"]["ResultCode"] == "0000"
        assert not _wait_until(children)
        assert not list(tmp_path.glob("run-*"))


@pytest.mark.slow
def test_a_killed_agency_comes_back_on_its_port_with_its_effects() -> None:
    with running(people=50, births=2, only=("tax",)) as city:
        url = city.gateways["tax"]
        body = {"SBBH": "1", "SFZJHM": "310104199403122622", "YJJE": 26500, "JFRSFZJHM": "310104199403122622"}
        httpx.post(f"{url}/SBF/CXJM/PAY", json=body, headers={"X-Serial-No": "k"})
        before = psutil.Process(city.pid).children()[0]
        os.kill(before.pid, signal.SIGKILL)
        assert httpx.get(f"{url}/_effects?key=k", timeout=10).json()["count"] == 1
        assert psutil.Process(city.pid).children()[0].pid != before.pid


def test_agencies_end_when_whoever_started_them_is_killed() -> None:
    script = (
        "from onething.sandbox.service import running\n"
        "import time\n"
        "with running(people=50, births=1, only=('tax', 'phone')) as city:\n"
        "    print(city.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    supervisor = psutil.Process(int(starter.stdout.readline()))
    family = [supervisor, *supervisor.children()]
    starter.kill()
    starter.communicate()
    assert not _wait_until(family)


@pytest.mark.slow
def test_children_end_when_the_supervisor_is_killed() -> None:
    with running(people=50, births=1, only=("tax", "phone")) as city:
        children = psutil.Process(city.pid).children()
        os.kill(city.pid, signal.SIGKILL)
        assert not _wait_until(children)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        if port > 65_000:
            pytest.skip("the port range ends here")
        result = CliRunner().invoke(app, ["up", "--people", "20", "--base-port", str(port), "--dir", str(tmp_path)])
    assert result.exit_code == 4
    assert str(port) in result.output


@pytest.mark.slow
def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "onething.host.cli", "sandbox", "up", "--people", "50", "--base-port", "0", "--dir", str(tmp_path), "--json"]  # fmt: skip
    command[1:3] = ["-c", "from onething.host.cli import main; main()"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    assert '"gateways"' in process.stdout.readline()
    family = psutil.Process(process.pid).children()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=15)
    assert process.returncode == 0, said
    assert "stopping" in said
    assert "Traceback" not in said
    assert not _wait_until(family)


def test_people_are_listed_for_machines_and_for_humans() -> None:
    runner = CliRunner()
    assert "林晓雯" in runner.invoke(app, ["people"]).output
    assert '"happy_mother"' in runner.invoke(app, ["people", "--json"]).output
