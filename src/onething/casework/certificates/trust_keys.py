"""What casework gives to `trust`: who may issue what, whose keys, which log, and who needs which certificate.

All of it comes from the city package; a new life event's certificates are signed, logged and anchored without a line here.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from onething.casework.cases.case_work import CaseWork
from onething.catalog.models import City, EvidenceType
from onething.catalog.service import get_city
from onething.core.db import Database, get_database
from onething.core.settings import get_settings, settings_of
from onething.trust.chain.service import Chain
from onething.trust.credentials.service import (
    Against,
    AgencyInfo,
    CertificateLog,
    Issue,
    Keyring,
    Pipeline,
    contract_status,
    get_accounts,
    policy_of,
    register,
)  # fmt: skip
from onething.trust.settings import TrustSettings

WITNESSES, LIARS = 4, 1
"""Agencies that cosign the certificates' log, and how many of them may lie without making a fork count; as many may be away."""


def kinds_of(city: City) -> dict[str, set[str]]:
    """Agency → types of certificates that its services give."""
    found: dict[str, set[str]] = {}
    for event in city.life_events:
        for service in event.services:
            for slot_id in service.outputs:
                slot = event.slot(slot_id)
                kind = city.type_of(slot)
                if kind is not None and kind.certificate is not None:
                    found.setdefault(service.agency, set()).add(kind.id)
    return found


def _infos(city: City) -> dict[str, AgencyInfo]:
    """Every agency of the city: those that issue nothing ask for certificates all the same. Whoever may grant may refuse."""
    kinds = kinds_of(city)
    if city.refusal:
        for agency in {service.agency for event in city.life_events for service in event.services}:
            kinds[agency] = kinds.get(agency, set()) | {city.refusal}
    return {
        agency.id: AgencyInfo({"zh": agency.name.zh, "en": agency.name.en}, frozenset(kinds.get(agency.id, ())))
        for agency in city.agencies
    }


def _witnesses(city: City) -> tuple[str, ...]:
    """Agencies that issue certificates first; others of the city fill up the number."""
    issuing = sorted(kinds_of(city))
    others = sorted({agency.id for agency in city.agencies} - set(issuing))
    return tuple([*issuing, *others][:WITNESSES])


def witness_rule(city: City) -> tuple[tuple[str, ...], int]:
    """Who cosigns the certificates' log, and how many of them must for a checkpoint to count.

    With n witnesses of which f lie, two contradicting checkpoints cannot both count when m > (n + f) / 2. A city of fewer than
    three agencies needs all of them.
    """
    names = _witnesses(city)
    return names, min(len(names), (len(names) + LIARS) // 2 + 1)


@lru_cache(maxsize=4)
def _keyring(_folder: Path, _version: str) -> Keyring:
    city = get_city()
    witnesses, needed = witness_rule(city)
    return Keyring(
        _infos(city),
        lambda: policy_of(city.id, witnesses, needed, get_database()),
        lambda: certificate_log(get_database(), city),
        city.name.zh,
    )


def certificate_log(db: Database, city: City) -> CertificateLog:
    """The public log of this installation's certificates, with its witnesses."""
    witnesses, needed = witness_rule(city)
    return CertificateLog(db, city.id, witnesses, get_settings().data_dir / "trust", needed)


def keyring() -> Keyring:
    """The keys of this installation's agencies, made when first needed."""
    return _keyring(get_settings().data_dir, get_city().version)


def pipeline(db: Database, city: City) -> Pipeline:
    """The rounds that sign, log, anchor and fetch; one for each worker process."""
    keyring().prepare()
    return Pipeline(
        db, keyring(), _chain, get_accounts(), evidence=certificate_log(db, city),
        confirmations=settings_of(TrustSettings).chain_confirmations,
    )  # fmt: skip


def _chain() -> Chain:
    from onething.trust.chain.service import get_chain  # web3 and py-evm: loaded when a round first needs the chain

    return get_chain()


def against(db: Database, *, online: bool = True) -> Against:
    """What this installation checks certificates against: its own list, contract and register."""
    ring = keyring()
    if not online:
        return Against(ring.trust_list())
    return Against(ring.trust_list(), status_of=contract_status(db), register=register(db))


def issue_of(work: CaseWork, kind: EvidenceType, row: dict[str, Any], data: dict[str, Any]) -> Issue:
    """The certificate of a row of `certificate`, ready to be signed."""
    title = kind.certificate.title if kind.certificate else kind.name
    return Issue(
        row["id"], kind.id, row["agency"], row["number"], {"zh": title.zh, "en": title.en}, row["issued_at"],
        row["valid_until"], data, (), row["subject_id"],
        holder_number(kind, data, work.facts),
    )  # fmt: skip


def holder_number(kind: EvidenceType, data: dict[str, Any], facts: dict[str, Any]) -> str:
    """The number under which a certificate is looked up: its own holder's, else the applicant's."""
    own = next((str(data[field.id]) for field in kind.fields if field.names_person and data.get(field.id)), "")
    applicant: dict[str, Any] = facts.get("applicant") or {}
    return own or str(applicant.get("id_number") or "")
