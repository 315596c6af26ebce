"""What a city must not go live with: listed with how to mend it, and refused at start in one line each, without a trace."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.core.db import Database, get_database
from onething.core.migrating import upgrade
from onething.core.settings import get_settings
from onething.host.cli import app
from onething.operations import last_backup
from onething.trust.service import key_store

FIT = {
    "ONETHING_PRODUCTION": "true",
    "ONETHING_PUBLIC_URL": "https://one.city.example",
    "ONETHING_LOOKUP_KEY": "b7f1c3d59e2a4680b7f1c3d59e2a4680",
    "ONETHING_TRUST_PASSPHRASE": "korrekt-horse-9-battery",
    "ONETHING_OIDC_ISSUER": "https://id.city.example",
    "ONETHING_OIDC_CLIENT_SECRET": "a secret of the city's own",
    "ONETHING_SMS_URL": "json://sms.city.example",
    "ONETHING_PRODUCTION_ACCEPTS": "core.unfit_sqlite",
}


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """`city(NAME=value, …)` is an installation that is fit but for what is given (None: unset)."""

    def make(**changes: str | None) -> None:
        for name, value in (FIT | changes).items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        get_settings().data_dir.mkdir(mode=0o700, exist_ok=True)
        upgrade(get_database())

    return make


def found(*options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    answer = CliRunner().invoke(app, ["check", "production", "--json", *options])
    told = json.loads(answer.stdout)
    assert told["fit"] == (answer.exit_code == 0)
    return answer.exit_code, {each["code"]: each for each in told["findings"]}


def fatal(codes: dict[str, dict[str, Any]]) -> set[str]:
    return {code for code, each in codes.items() if each["fatal"] and not each["accepted"]}


def test_a_trial_is_told_everything_that_a_city_must_not_go_live_with() -> None:
    code, codes = found()
    assert code == 1
    assert {
        "core.unfit_trial", "core.unfit_sqlite", "core.unfit_plain_url", "core.unfit_lookup_key", "core.unfit_tables",
        "identity.unfit_secret", "identity.unfit_demo_provider", "identity.insecure_provider", "trust.passphrase_missing",
        "notices.unfit_no_carrier",
    } <= fatal(codes)  # fmt: skip
    assert all(each["mend"]["zh"] and each["mend"]["en"] for each in codes.values())


def test_a_city_that_is_set_up_is_fit_and_still_told_what_is_weak(city: Any) -> None:
    city()
    code, codes = found()
    assert (code, fatal(codes)) == (0, set())
    assert codes["core.unfit_sqlite"]["accepted"]
    assert {
        "operations.unfit_no_backup",
        "trust.unfit_witnesses",
        "trust.unfit_chain",
        "casework.unfit_no_worker",
    } <= codes.keys()
    assert found("--strict")[0] == 1


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ONETHING_PRODUCTION_ACCEPTS", "", "core.unfit_sqlite"),
        ("ONETHING_PUBLIC_URL", "http://one.city.example", "core.unfit_plain_url"),
        ("ONETHING_LOOKUP_KEY", None, "core.unfit_lookup_key"),
        ("ONETHING_TRUST_PASSPHRASE", "x", "trust.unfit_passphrase"),
        ("ONETHING_TRUST_PASSPHRASE", "aaaaaaaaaaaaaaaaaaaaaaaa", "trust.unfit_passphrase"),
        ("ONETHING_TRUST_PASSPHRASE", None, "trust.passphrase_missing"),
        ("ONETHING_OIDC_ISSUER", "http://id.city.example", "identity.insecure_provider"),
        ("ONETHING_OIDC_ISSUER", "https://127.0.0.1:8443", "identity.unfit_demo_provider"),
        ("ONETHING_OIDC_CLIENT_SECRET", "sandbox-secret", "identity.unfit_secret"),
        ("ONETHING_SMS_URL", None, "notices.unfit_no_carrier"),
        ("ONETHING_BANK_URL", "http://bank.example", "payments.unfit_plain_bank"),
    ],
)
def test_each_fault_alone_is_named_and_stops_the_start(city: Any, name: str, value: str | None, code: str) -> None:
    city(**{name: value})
    assert fatal(found()[1]) == {code}
    for process in ("serve", "worker"):
        answer = CliRunner().invoke(app, [process])
        lines = answer.stderr.strip().splitlines()
        assert (answer.exit_code, len(lines)) == (2, 2), answer.stderr
        assert lines[0].startswith(f"[{code}]")
        assert "check production" in lines[1]


def test_an_installation_of_two_cities_is_told_to_tell_officials_cities_apart_and_one_of_one_is_not(city: Any) -> None:
    city()
    assert "identity.unfit_cities" not in found()[1]
    city(ONETHING_POLICY_CITY="hangzhou")
    code, codes = found()
    assert code == 0, "it is told and does not stop the city"
    assert "served_city" in codes["identity.unfit_cities"]["mend"]["en"]
    assert "hangzhou" in str(codes["identity.unfit_cities"])
    city(ONETHING_POLICY_CITY="hangzhou", ONETHING_OIDC_CITIES='{"330100": "hangzhou"}')
    assert "identity.unfit_cities" not in found()[1]


def test_an_empty_and_an_old_database_are_refused(city: Any, tmp_path: Path) -> None:
    city(ONETHING_DATABASE_URL=f"sqlite:///{tmp_path}/empty.db")
    old = Database(f"sqlite:///{tmp_path}/old.db")
    upgrade(old, "0012")
    for name in ("nothing.db", "old.db"):
        os.environ["ONETHING_DATABASE_URL"] = f"sqlite:///{tmp_path}/{name}"
        get_settings.cache_clear()
        assert "core.unfit_tables" in fatal(found()[1])


def test_keys_and_databases_that_others_can_read_are_named(city: Any, tmp_path: Path) -> None:
    city()
    key_store()
    assert fatal(found()[1]) == set()
    store = get_settings().data_dir / "trust" / "platform" / "keys" / "store.json"
    for path, mode in ((store, 0o644), (tmp_path / "onething.db", 0o640), (get_settings().data_dir, 0o755)):
        before = path.stat().st_mode
        path.chmod(mode)
        codes = found()[1]
        assert fatal(codes) == {"core.unfit_readable"}
        assert str(path) in codes["core.unfit_readable"]["what"]["en"]
        path.chmod(before)


def test_an_old_backup_is_told_with_its_age(city: Any) -> None:
    from datetime import timedelta

    from onething.core.clock import now

    city()
    last_backup.remember(now() - timedelta(hours=50), 1)
    assert "50 hours" in found()[1]["operations.unfit_old_backup"]["what"]["en"]
    last_backup.remember(now(), 1)
    assert not {code for code in found()[1] if code.startswith("operations.")}


@pytest.mark.slow
def test_the_real_process_refuses_with_lines_and_no_trace() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONETHING_")} | FIT
    environment |= {
        "ONETHING_DATABASE_URL": "postgresql+psycopg://nobody:pw1234567@127.0.0.1:1/none",
        "ONETHING_DATA_DIR": str(get_settings().data_dir),
        "ONETHING_CITIES_DIR": str(get_settings().cities_dir.resolve()),
    }
    for process in ("serve", "worker"):
        command = [sys.executable, "-c", "from onething.host.cli import main; main()", process]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 2, done.stderr
        assert "[core.unfit_store]" in done.stderr
        assert "Traceback" not in done.stderr
        assert "pw1234567" not in done.stderr


def test_a_setting_that_does_not_fit_is_named(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    city(ONETHING_OIDC_ROLES='{"clerk": "king of all"}')
    code, codes = found()
    assert code == 1
    assert "ONETHING_OIDC_ROLES: " in codes["core.unfit_setting"]["what"]["en"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "code", "words"),
    [
        ({"ONETHING_DB_POOL_SIZE": "many"}, 2, "ONETHING_DB_POOL_SIZE: "),
        ({"ONETHING_DATABASE_URL": "postgresql+psycopg://nobody:pw1234567@127.0.0.1:1/none"}, 4, "[core.unfit_store]"),
    ],
)
def test_a_setting_that_does_not_fit_and_a_database_that_is_away_are_lines_and_no_trace(
    setting: dict[str, str], code: int, words: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONETHING_")} | setting
    command = [sys.executable, "-c", "from onething.host.cli import main; main()", "db", "current"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert words in done.stderr
    assert "pw1234567" not in done.stderr
