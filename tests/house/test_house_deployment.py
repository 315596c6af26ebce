"""What an administrator copies is right: units, container, compose, proxy and roles name what there is, and fit each other."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_lines import problem_of
from installed import locked

from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import load
from onething.documents.settings import DocumentsSettings
from onething.web.http import limits

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(unit for unit in (DEPLOY / "systemd").iterdir() if unit.suffix != ".env")
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
CONTAINERFILE = (DEPLOY / "container/Containerfile").read_text(encoding="utf-8")
SETTING = re.compile(r"\bONETHING_[A-Z0-9_]+")


@cache
def settings() -> set[str]:
    """Every setting that a room has, as its environment variable."""
    kinds = [load(ref) for _, ref in get_house().refs("settings")]
    return {f"ONETHING_{name.upper()}" for kind in kinds for name in kind.model_fields}


def check_call(words: list[str]) -> None:
    problem = problem_of(words)
    assert not problem, (words, problem)


def exec_of(unit: Path) -> list[str]:
    return re.findall(r"^ExecStart=(.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)[0].split()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_unit_starts_a_command_with_options_that_exist(unit: Path) -> None:
    line = exec_of(unit)
    start = next(place for place, word in enumerate(line) if word.endswith("/opt/onething/bin/onething"))
    check_call([word.strip("'\"") for word in line[start + 1 :]])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_unit_is_shut_in_and_stops_by_a_signal_that_drains(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    for line in (
        "User=onething",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "UMask=0077",
    ):
        assert f"\n{line}\n" in text, line
    if "Type=notify" in text:
        assert "\nWatchdogSec=" in text
        assert "\nKillSignal=SIGTERM\n" in text
        stop = int(re.findall(r"^TimeoutStopSec=(\d+)", text, re.MULTILINE)[0])
        assert stop > (30 if "worker" in unit.name else 10)  # longer than the process itself gives what runs


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    # A template is looked at through an instance of it.
    names = [unit.name.replace("@.", "@x1.") for unit in UNITS]
    for unit in UNITS:
        if "@" in unit.name:
            (tmp_path / unit.name.replace("@.", "@x1.")).symlink_to(tmp_path / unit.name)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *(str(tmp_path / name) for name in names)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "onething" in line or str(tmp_path) in line]
    assert not ours, "\n".join(ours)


@pytest.mark.parametrize("file", ["systemd/onething.env", "systemd/owner.env", "systemd/witness.env", "compose.env", "compose.yaml", "container/Containerfile"])  # fmt: skip
def test_every_setting_that_a_file_names_exists(file: str) -> None:
    named = set(SETTING.findall((DEPLOY / file).read_text(encoding="utf-8")))
    assert named
    assert sorted(named - settings()) == []


def test_compose_asks_for_every_value_that_its_example_names_and_no_other() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    given = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "compose.env").read_text(encoding="utf-8"), re.MULTILINE))
    assert asked == given


def test_compose_runs_two_web_processes_two_workers_and_what_they_stand_on() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"database", "upgrade", "web-1", "web-2", "worker-1", "worker-2", "witness", "proxy"}
    for name, service in services.items():
        if service["image"] != "onething":
            continue
        check_call([str(word) for word in service["command"]])
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        for needed in service.get("depends_on", {}):
            assert needed in services
    workers = [services[name]["command"][-1] for name in ("worker-1", "worker-2")]
    assert len(set(workers)) == 2  # two under one name would take each other's work


def test_compose_volumes_networks_and_mounted_files_are_there() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            own = source in {"./tls", "./cities", "./policy.json"}  # the administrator's
            assert own or source in COMPOSE["volumes"] or (DEPLOY / source).exists(), source
        for network in service.get("networks", []):
            assert network in COMPOSE["networks"]
    inside = COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert (
        COMPOSE["services"]["web-1"]["command"][-1] == inside
    )  # only the proxy's word about a visitor's address counts


@pytest.mark.parametrize("upstream", ["onething-upstream.conf", "compose-upstream.conf"])
def test_the_proxy_knows_the_web_processes_that_run(upstream: str) -> None:
    named = re.findall(r"server (\S+):(\d+)", (DEPLOY / "nginx" / upstream).read_text(encoding="utf-8"))
    if upstream.startswith("compose"):
        command = COMPOSE["services"]["web-1"]["command"]
        port = command[command.index("--port") + 1]
        wanted = [(name, port) for name in COMPOSE["services"] if name.startswith("web-")]
    else:
        target = (DEPLOY / "systemd/onething.target").read_text(encoding="utf-8")
        wanted = [("127.0.0.1", port) for port in re.findall(r"onething-web@(\d+)", target)]
    assert named == wanted


def test_the_proxy_lets_through_what_the_product_takes() -> None:
    conf = (DEPLOY / "nginx/onething.conf").read_text(encoding="utf-8")
    most = int(re.findall(r"client_max_body_size (\d+)m;", conf)[0]) * 1024 * 1024
    uploads = DocumentsSettings().upload_max_bytes * limits.FILES_AT_ONCE
    assert most >= max(uploads, limits.DELIVERY_BYTES)


def steps() -> list[tuple[str, str]]:
    """The steps of the Containerfile: instruction and the rest, continued lines joined."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", CONTAINERFILE, flags=re.MULTILINE))
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def test_the_container_is_made_of_steps_that_exist_and_files_that_are_there() -> None:
    for instruction, rest in steps():
        assert instruction in {"FROM", "RUN", "COPY", "WORKDIR", "ARG", "ENV", "VOLUME", "USER", "EXPOSE", "ENTRYPOINT", "CMD"}, instruction  # fmt: skip
        if instruction == "COPY" and not rest.startswith("--from="):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
        if instruction in {"CMD", "ENTRYPOINT"}:
            words = json.loads(rest)
            if instruction == "CMD":
                check_call(words)
            else:
                assert words == ["onething"]


def test_the_container_runs_as_nobody_special_from_locked_packages_without_developers_tools() -> None:
    last = CONTAINERFILE.rsplit("\nFROM ", 1)[1]
    assert "\nUSER onething\n" in last
    installs = [rest for instruction, rest in steps() if instruction == "RUN" and " pip install" in rest]
    assert installs
    for line in " ".join(installs).split("&&"):
        if " pip install" in line:
            assert "--require-hashes" in line or "--no-index" in line, line
    assert "dev.txt" not in CONTAINERFILE
    assert {"pytest", "ruff", "uv", "vyper"}.isdisjoint(locked("run.txt"))
    assert "hatchling" in locked("build.txt")
