"""Settings of this room."""

from pathlib import Path

from pydantic import Field, SecretStr

from onething.core.settings import RoomSettings, WebAddress


class TrustSettings(RoomSettings):
    """Keys, chain, witnesses, time stamps."""

    trust_passphrase: SecretStr = SecretStr("")
    """Opens this process's key store (scrypt). Left empty outside production, one is made beside the store: for trials only."""
    trust_keys: str = "file"
    """Where private keys lie: `file`, or the name of an HSM's part (parts of group `trust.keys`)."""
    chain_rpc_url: WebAddress | None = None
    """JSON-RPC address of an Ethereum node that carries the contracts; unset, an embedded chain in `data_dir` (one machine)."""
    chain_confirmations: int = Field(default=1, ge=1, le=256)
    """How many blocks deep a transaction must lie before it counts; 1 where the chain's consensus is final at once."""
    witnesses: dict[str, WebAddress] = Field(default_factory=dict)
    """Agency id → address of its own witness process (`onething witness serve`); agencies without one cosign in the worker, which
    proves nothing against the worker's operator. JSON in the environment."""
    tsa_url: WebAddress | None = None
    """Address of the time stamp authority (RFC 3161) for court packages."""
    tsa_root: Path | None = None
    """The authority's root certificate (PEM), obtained from it in person: its answers are checked against it."""
