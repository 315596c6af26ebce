"""Settings of an installation, read once from the environment (prefix `ONETHING_`) or a `.env` file."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything an operator may set. Each field is `ONETHING_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="ONETHING_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///var/onething.db"
    """SQLAlchemy address. SQLite for one machine; `postgresql+psycopg://…` (15 or newer) for several workers."""
    engine_database_url: str | None = None
    """Where the durable engine keeps its checkpoints; by default beside the main database."""
    db_pool_size: int = Field(default=10, ge=1, le=200)

    data_dir: Path = Path("var")
    """Uploads, issued certificates and SQLite files."""
    cities_dir: Path = Path("cities")
    city: str = "shanghai"
    """The city package this installation serves."""
    policy_city: str = ""
    """The city package whose company profiles and policies are served; the city's own when empty."""
    policy_object_days: int = Field(default=3, ge=0, le=60)
    """Days a company has to object or choose an account before money that it did not apply for is paid."""

    profile_drop_dir: Path | None = None
    """Folder with one folder per agency, into which it drops files (CSV, Parquet) about companies; the worker takes them in."""
    profile_feeds: dict[str, str] = Field(default_factory=dict)
    """Agency id → base address of its feed of changes about companies; JSON in the environment."""

    public_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr = SecretStr("")
    """Signs sessions. Left empty, a random one is made at start, so sessions end with the process."""
    lookup_key: SecretStr = SecretStr("")
    """Keys the hashes by which people are found again; must never change. Left empty, `data_dir/lookup.key` is made once;
    several machines must share one."""
    trust_passphrase: SecretStr = SecretStr("")
    """Opens this process's key store (scrypt). Left empty outside production, one is made beside the store: for trials only."""
    trust_keys: str = "file"
    """Where private keys lie: `file`, or the name of an HSM's part (entry points `onething.trust.keys`)."""

    production: bool = False
    """On: cookies only over TLS, no demo accounts on the sign-in page, a secret key is required."""

    oidc_issuer: str = "http://127.0.0.1:8100"
    oidc_client_id: str = "onething"
    oidc_client_secret: SecretStr = SecretStr("sandbox-secret")

    gateways: dict[str, str] = Field(default_factory=dict)
    """Agency id → base address of its gateway, overriding the city package; JSON in the environment."""
    exchange_timeout: float = Field(default=8.0, gt=0)
    """Seconds before one call to an agency is given up and retried."""
    exchange_attempts: int = Field(default=3, ge=1)
    gateway_dir: Path | None = None
    """Folder with the directory of members and this member's TLS key (`onething gateway setup`); set, every agency that has a
    gateway is asked through it, by signed messages."""
    keep_days: int = Field(default=30, ge=1, le=3660)
    """For how long robots' pictures of agencies' screens, and what became of orders to agencies, are kept."""
    gateway_member: str = "platform"
    """Who this process is among the members of the exchange."""

    worker_id: str = "worker-1"
    """Stable name of this worker; a restarted worker with the same name takes up its own work."""
    worker_concurrency: int = Field(default=16, ge=1)
    lease_seconds: float = Field(default=15.0, gt=0)
    """A worker silent for this long is taken for dead and its cases are adopted."""

    sms_channel: str = ""
    """Name of the part that carries SMS (`onething notices list` shows them); empty: the one whose address is set below."""
    sms_url: str | None = None
    """Apprise address of the SMS carrier; unset, messages stay in the outbox marked as not configured."""
    sms_sandbox_url: str | None = None
    """Base address of the sandbox phone."""

    bank: str = "http"
    """Name of the part that carries payments to the bank (entry points `onething.payments.banks`)."""
    bank_url: str | None = None
    """Base address of the paying bank; unset, orders wait and nothing is paid."""
    bank_timeout: float = Field(default=10.0, gt=0)
    """Seconds before one answer of the bank is given up; the bank is then asked what it has."""

    chain_rpc_url: str | None = None
    """JSON-RPC address of an Ethereum node that carries the contracts; unset, an embedded chain in `data_dir` (one machine)."""
    chain_confirmations: int = Field(default=1, ge=1, le=256)
    """How many blocks deep a transaction must lie before it counts; 1 where the chain's consensus is final at once."""

    witnesses: dict[str, str] = Field(default_factory=dict)
    """Agency id → address of its own witness process (`onething witness serve`); agencies without one cosign in the worker, which
    proves nothing against the worker's operator. JSON in the environment."""
    tsa_url: str | None = None
    """Address of the time stamp authority (RFC 3161) for court packages."""
    tsa_root: Path | None = None
    """The authority's root certificate (PEM), obtained from it in person: its answers are checked against it."""

    certificate_rounds: bool = True
    """Whether this process's worker signs, logs and anchors certificates and answers requests for them; one worker is enough."""

    policy_model_url: str | None = None
    """Base address of an OpenAI-compatible model that may draft rules from regulations (`…/v1`); unset, only the parser does."""
    policy_model_key: SecretStr = SecretStr("")
    policy_model_timeout: float = Field(default=60.0, gt=0)

    chromium: Path = Path("/usr/bin/chromium")
    """The browser of the robots that operate agencies' old web systems."""

    upload_max_bytes: int = 20 * 1024 * 1024
    upload_max_pixels: int = 60_000_000
    upload_max_pages: int = 20
    documents_gazetteer: Path | None = None
    """Names of places beyond the built-in provinces, cities and districts, for reading addresses: a `.txt` or `.csv` file,
    or a folder of them."""
    documents_model_url: str | None = None
    """Base address of an OpenAI-compatible model that may propose facts in free text (`…/v1`); unset, only the rules do."""
    documents_model_name: str = "default"
    documents_model_key: SecretStr = SecretStr("")
    documents_model_timeout: float = Field(default=30.0, gt=0)
    rate_limit_per_minute: int = 600

    log_level: str = "INFO"
    log_json: bool = False

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process. Tests that change the environment call `get_settings.cache_clear()`."""
    return Settings()
