"""A small installation of certificates: three agencies with keys, an embedded chain, and the rounds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chain_world import embedded_world

from onething.core.db import Database
from onething.core.ids import new_id
from onething.trust.chain.accounts import Accounts
from onething.trust.chain.client import Chain
from onething.trust.chain.models import CertStatus, ChainCertificate
from onething.trust.chain.setup import address_of
from onething.trust.credentials import keeping, service
from onething.trust.credentials.anchors import LOG_ID
from onething.trust.credentials.models import Issue
from onething.trust.credentials.signing import AgencyInfo, Keyring
from onething.trust.credentials.tables import CredentialRow, RequestRow

AGENCIES = {
    "health": AgencyInfo({"zh": "市卫生健康委", "en": "Health Commission"}, frozenset({"birth"}), "11310000MB2F30478K"),
    "police": AgencyInfo({"zh": "市公安局", "en": "Police"}, frozenset({"household"})),
    "medins": AgencyInfo({"zh": "市医保局", "en": "Medical Insurance"}, frozenset({"insurance"})),
}
FIELDS = {"child_name": "李一诺", "born_at": "2026-11-20T08:15", "mother_name": "王芳", "weight_g": 3250}


@dataclass
class Office:
    db: Database
    chain: Chain
    keyring: Keyring
    pipeline: service.Pipeline

    def issue(
        self, *, wanted_by: tuple[tuple[str, str], ...] = (), days: int | None = None, kind: str = "birth"
    ) -> str:
        certificate_id, at = new_id("cert"), datetime.now(UTC)
        until = at + timedelta(days=days) if days is not None else None
        one = Issue(
            certificate_id, kind, "health", f"310000-{certificate_id[-8:]}", {"zh": "出生医学证明", "en": "Birth certificate"},
            at, until, FIELDS, wanted_by, "subj_mother", "310101199003070021",
        )  # fmt: skip
        with self.db.transaction() as session:
            service.accept(session, [one])
        return certificate_id

    def settle(self, done: Callable[[], bool] | None = None) -> None:
        for _ in range(300):
            moved = self.pipeline.round()
            if done() if done else not moved:
                return
        raise AssertionError("the rounds do not come to an end")

    def row(self, certificate_id: str) -> CredentialRow:
        with self.db.reading() as session:
            return session.get_one(CredentialRow, certificate_id)

    def credential(self, certificate_id: str) -> str:
        """The signed credential, opened."""
        with self.db.reading() as session:
            return keeping.text_of(session, session.get(CredentialRow, certificate_id))

    def requests(self, certificate_id: str) -> dict[str, str]:
        with self.db.reading() as session:
            from sqlalchemy import select

            rows = session.scalars(select(RequestRow).where(RequestRow.certificate_id == certificate_id))
            return {row.asker: row.step for row in rows}

    def on_chain(self, certificate: bytes) -> ChainCertificate | None:
        told = self.chain.call("Certificates", address_of(self.db, self.chain, "Certificates"), "state", certificate)
        return ChainCertificate(list(CertStatus)[told[0]], *told[1:])

    def against(self, **other: object) -> service.Against:
        values: dict[str, object] = {"trust": self.keyring.trust_list(), "status_of": self.on_chain, **other}
        return service.Against(**values)  # type: ignore[arg-type]

    def pdf(self, certificate_id: str) -> bytes:
        with self.db.reading() as session:
            inside = service.to_seal(session, certificate_id, self.keyring)
        return service.sealed_pdf(inside, drawn(), self.keyring).content


_DRAWN: list[bytes] = []


def drawn() -> bytes:
    """A page as typst draws it."""
    if not _DRAWN:
        import tempfile

        import typst

        with tempfile.TemporaryDirectory() as name:
            page = Path(name) / "page.typ"
            page.write_text("= 出生医学证明\n李一诺", encoding="utf-8")
            _DRAWN.append(typst.compile(page))
    return _DRAWN[0]


def office(db: Database, folder: Path, chain: Chain | None = None) -> Office:
    """On a chain of its own: the embedded one, with everything deployed, or `chain`, on which nothing is yet."""
    if chain is None:
        kinds = {each: info.kinds for each, info in AGENCIES.items()}
        chain = embedded_world(db, folder, kinds, {LOG_ID: "platform"}).chain
    keyring = Keyring(AGENCIES)
    return Office(db, chain, keyring, service.Pipeline(db, keyring, lambda: chain, Accounts(folder / "accounts")))
