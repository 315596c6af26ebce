"""The wheel is whole: installed without the checkout, beside a city that came as a distribution, it makes its tables and serves."""

import contextlib
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from installed import ROOT, bare_environment, build_wheels, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]


@dataclass(frozen=True)
class Installed:
    bin: Path
    folder: Path

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.bin / arguments[0]), *arguments[1:]]
        env = bare_environment(self.folder, **settings)
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    wheels = build_wheels(folder / "wheels")
    assert [wheel.name.split("-")[0] for wheel in wheels] == ["onething", "onething_example_cities"]
    (folder / "work").mkdir()
    return Installed(environment(folder / "env", wheels), folder / "work")


@contextlib.contextmanager
def serving(installed: Installed, **settings: str) -> Iterator[httpx.Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = bare_environment(installed.folder, **settings)
    log = installed.folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(installed.bin / "onething"), "serve", "--port", str(port)],
            cwd=installed.folder, env=env, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                for _ in range(400):
                    assert process.poll() is None, log.read_text()
                    with contextlib.suppress(httpx.HTTPError):
                        client.get("/health/live")
                        break
                    time.sleep(0.25)
                yield client
        finally:
            process.terminate()
            process.wait(30)


def test_nothing_of_the_checkout_is_on_the_path(installed: Installed) -> None:
    done = installed.run("python", "-c", "import sys, onething, PIL; print(onething.__file__); print(sys.path)")
    assert done.returncode == 0, done.stderr
    assert str(installed.bin.parent) in done.stdout.splitlines()[0]
    assert str(ROOT) not in done.stdout
    developers = installed.run("python", "-c", "import pytest")
    assert developers.returncode == 1
    assert "ModuleNotFoundError" in developers.stderr


def test_commands_work_and_find_the_city_that_was_installed(installed: Installed) -> None:
    told = installed.run("onething", "--help")
    assert told.returncode == 0, told.stderr
    assert "onething" in told.stdout
    assert "  serve " in told.stdout
    checked = installed.run("onething", "catalog", "check", "shenzhen")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    missing = installed.run("onething", "catalog", "check", "nowhere")
    assert missing.returncode != 0
    assert "shanghai" in missing.stdout + missing.stderr  # named among those there are


def test_tables_are_made_and_pages_come_with_their_styles(installed: Installed) -> None:
    city = {"ONETHING_CITY": "shanghai"}
    made = installed.run("onething", "db", "upgrade", **city)
    assert made.returncode == 0, made.stderr
    assert installed.run("onething", "db", "check", **city).returncode == 0
    with serving(installed, **city) as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 200, ready.text
        page = client.get("/").text
        assert "上海" in page or "高效办成一件事" in page
        style = client.get(re.findall(r'"(/static/[0-9a-f]{12}/style\.css)"', page)[0])
        assert style.status_code == 200
        assert "--" in style.text  # design tokens
        version = page.split("/static/")[1].split("/")[0]
        for name in ("vendor/htmx.js", "vendor/echarts.js", "vendor/zxing/reader/zxing_reader.wasm", "js/main.js"):
            assert len(client.get(f"/static/{version}/{name}").content) > 1000, name
