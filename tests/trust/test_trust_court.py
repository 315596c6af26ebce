"""Court packages: checked with nothing but Python and `cryptography`; whatever is altered, forged or re-signed is refused at its step."""

import json
import random
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from chain_world import anvil
from court_world import Court, LocalStamper, court
from tests.conftest import free_port
from typer.testing import CliRunner

from onething.core.db import Database
from onething.core.errors import Problem
from onething.sandbox.justice.authority import Authority
from onething.trust.cli import app as ledger
from onething.trust.court import packing, verify
from onething.trust.court.stamping import HttpStamper, fingerprint
from onething.trust.keys.base import Signer
from onething.trust.ledger.canonical import canonical, parse
from onething.trust.models import b64url, unb64url
from onething.trust.sealing.owners import key_store

pytestmark = pytest.mark.slow


@dataclass
class Made:
    package: bytes
    root: Signer
    certificate_id: str

    def files(self) -> dict[str, bytes]:
        return {name: data for name, data in verify.unzip(self.package).items() if not name.startswith("manifest")}

    def resealed(self, **changed: bytes) -> bytes:
        """By the platform's own root: the operator cheats, and no digest in the manifest gives him away."""
        manifest = parse(verify.unzip(self.package)["manifest.json"])
        about = {name: manifest[name] for name in ("id", "kind", "city", "status", "made_at")}
        return packing.sealed({**self.files(), **changed}, about, self.root)


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Iterator[Court]:
    made = court(db, tmp_path)
    yield made
    made.office.chain.web3.provider.close()


_made: list[Made] = []


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Made:
    """One package for all tests that only read it."""
    if not _made:
        here: Court = request.getfixturevalue("here")
        certificate_id = here.issue()
        _made.append(Made(here.pack(certificate_id), here.office.keyring.root, certificate_id))
    return _made[0]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has `cryptography` (with its cffi) and nothing else, made without a network."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, capture_output=True)
    installed, there = Path(sysconfig.get_paths()["purelib"]), next(folder.glob("lib/python*/site-packages"))
    for name in ("cryptography", "cffi", "pycparser", *(each.name for each in installed.glob("_cffi_backend*"))):
        if (installed / name).exists():
            (there / name).symlink_to(installed / name)
    return folder / "bin" / "python"


def run_verifier(python: Path, folder: Path, package: bytes, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "verify.py").write_bytes(verify.unzip(package)["verify.py"])
    (folder / "package.zip").write_bytes(package)
    command = [str(python), "-I", str(folder / "verify.py"), str(folder / "package.zip"), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder, check=False)


def test_a_bare_environment_checks_the_package(bare: Path, made: Made, tmp_path: Path) -> None:
    alone = subprocess.run([str(bare), "-I", "-c", "import onething"], capture_output=True, text=True, check=False)
    assert alone.returncode != 0
    assert "No module named 'onething'" in alone.stderr
    done = run_verifier(bare, tmp_path, made.package, f"--root={made.root.key_id}", "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert told["verdict"] == "genuine"
    assert told["fields"]["child_name"] == "李一诺"
    assert [step["step"] for step in told["steps"] if step["ok"] is not True] == ["node"]
    deeds = {(deed["who"], deed["what"].split("（")[0]) for deed in told["who_did_what"]}
    assert {
        ("市卫生健康委", "签发《出生医学证明》"),
        ("市公安局", "经合约请求调取"),
        ("市公安局", "经合约核验所得"),
    } <= deeds
    assert run_verifier(bare, tmp_path, made.package).returncode == 3
    wrong = run_verifier(bare, tmp_path, made.package, "--root=" + "A" * 43)
    assert wrong.returncode == 1
    assert "refused at: manifest" in wrong.stdout


def test_the_package_carries_a_chinese_report_and_says_what_is_only_the_platforms_word(made: Made) -> None:
    files = made.files()
    assert files["report.pdf"][:5] == b"%PDF-"
    assert "只是平台自己的陈述" in files["README.txt"].decode()
    assert files["verify.py"] == Path(verify.__file__).read_bytes()


def test_any_flipped_bit_is_refused_with_the_step(made: Made) -> None:
    dice = random.Random(7)
    names = verify.unzip(made.package)
    places = (
        {dice.randrange(len(made.package)) for _ in range(1200)}
        | set(range(60))
        | set(range(len(made.package) - 400, len(made.package)))
    )
    for place in sorted(places):
        broken = bytearray(made.package)
        broken[place] ^= 1 << dice.randrange(8)
        found = verify.check(bytes(broken), made.root.key_id)
        assert found.verdict == "refused", place
        assert found.failed in verify.STEPS, place
    for name, content in names.items():  # altered with the container made to fit
        for _ in range(20):
            other = bytearray(content)
            other[dice.randrange(len(other))] ^= 1 << dice.randrange(8)
            found = verify.check(verify.zip_of({**names, name: bytes(other)}), made.root.key_id)
            assert found.verdict == "refused", name
            assert found.failed in ({"manifest"} if name.startswith("manifest") else {"files", "form"}), name


def test_cut_off_lengthened_and_reordered_packages_are_refused(made: Made) -> None:
    files = verify.unzip(made.package)
    for broken in (made.package[:-1], made.package + b"\0", b"\0" + made.package, b"", b"PK", made.package[:1000]):
        assert verify.check(broken, made.root.key_id).verdict == "refused"
    for name in files:
        assert (
            verify.check(verify.zip_of({k: v for k, v in files.items() if k != name}), made.root.key_id).verdict
            == "refused"
        )
    assert verify.check(verify.zip_of({**files, "more.txt": b"x"}), made.root.key_id).failed == "files"


def _flip(content: bytes, dice: random.Random, within: tuple[int, int] | None = None) -> bytes:
    low, high = within or (0, len(content))
    other = bytearray(content)
    other[dice.randrange(low, high)] ^= 1 << dice.randrange(8)
    return bytes(other)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("credential.txt", {"record", "opened"}), ("log/inclusion.json", {"checkpoint", "inclusion"}),
        ("log/checkpoint.txt", {"checkpoint", "inclusion"}), ("trust.json", {"trust_list"}),
    ],
)  # fmt: skip
def test_an_operator_who_signs_an_altered_package_anew_is_refused_all_the_same(
    name: str, steps: set[str], made: Made
) -> None:
    dice, content = random.Random(name), made.files()[name]
    within = (0, content.index(b"\n\n")) if name.endswith(".txt") and b"\n\n" in content else None
    for _ in range(40):
        found = verify.check(made.resealed(**{name: _flip(content, dice, within)}), made.root.key_id)
        assert found.verdict == "refused"
        assert found.failed in steps


def test_seal_and_stamp_are_bound_to_this_record(made: Made, tmp_path: Path) -> None:
    seal = parse(made.files()["seal.json"])
    raw = bytearray(unb64url(seal["signature"]))
    raw[5] ^= 4
    found = verify.check(
        made.resealed(**{"seal.json": canonical({**seal, "signature": b64url(bytes(raw))})}), made.root.key_id
    )
    assert found.failed == "seal"
    other = LocalStamper(Authority(tmp_path / "other"))
    checkpoint = made.files()["log/checkpoint.txt"]
    for changed in (
        {"time/stamp.tsr": other.stamp(checkpoint)},  # another authority
        {"time/stamp.tsr": other.stamp(b"something else"), "time/authority.pem": other.root},
    ):
        assert verify.check(made.resealed(**changed), made.root.key_id).failed == "time_stamp"
    # Both exchanged: it fits, so only he who knows the authority's fingerprint from elsewhere notices.
    both = made.resealed(**{"time/stamp.tsr": other.stamp(checkpoint), "time/authority.pem": other.root})
    known = fingerprint(made.files()["time/authority.pem"])
    assert verify.check(both, made.root.key_id, tsa=known).failed == "time_stamp"


def _receipt(made: Made, change: Callable[[dict[str, Any]], None]) -> str:
    told = parse(made.files()["chain/receipt.json"])
    change(told)
    return verify.check(made.resealed(**{"chain/receipt.json": canonical(told)}), made.root.key_id).failed


def test_calls_of_the_contract_must_be_signed_by_their_agency_and_be_about_this_record(made: Made) -> None:
    def raw_bit(told: dict[str, Any]) -> None:
        raw = bytearray.fromhex(told["calls"][0]["raw"])
        raw[len(raw) // 2] ^= 1
        told["calls"][0]["raw"] = raw.hex()

    def other_agency(told: dict[str, Any]) -> None:
        told["calls"][0]["agency"] = "police"

    def no_issue(told: dict[str, Any]) -> None:
        told["calls"] = [call for call in told["calls"] if call["function"] != "issue"]

    for change in (raw_bit, other_agency, no_issue, lambda told: told.update(chain_id=1), lambda told: told["calls"][0].update(tx="0x" + "00" * 32)):  # fmt: skip
        assert _receipt(made, change) == "contract"


def test_a_log_rewritten_after_the_record_does_not_extend_it(here: Court, tmp_path: Path) -> None:
    certificate_id = here.issue()
    here.issue()
    good = here.pack(certificate_id)
    assert verify.check(good, here.root).verdict == "genuine"
    path = [unb64url(one) for one in parse(verify.unzip(good)["log/consistency.json"])]
    assert path
    bent = canonical([b64url(bytes([path[0][0] ^ 1]) + path[0][1:]), *(b64url(one) for one in path[1:])])
    package = Made(good, here.office.keyring.root, certificate_id).resealed(**{"log/consistency.json": bent})
    assert verify.check(package, here.root).failed == "consistency"


def revoke_key(here: Court, since: datetime) -> None:
    """The health commission replaces its signing key; the old one was stolen at `since`."""
    store = key_store("health")
    key = next(one for one in store.records("certificates") if one.status.value == "active")
    store.rotate("certificates")
    store.revoke(key.key_id, since=since, reason="stolen")
    here.office.keyring.forget()


def test_a_stolen_key_counts_only_for_what_others_prove_to_be_older(here: Court) -> None:
    certificate_id = here.issue()
    revoke_key(here, datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(Problem) as caught:  # stolen before the record was proven: no package can be made of it
        here.pack(certificate_id)
    assert caught.value.kind.code == "trust.altered"


def test_what_was_proven_before_the_theft_stays_proven(here: Court) -> None:
    certificate_id = here.issue()
    revoke_key(here, datetime.now(UTC) + timedelta(minutes=5))
    assert verify.check(here.pack(certificate_id), here.root).verdict == "genuine"


def test_an_erased_person_or_an_unanchored_record_gives_no_package(here: Court) -> None:
    waiting = here.office.issue()
    with pytest.raises(Problem) as caught:
        here.pack(waiting)
    assert caught.value.kind.code == "credentials.not_ready"
    certificate_id = here.issue()
    from onething.trust.sealing.subject_keys import SubjectSealer

    with here.office.db.transaction() as session:
        SubjectSealer(key_store()).erase(session, "subj_mother")
    with pytest.raises(Problem) as erased:
        here.pack(certificate_id)
    assert erased.value.kind.code == "trust.erased"


def test_a_node_of_the_chain_says_whether_the_transactions_are_there(db: Database, tmp_path: Path) -> None:
    """The same check against a node by JSON-RPC: good on its chain, refused by another chain or another block, never good unasked."""
    with anvil() as chain:
        here = court(db, tmp_path, chain)
        certificate_id = here.issue()
        made = Made(here.pack(certificate_id), here.office.keyring.root, certificate_id)
        node = str(chain.web3.provider.endpoint_uri)
        found = verify.check(made.package, here.root, node=node)
        assert (found.verdict, found.steps[-1]["step"], found.steps[-1]["ok"]) == ("genuine", "node", True)
        receipt = parse(made.files()["chain/receipt.json"])
        receipt["calls"][0]["block_hash"] = "0x" + "11" * 32
        moved = made.resealed(**{"chain/receipt.json": canonical(receipt)})
        assert verify.check(moved, here.root, node=node).failed == "node"
        with anvil() as other:
            strange = verify.check(made.package, here.root, node=str(other.web3.provider.endpoint_uri))
            assert (strange.verdict, strange.failed) == ("refused", "node")
    away = verify.check(made.package, here.root, node=node)
    assert (away.verdict, away.steps[-1]["ok"]) == ("genuine", None), "not asked is not good"


# -- the way to the court, each with a process of its own


@dataclass
class Justice:
    tsa: str
    notary: str
    court: str
    folder: Path


def _start(*words: str) -> subprocess.Popen[bytes]:
    code = "import sys; from onething.host.cli import main; sys.exit(main())"
    return subprocess.Popen([sys.executable, "-c", code, "sandbox", "justice", *words], stdout=subprocess.DEVNULL)


def _wait(url: str) -> httpx.Response:
    end = time.monotonic() + 90
    while True:
        try:
            return httpx.get(url, timeout=5)
        except httpx.HTTPError:
            assert time.monotonic() < end, f"{url} does not start"
            time.sleep(0.1)


@pytest.fixture
def justice(here: Court, tmp_path: Path) -> Iterator[Justice]:
    ports, processes = [free_port() for _ in range(3)], list[subprocess.Popen[bytes]]()
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    folder = tmp_path / "justice"
    try:
        processes.append(_start("tsa", "--port", str(ports[0]), "--dir", str(folder / "tsa")))
        processes.append(
            _start("notary", "--port", str(ports[1]), "--dir", str(folder / "notary"), "--root", here.root)
        )
        key = _wait(f"{urls[1]}/key").text
        processes.append(_start("court", "--port", str(ports[2]), "--dir", str(folder / "court"), "--root", here.root, "--notary-url", urls[1], "--notary-key", key))  # fmt: skip
        for url, path in zip(urls, ("/root.pem", "/key", "/key"), strict=True):
            _wait(url + path)
        yield Justice(*urls, folder)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def test_from_the_chain_by_the_notary_to_the_court(here: Court, justice: Justice, tmp_path: Path) -> None:
    certificate_id = here.issue()
    stamper = HttpStamper(justice.tsa, (justice.folder / "tsa" / "root.pem").read_bytes())
    package = packing.pack(here.source, certificate_id, stamper)
    file, out = tmp_path / "package.zip", tmp_path / "acts"
    file.write_bytes(package)
    where = ["--notary", justice.notary, "--court", justice.court]
    done = CliRunner().invoke(ledger, ["submit", str(file), *where, "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["ruling"]["admitted"] is True
    assert told["ruling"]["notarial"] == told["certificate"]["number"]
    checked = {step["step"]: step["ok"] for step in told["ruling"]["steps"]}
    assert [checked[name] for name in ("package:inclusion", "notary:signature", "notary:stands_by_it")] == [True] * 3
    again = CliRunner().invoke(ledger, ["submit", str(file), *where, "--json"])
    assert json.loads(again.stdout) == told
    # An altered package gets no notarial certificate; with a good one of another package the court refuses it.
    broken = bytearray(package)
    broken[len(broken) // 2] ^= 1
    assert httpx.post(f"{justice.notary}/certificates", content=bytes(broken)).json()["refused"] in {"form", "files"}
    other = packing.pack(here.source, certificate_id, stamper)
    for content, act, failed in (
        (bytes(broken), told["certificate"], "package:"), (other, told["certificate"], "notary:same_package"),
        (package, {**told["certificate"], "about": "cert_other"}, "notary:signature"),
    ):  # fmt: skip
        files = {"package": ("p.zip", content), "certificate": ("c.json", json.dumps(act).encode())}
        answer = httpx.post(f"{justice.court}/evidence", files=files, timeout=30)
        assert answer.status_code == 422
        assert answer.json()["failed"].startswith(failed)


def test_the_authority_s_answers_are_checked_before_they_are_kept(tmp_path: Path) -> None:
    import threading

    import uvicorn

    from onething.sandbox.justice.authority import make_app

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(make_app(tmp_path / "tsa"), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        url = f"http://127.0.0.1:{port}"
        root = _wait(f"{url}/root.pem").content
        stamper = HttpStamper(url, root)
        answer = stamper.stamp(b"checkpoint")
        from cryptography import x509

        assert verify.stamp_of(answer, b"checkpoint", x509.load_pem_x509_certificate(root)).at <= datetime.now(UTC)
        stranger = Authority(tmp_path / "stranger")
        with pytest.raises(Problem) as caught:
            HttpStamper(url, stranger.root).stamp(b"checkpoint")
        assert caught.value.kind.code == "trust.time_stamp_refused"
        with pytest.raises(Problem):
            HttpStamper(f"{url}/nowhere", root).stamp(b"checkpoint")
        assert (
            httpx.post(url, content=b"noise", headers={"Content-Type": "application/timestamp-query"}).status_code
            == 400
        )
    finally:
        server.should_exit = True
        thread.join(20)
