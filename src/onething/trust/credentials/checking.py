"""Is it genuine? By whom, when, still in force? Every step on its own, so that the one that failed can be named.

Pure: takes the file, the trust list and, where there is a connection, what the contract says. Nothing wrong passes:
`GENUINE` needs every step that could be done to be good, and the status to be known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from onething.core.clock import local
from onething.core.errors import Problem
from onething.core.i18n import Text, texts_of
from onething.trust.chain.models import CertStatus, ChainCertificate
from onething.trust.credentials import sdjwt
from onething.trust.credentials.errors import BROKEN
from onething.trust.credentials.evidence import beyond_recovery, included, lost_here
from onething.trust.credentials.models import Report, Status, Step, Verdict
from onething.trust.credentials.sdjwt import Parsed
from onething.trust.credentials.sealed_files import OpenedFile
from onething.trust.credentials.seals import DOCUMENT
from onething.trust.credentials.signing import FORMAT, SEALING, SIGNING, chain_id_of
from onething.trust.credentials.timestamps import moment_of
from onething.trust.credentials.trustlist import TrustList, load
from onething.trust.keys.algorithms import make_verifier
from onething.trust.keys.digests import sm3
from onething.trust.ledger.canonical import parse, parse_canonical
from onething.trust.models import Algorithm, unb64url

say = texts_of(__name__)

StatusOf = Callable[[bytes], ChainCertificate | None]
"""Ask the contract about a certificate by its 32-byte id; None when it cannot be asked. Raises nothing."""
Register = Callable[[str], Status | None]
"""Status of a certificate (by its id) in this installation's register; None when it has none of this id."""
LogCheck = Callable[[Mapping[str, Any], bytes], bool | None]
"""Whether a log proof includes a 32-byte digest; None when the proof is of a kind unknown here."""

SKEW = 300
"""Seconds by which clocks may differ."""


@dataclass(frozen=True, slots=True)
class Against:
    """What a file is checked against. `root` is the fingerprint known from elsewhere; None trusts the list as given."""

    trust: TrustList | None = None
    root: str | None = None
    status_of: StatusOf | None = None
    log: LogCheck | None = None
    """By default what the trust list demands of the log."""
    register: Register | None = None
    """What the agencies' own register says, which knows a change seconds before the contract does."""
    at: datetime | None = None


def check_file(content: bytes, against: Against) -> Report:
    """A PDF, the JSON document inside it, or a bare SD-JWT."""
    if content[:5] == b"%PDF-":
        return _check_pdf(content, against)
    if content[:1] == b"{":
        return _check_document(content, against, [])
    text = content.decode("ascii", "replace").strip()
    if text.count(".") >= 2 and "~" in text:
        return check_credential(text, against, [])
    return Report(Verdict.UNKNOWN, (Step("form", False, say("credentials.no_certificate")),))


def _check_pdf(content: bytes, against: Against) -> Report:
    from onething.trust.credentials import (
        pdf as pdf_files,  # not above: what reads signed files takes half a second to load
    )

    try:
        # Which key may sign is decided below, by the list; here only that the file is as that key signed it.
        sealed = pdf_files.open_sealed(content)
    except Problem as problem:
        why = str(problem.values.get("why", ""))
        if why in {"not signed as our certificates are", "not a PDF"}:
            return Report(Verdict.UNKNOWN, (Step("file", False, say("credentials.not_ours")),))
        return Report(Verdict.FORGED, (Step("file", False, say("credentials.file_changed")),))
    return _check_document(sealed.document, against, [Step("file", True, say("credentials.file_ok"))], sealed)


def _check_document(content: bytes, against: Against, steps: list[Step], sealed: OpenedFile | None = None) -> Report:
    try:
        data: dict[str, Any] = parse_canonical(content) if sealed else parse(content)
        if data["format"] != FORMAT:
            return Report(Verdict.UNKNOWN, (*steps, Step("form", False, say("credentials.not_ours"))))
        credential, seal, proof = str(data["credential"]), dict(data["seal"]), dict(data["proof"])
        trust = against.trust or load(_dump(data["trust"]), against.root)
        if against.trust is None:
            steps = [
                *steps,
                Step("list", None, say("credentials.list_of", at=f"{local(trust.issued_at):%Y-%m-%d %H:%M}")),
            ]
    except Problem as problem:
        said = (
            say("credentials.root_unknown")
            if "root" in str(problem.values.get("why", ""))
            else say("credentials.document_broken")
        )
        return Report(Verdict.FORGED, (*steps, Step("document", False, said)))
    except (KeyError, TypeError, ValueError):
        return Report(Verdict.FORGED, (*steps, Step("document", False, say("credentials.document_broken"))))
    return check_credential(credential, replace(against, trust=trust), steps, seal=seal, proof=proof, sealed=sealed)


def _dump(value: Any) -> bytes:
    from onething.trust.ledger.canonical import canonical

    return canonical(value)


def check_credential(
    credential: str, against: Against, steps: list[Step], *, seal: Mapping[str, Any] | None = None,
    proof: Mapping[str, Any] | None = None, sealed: OpenedFile | None = None,
) -> Report:  # fmt: skip
    """A credential with or without what belongs to it."""
    trust = against.trust
    if trust is None:
        return Report(Verdict.STATUS_UNKNOWN, (*steps, Step("trust", None, say("credentials.no_trust_list"))))
    try:
        parsed = sdjwt.verify(credential, trust.verifier)
        payload = parsed.payload
        certificate_id, issued = str(payload["id"]), datetime.fromtimestamp(int(payload["iat"]), UTC)
        until = datetime.fromtimestamp(int(payload["exp"]), UTC) if "exp" in payload else None
        title = Text(zh=str(payload["title"]["zh"]), en=str(payload["title"]["en"]))
        if payload["status"] != {"onething": {"id": chain_id_of(certificate_id).hex()}}:
            raise Problem(BROKEN, why="status")
    except (Problem, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        why = str(error.values.get("why", "")) if isinstance(error, Problem) else ""
        said = say("credentials.key_unknown") if "not trusted" in why else say("credentials.signature_bad")
        return Report(Verdict.FORGED, (*steps, Step("signature", False, said)), root=trust.root.key_id)
    known = against.status_of(chain_id_of(certificate_id)) if against.status_of else None
    said = against.register(certificate_id) if against.register else None
    if known is not None:
        known = _stricter(known, said)
    digest = sdjwt.digest_of(credential)
    steps.append(_who(parsed, trust, issued, _proven(known, digest)))
    if sealed is not None:
        steps += _sealed_file(sealed, str(payload["iss"]), trust)
    if seal is not None:
        steps.append(_seal(seal, credential, str(payload["iss"]), trust))
    if proof is not None:
        step = _log(proof, digest, against.log or _by_list(trust))
        if step.ok is False and trust.log is not None and beyond_recovery(trust.log, proof["log"], digest):
            step = Step("log", None, say("credentials.log_lost"))
        steps.append(step)
        if step.ok and _lost(proof, trust, against, certificate_id):
            steps.append(Step("record", None, say("credentials.log_lost")))
    at = against.at or datetime.now(UTC)
    verdict = _status(steps, digest, known, until, at, said)
    if any(step.ok is False for step in steps if step.id not in {"status", "valid"}):
        verdict = Verdict.FORGED
    found = trust.key(str(parsed.header["kid"]))
    agency = found[0] if found else None
    return Report(
        verdict, tuple(steps), certificate_id, str(payload["vct"]), str(payload["number"]), title, str(payload["iss"]),
        Text(**agency.name) if agency else None, issued, until, sdjwt.fields_of(parsed), trust.root.key_id, str(payload.get("replaces", "")),
    )  # fmt: skip


def _proven(known: ChainCertificate | None, digest: bytes) -> datetime | None:
    """Since when the contract has this very document; what the signer says of the time proves nothing."""
    return datetime.fromtimestamp(known.issued, UTC) if known is not None and known.digest == digest else None


def _who(parsed: Parsed, trust: TrustList, issued: datetime, proven: datetime | None) -> Step:
    """The key belongs to the agency named in it, counts at the time of issue, and the agency may issue this kind.

    A revoked key's signature counts only when the contract had the document before the revocation: a thief dates back.
    """
    found = trust.key(str(parsed.header["kid"]))
    if found is None:
        return Step("signature", False, say("credentials.key_unknown"))
    agency, record = found
    name = Text(**agency.name)
    if record.name != SIGNING or agency.id != parsed.payload["iss"] or parsed.payload["vct"] not in agency.kinds:
        return Step("signature", False, say("credentials.may_not", agency=name))
    early = issued.timestamp() + SKEW < record.created_at.timestamp()
    if early or (record.revoked_at is not None and (proven is None or proven >= record.revoked_at)):
        return Step("signature", False, say("credentials.key_revoked", agency=name))
    return Step("signature", True, say("credentials.signature_ok", agency=name))


def _sealed_file(sealed: OpenedFile, agency_id: str, trust: TrustList) -> list[Step]:
    """The file bears the agency's own seal, which counted when it was sealed; and since when the file is known to be there.

    Of a revoked seal only what a trusted time stamp places before the revocation is believed: its thief draws what he likes
    around a genuine document. Files sealed before there were stamps cannot show that.
    """
    agency = next((each for each in trust.agencies if each.id == agency_id), None)
    wanted = DOCUMENT if sealed.key.algorithm is Algorithm.P256 else SIGNING
    record = next((k for k in agency.keys if k.public_key == sealed.key and k.name == wanted), None) if agency else None
    if agency is None or record is None:
        return [Step("file_seal", False, say("credentials.other_seal"))]
    name = Text(**agency.name)
    at = moment_of(sealed.token, sealed.signature, trust.time_roots) if sealed.token else None
    if record.revoked_at is not None and (at is None or at >= record.revoked_at):
        return [Step("file_seal", False, say("credentials.key_revoked", agency=name))]
    steps = [Step("file_seal", True, say("credentials.file_seal_ok", agency=name))]
    if at is not None:
        return [*steps, Step("time", True, say("credentials.time_ok", at=f"{local(at):%Y-%m-%d %H:%M:%S}"))]
    if sealed.token is not None:
        return [*steps, Step("time", False, say("credentials.time_bad"))]
    return [*steps, Step("time", None, say("credentials.time_none"))]


def _seal(seal: Mapping[str, Any], credential: str, agency_id: str, trust: TrustList) -> Step:
    digest = sm3(credential.split("~", 1)[0].encode())
    found = trust.key(str(seal.get("kid")))
    try:
        genuine = (
            found is not None and found[0].id == agency_id and found[1].name == SEALING
            and set(seal) == {"alg", "kid", "digest", "signature"} and seal["alg"] == "SM2-SM3"
            and seal["digest"] == digest.hex()
            and make_verifier(found[1].public_key).verify(unb64url(seal["signature"]), digest)
        )  # fmt: skip
    except (ValueError, TypeError):
        genuine = False
    return (
        Step("seal", True, say("credentials.seal_ok")) if genuine else Step("seal", False, say("credentials.seal_bad"))
    )


def _log(proof: Mapping[str, Any], digest: bytes, check: LogCheck | None) -> Step:
    told = proof.get("log")
    if not told or check is None:
        return Step("log", None, say("credentials.log_none"))
    included = check(told, digest)
    if included is None:
        return Step("log", None, say("credentials.log_none"))
    return Step("log", True, say("credentials.log_ok")) if included else Step("log", False, say("credentials.log_bad"))


def _lost(proof: Mapping[str, Any], trust: TrustList, against: Against, certificate_id: str) -> bool:
    """This installation's register has no such certificate, and the operator's word says why."""
    if trust.log is None or against.register is None or against.register(certificate_id) is not None:
        return False
    return lost_here(trust.log, proof["log"])


def _by_list(trust: TrustList) -> LogCheck | None:
    """The check that the trust list demands."""
    policy = trust.log
    return (lambda told, digest: included(policy, told, digest)) if policy is not None else None


_OF_STATUS = {
    CertStatus.SUSPENDED: (Verdict.SUSPENDED, "suspended"),
    CertStatus.REVOKED: (Verdict.WITHDRAWN, "revoked"),
    CertStatus.SUPERSEDED: (Verdict.REPLACED, "replaced"),
}


def _stricter(known: ChainCertificate, said: Status | None) -> ChainCertificate:
    """A certificate is in force only where contract and register agree that it is."""
    if said is None or said is Status.ISSUED or known.status is not CertStatus.ISSUED:
        return known
    return replace(known, status=CertStatus(said.value))


def _status(
    steps: list[Step], digest: bytes, known: ChainCertificate | None, until: datetime | None, at: datetime,
    said: Status | None = None,
) -> Verdict:  # fmt: skip
    """`said`: the agencies' own register, which is believed when it has it out of force, whatever the contract knows yet."""
    expired = until is not None and at > until
    steps.append(Step("valid", not expired, say("credentials.expired") if expired else say("credentials.valid")))
    if said is not None and said is not Status.ISSUED and (known is None or known.status is CertStatus.UNKNOWN):
        verdict, words = _OF_STATUS[CertStatus(said.value)]
        steps.append(Step("status", False, say(f"credentials.now.{words}")))
        return verdict
    if known is None:
        steps.append(Step("status", None, say("credentials.status_unknown")))
        return Verdict.EXPIRED if expired else Verdict.STATUS_UNKNOWN
    if known.status is CertStatus.UNKNOWN:
        steps.append(Step("status", None, say("credentials.not_anchored")))
        return Verdict.EXPIRED if expired else Verdict.STATUS_UNKNOWN
    if known.digest != digest:
        steps.append(Step("contract", False, say("credentials.other_digest")))
        return Verdict.FORGED
    if known.status is not CertStatus.ISSUED:
        verdict, words = _OF_STATUS[known.status]
        steps.append(Step("status", False, say(f"credentials.now.{words}")))
        return verdict
    steps.append(Step("status", True, say("credentials.in_force")))
    return Verdict.EXPIRED if expired else Verdict.GENUINE
