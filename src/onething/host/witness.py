"""What `onething witness serve` runs: a witness process, which cosigns other logs' checkpoints after checking that they only grew."""

from pathlib import Path

import orjson
import uvicorn

from onething.core.settings import get_settings
from onething.host.supervision import Server
from onething.trust.commands.witness import agency_named
from onething.trust.credentials.evidence import WITNESS_KEY, witness_name
from onething.trust.credentials.signing import ensure_signer
from onething.trust.log.policy import LogPolicy
from onething.trust.log.witness import Witness, WitnessMemory
from onething.trust.log.witness_app import make_app
from onething.trust.models import Algorithm


def serve(agency: str, policy: list[Path], host: str, port: int) -> None:
    """Serve until stopped."""
    logs = {one.origin: one for one in (LogPolicy.from_json(orjson.loads(path.read_bytes())) for path in policy)}
    memory = WitnessMemory(get_settings().data_dir / "trust" / agency_named(agency) / "witness.db")
    witness = Witness(
        witness_name(agency), lambda: ensure_signer(agency, WITNESS_KEY, Algorithm.ED25519), memory, logs
    )  # fmt: skip
    Server(uvicorn.Config(make_app(witness), host=host, port=port, log_level="warning", access_log=False)).run()
