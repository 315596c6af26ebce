"""What a wallet reads before it asks: of the issuer (OpenID4VCI 1.0, 12.2), of its token endpoint (RFC 8414), of each kind
(SD-JWT VC, type metadata), and the keys of the agencies."""

from collections.abc import Iterable
from typing import Any

from onething.casework.certificates import service as certificates
from onething.catalog.models import City, EvidenceType
from onething.catalog.service import certificate_field, get_city
from onething.core.i18n import Text
from onething.trust.credentials import service as credentials
from onething.wallets import addresses

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
BATCH = 5
"""So many copies, each for a key of its own, may be fetched at once: shown one after the other they cannot be told to be of one phone."""


def kinds(city: City) -> list[EvidenceType]:
    """Kinds of certificates that this city issues."""
    return [kind for kind in city.evidence_types if kind.certificate is not None]


def fields_of(city: City, kind: EvidenceType) -> dict[str, Text]:
    """Signed name → words, of every field that a certificate of this kind may have."""
    form = kind.certificate
    names = [spec.id for spec in kind.fields] + list(form.with_ if form else ())
    found: dict[str, Text] = {}
    for name in names:
        spec = certificate_field(city, kind.id, name)
        found[credentials.signed_name(name)] = spec.name if spec else Text(zh=name, en=name)
    return found


def issuer() -> dict[str, Any]:
    city = get_city()
    return {
        "credential_issuer": addresses.issuer(),
        "credential_endpoint": addresses.at(addresses.CREDENTIAL),
        "nonce_endpoint": addresses.at(addresses.NONCE),
        "batch_credential_issuance": {"batch_size": BATCH},
        "display": _display(city.name),
        "credential_configurations_supported": {kind.id: _configuration(city, kind) for kind in kinds(city)},
    }


def _configuration(city: City, kind: EvidenceType) -> dict[str, Any]:
    assert kind.certificate is not None  # noqa: S101
    claims = [{"path": [name], "display": _display(words)} for name, words in fields_of(city, kind).items()]
    return {
        "format": "dc+sd-jwt",
        "vct": type_of(kind.id),
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {"display": _display(kind.certificate.title), "claims": claims},
    }


def authorization_server() -> dict[str, Any]:
    return {
        "issuer": addresses.issuer(),
        "token_endpoint": addresses.at(addresses.TOKEN),
        "grant_types_supported": [PRE_AUTHORIZED],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def type_of(kind_id: str) -> str:
    """The `vct` of a kind: an address that says what it holds."""
    return addresses.at(addresses.KINDS, kind_id)


def kind_of(vct: str) -> str:
    """The kind that a `vct` of ours names; empty for another's."""
    head, _, kind_id = vct.rpartition("/")
    return kind_id if head == addresses.at(addresses.KINDS) else ""


def type_metadata(kind_id: str) -> dict[str, Any] | None:
    city = get_city()
    kind = next((each for each in kinds(city) if each.id == kind_id), None)
    if kind is None or kind.certificate is None:
        return None
    claims = [
        {"path": [name], "display": _labels(words), "sd": "always"} for name, words in fields_of(city, kind).items()
    ]
    title = kind.certificate.title
    return {
        "vct": type_of(kind.id), "name": title.en, "claims": claims,
        "display": [{"locale": "zh-CN", "name": title.zh}, {"locale": "en", "name": title.en}],
    }  # fmt: skip


def agencies_keys() -> dict[str, Any]:
    """JWT VC issuer metadata: the keys that sign what wallets hold, for those who do not check X.509 certificates."""
    keyring = certificates.keyring()
    signers = [keyring.seals.signer(agency) for agency, info in sorted(keyring.agencies.items()) if info.kinds]
    keys = [signer.public_key.jwk() | {"kid": signer.key_id, "use": "sig"} for signer in signers]
    return {"issuer": addresses.issuer(), "jwks": {"keys": _once(keys)}}


def _once(keys: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return list({key["kid"]: key for key in keys}.values())


def _display(words: Text) -> list[dict[str, str]]:
    return [{"name": words.zh, "locale": "zh-CN"}, {"name": words.en, "locale": "en"}]


def _labels(words: Text) -> list[dict[str, str]]:
    return [{"locale": "zh-CN", "label": words.zh}, {"locale": "en", "label": words.en}]
