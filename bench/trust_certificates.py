"""How long a certificate takes from issued to provable by anybody, what a check costs, and what the contract costs on the
embedded chain and on an Ethereum node (anvil). The rounds run as a worker runs them, with their share of one core.
"""

import contextlib
import io
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno

from bench.casework_rig import free_port
from bench.table import Row, show
from onething.casework.certificates import trust_keys
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.ids import new_id
from onething.core.processes.rounds import InThread
from onething.core.settings import get_settings
from onething.documents.service import codes_in, render_certificate
from onething.trust.chain.accounts import Accounts
from onething.trust.chain.client import Chain
from onething.trust.chain.setup import address_of, name_hash
from onething.trust.credentials import service as credentials
from onething.trust.credentials.evidence import CertificateLog
from onething.trust.credentials.models import Issue, Verdict
from onething.trust.credentials.pipeline import Pipeline
from onething.trust.credentials.tables import CredentialRow

ROOT = Path(__file__).parent.parent
SINGLE, FLOOD, CHECKS, CALLS, PICTURES = 20, 300, 40, 30, 10
FIELDS = {
    "child_name": "李一诺",
    "born_at": "2026-11-20T08:15",
    "mother_name": "王芳",
    "weight_g": 3250,
    "hospital": "市妇幼保健院",
}


def _issue(db: Database, count: int) -> list[str]:
    at, made = datetime.now(UTC).replace(microsecond=0), list[Issue]()
    for _ in range(count):
        certificate_id = new_id("cert")
        made.append(Issue(
            certificate_id, "e_birth_certificate", "health", certificate_id[-12:], {"zh": "出生医学证明", "en": "Birth certificate"},
            at, None, FIELDS, (), new_id("subj"), "310101199003070021",
        ))  # fmt: skip
    with db.transaction() as session:
        credentials.accept(session, made)
    return [one.id for one in made]


def _anchored(db: Database, certificate_id: str) -> bool:
    with db.reading() as session:
        row = session.get(CredentialRow, certificate_id)
        return row is not None and row.stage == "anchored"


@contextlib.contextmanager
def _rounds(pipeline: Pipeline) -> Iterator[None]:
    """The rounds in a thread of their own, as beside the cases."""
    with InThread(pipeline.as_round(), patience=30):
        yield


def _until(done: Callable[[], bool], seconds: float = 600) -> float:
    started = time.perf_counter()
    while not done():
        if time.perf_counter() - started > seconds:
            raise RuntimeError("the rounds do not come to an end")
        time.sleep(0.005)
    return time.perf_counter() - started


def _on(db: Database, chain: Chain, name: str, folder: Path) -> dict[str, Any]:
    """Issue to proof, a flood, and the contract alone."""
    witnesses, needed = trust_keys.witness_rule(
        get_city()
    )  # as the product has it, or the trust list would not know their keys
    log = CertificateLog(db, get_city().id, witnesses, folder / "witnesses" / name, needed)
    pipeline = Pipeline(db, trust_keys.keyring(), lambda: chain, Accounts(folder / "accounts"), evidence=log)
    with _rounds(pipeline):
        first = _issue(db, 1)[0]
        _until(lambda: _anchored(db, first))  # the contracts are deployed with the first one
        times: list[float] = []
        for _ in range(SINGLE):
            time.sleep(0.3)
            one = _issue(db, 1)[0]
            times.append(_until(lambda one=one: _anchored(db, one)))
        started = time.perf_counter()
        last = _issue(db, FLOOD)
        _until(lambda: all(_anchored(db, each) for each in (last[0], last[-1])))
        flood = FLOOD / (time.perf_counter() - started)
    return {
        "median_s": statistics.median(times),
        "worst_s": max(times),
        "flood_per_s": flood,
        **_contract(db, chain, folder),
    }


def _contract(db: Database, chain: Chain, folder: Path) -> dict[str, float]:
    """One call that issues a certificate, to its receipt; one question; milliseconds."""
    account, address = Accounts(folder / "accounts").of("health"), address_of(db, chain, "Certificates")
    writes, reads = list[float](), list[float]()
    for number in range(CALLS):
        certificate = os.urandom(32)
        batch = [(certificate, name_hash("e_birth_certificate"), os.urandom(32), 0)]
        started = time.perf_counter()
        data = chain.encode("Certificates", "issue", [batch])
        signed: Any = account.sign_transaction({
            "chainId": chain.id, "nonce": chain.nonce(account.address), "gas": 20_000_000, "gasPrice": chain.gas_price, "value": 0,
            "data": "0x" + data.hex(), "to": address,
        })  # fmt: skip
        chain.send_raw(bytes(signed.raw_transaction))
        digest = "0x" + bytes(signed.hash).hex()
        while chain.receipt(digest) is None:
            time.sleep(0.001)
        writes.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        assert chain.call("Certificates", address, "state", certificate)[0] == 1, number
        reads.append((time.perf_counter() - started) * 1000)
    return {"write_ms": statistics.median(writes), "read_ms": statistics.median(reads)}


def _checks(db: Database) -> dict[str, float]:
    """A drawn, sealed PDF checked with list, log and contract, and offline; milliseconds."""
    city, ring = get_city(), trust_keys.keyring()
    with db.reading() as session:
        certificate_id = session.query(CredentialRow.id).filter(CredentialRow.stage == "anchored").limit(1).scalar()
    kind = city.evidence_type("e_birth_certificate")
    assert kind is not None
    assert kind.certificate is not None
    data = {**FIELDS, "certificate_title": "出生医学证明", "serial_number": "1", "issuer": "卫健委", "issued_on": "2026-11-20", "verify_url": "http://127.0.0.1/verify/X"}  # fmt: skip
    started = time.perf_counter()
    drawn = render_certificate(city.folder / kind.certificate.template, data, "zh")
    drawing = time.perf_counter() - started
    for _ in range(2):  # the first one loads the library
        started = time.perf_counter()
        with db.reading() as session:
            inside = credentials.to_seal(session, certificate_id, ring)
        pdf = credentials.sealed_pdf(inside, drawn, ring).content
        sealing = time.perf_counter() - started
    found: dict[str, float] = {"draw_ms": drawing * 1000, "seal_ms": sealing * 1000}
    for name, against, expected in (
        ("online", trust_keys.against(db), Verdict.GENUINE),
        ("offline", credentials.Against(root=ring.root.key_id), Verdict.STATUS_UNKNOWN),
    ):
        times: list[float] = []
        for _ in range(CHECKS):
            started = time.perf_counter()
            assert credentials.check_file(pdf, against).verdict is expected
            times.append((time.perf_counter() - started) * 1000)
        found[f"{name}_ms"], found[f"{name}_worst_ms"] = statistics.median(times), max(times)
    return found | _pictures(trust_keys.against(db), pdf)


def _pictures(against: credentials.Against, pdf: bytes) -> dict[str, float]:
    """The same certificate by a picture of its QR code: read in a process of its own, then checked; milliseconds."""
    out = io.BytesIO()
    segno.make("http://127.0.0.1/verify/ABCDEFGHJK", error="m").save(out, kind="png", scale=8, border=6)
    times: list[float] = []
    for _ in range(PICTURES + 1):
        started = time.perf_counter()
        assert codes_in(out.getvalue())
        assert credentials.check_file(pdf, against).verdict is Verdict.GENUINE
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(2)  # people come one after the other; the next reader is started meanwhile
    return {
        "picture_first_ms": times[0],
        "picture_ms": statistics.median(times[1:]),
        "picture_worst_ms": max(times[1:]),
    }


@contextlib.contextmanager
def _anvil() -> Iterator[Chain | None]:
    from web3 import HTTPProvider

    program = ROOT / "node_modules" / ".bin" / "anvil"
    if not program.exists() or shutil.which("node") is None:
        yield None
        return
    port = free_port()
    command = [str(program), "--silent", "--port", str(port), "--gas-price", "0", "--base-fee", "0", "--hardfork", "shanghai", "--gas-limit", "120000000"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    chain = Chain(HTTPProvider(f"http://127.0.0.1:{port}", request_kwargs={"timeout": 20}), gas_price=0)
    try:
        _until(chain.web3.is_connected, 60)
        yield chain
    finally:
        process.terminate()
        process.wait(20)


def run(_out: Path) -> dict[str, Any]:
    from onething.trust.chain.client import get_chain

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.update({
            "ONETHING_DATA_DIR": str(folder / "var"), "ONETHING_DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "ONETHING_CITIES_DIR": str(ROOT / "cities"), "ONETHING_LOG_LEVEL": "WARNING", "ONETHING_TRUST_PASSPHRASE": "bench",
        })  # fmt: skip
        get_settings.cache_clear()
        db = Database(f"sqlite:///{folder}/bench.db")
        db.create_all()
        figures: dict[str, Any] = {"py-evm": _on(db, get_chain(), "evm", folder)}
        figures["check"] = _checks(db)
        db.dispose()
        other = Database(f"sqlite:///{folder}/anvil.db")
        other.create_all()
        with _anvil() as chain:
            if chain is not None:
                figures["anvil"] = _on(other, chain, "anvil", folder)
        other.dispose()
    _print(figures)
    return figures


def _print(figures: dict[str, Any]) -> None:
    rows: list[Row] = []
    for name in ("py-evm", "anvil"):
        told = figures.get(name)
        if told is None:
            continue
        worst, median = told["worst_s"], told["median_s"]
        rows += [
            Row(
                f"issued to provable, {name}, one at a time",
                "≤ 2 s",
                f"median {median:.2f} s, worst {worst:.2f} s",
                worst <= 2,
            ),
            Row(f"issued to provable, {name}, {FLOOD} at once", "", f"{told['flood_per_s']:.0f} a second"),
            Row(f"contract on {name}", "", f"write {told['write_ms']:.1f} ms, read {told['read_ms']:.1f} ms"),
        ]
    check = figures["check"]
    rows += [
        Row("public check of a PDF: signature, seal, log, contract, register", "≤ 300 ms", f"median {check['online_ms']:.0f} ms, worst {check['online_worst_ms']:.0f} ms", check["online_ms"] <= 300),
        Row("the same offline, from the file alone", "≤ 300 ms", f"median {check['offline_ms']:.0f} ms, worst {check['offline_worst_ms']:.0f} ms", check["offline_ms"] <= 300),
        Row("public check of a picture of the QR code, read apart", "≤ 300 ms", f"median {check['picture_ms']:.0f} ms, worst {check['picture_worst_ms']:.0f} ms; {check['picture_first_ms']:.0f} ms without a reader waiting", check["picture_ms"] <= 300),
        Row("drawing and sealing the PDF", "", f"{check['draw_ms']:.0f} ms + {check['seal_ms']:.0f} ms"),
    ]  # fmt: skip
    show("Electronic certificates", rows)
