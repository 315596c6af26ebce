"""HTTP message signatures (RFC 9421) with Content-Digest (RFC 9530), for the two messages that gateways exchange. Pure.

A question is covered by method, path, content type and digest. An answer is covered by its status, content type and digest, and
by the digest and the signature of the question it belongs to, so that no answer can be shown as that of another question.
`alg` is `ed25519` (registered) or `sm2-sm3` (private: 64 bytes r ‖ s, GB/T 32918.2; the signer id comes from the key).
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onething.exchange.errors import SignatureError
from onething.trust.service import Algorithm, Signer, Verifier

LABEL = "gw"
ALGORITHMS = {Algorithm.ED25519: "ed25519", Algorithm.SM2: "sm2-sm3"}
QUESTION = ("@method", "@path", "content-type", "content-digest")
ANSWER = ("@status", "content-type", "content-digest", "content-digest;req", f'signature;req;key="{LABEL}"')
_MAX_HEADER = 2000
_ITEM = re.compile(r'"([a-z@][a-z0-9@\-]*)"((?:;[a-z]+(?:="[\x20\x21\x23-\x5b\x5d-\x7e]*")?)*)')
_PARAMETER = re.compile(r';([a-z]+)=(?:(\d{1,15})|"([\x20\x21\x23-\x5b\x5d-\x7e]*)")')


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """What of an HTTP message can be covered. Header names are lower case; `request` is set for an answer."""

    headers: Mapping[str, str]
    method: str = ""
    path: str = ""
    authority: str = ""
    status: int | None = None
    request: "HttpMessage | None" = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """Signature parameters: covered components (identifiers as in `QUESTION`) and the rest in their order."""

    covered: tuple[str, ...]
    created: int
    expires: int
    nonce: str
    key_id: str
    algorithm: str
    tag: str
    text: str = field(default="", compare=False)
    """As it stood on the wire; this is what was signed."""


def content_digest(body: bytes) -> str:
    """`sha-256=:…:` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def component(message: HttpMessage, identifier: str) -> str:
    """The value of one covered component (RFC 9421 §2). Raises `SignatureError(missing)`."""
    name, *flags = identifier.split(";")
    if "req" in flags:
        if message.request is None:
            raise SignatureError("missing", "there is no question to this answer")
        rest = ";".join([name, *[flag for flag in flags if flag != "req"]])
        return component(message.request, rest)
    key = next((flag[5:-1] for flag in flags if flag.startswith('key="')), None)
    match name:
        case "@method" if message.method:
            return message.method
        case "@path" if message.path:
            return message.path
        case "@authority" if message.authority:
            return message.authority.lower()
        case "@status" if message.status is not None:
            return str(message.status)
        case _:
            value = message.headers.get(name)
    if name.startswith("@") or value is None:
        raise SignatureError("missing", f"{name} is covered and not there")
    return value.strip() if key is None else _member(value, key)


def _member(value: str, key: str) -> str:
    """One member of a dictionary header that has only this one."""
    name, found, rest = value.strip().partition("=")
    if not found or name != key or "," in rest:
        raise SignatureError("missing", f"no single member {key}")
    return rest


def signature_base(message: HttpMessage, covered: Sequence[str], params: str) -> bytes:
    """RFC 9421 §2.5. `params` is the value of `@signature-params` as on the wire."""
    lines = [f"{_quoted(each)}: {component(message, each)}" for each in covered]
    if any("\n" in line or "\r" in line for line in lines):
        raise SignatureError("malformed", "a line break inside a covered value")
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii", "strict")


def _quoted(identifier: str) -> str:
    name, found, flags = identifier.partition(";")
    return f'"{name}"{found}{flags}'


def params_text(params: Parameters) -> str:
    """`("@method" …);created=…;…` in the one order that gateways write."""
    inner = " ".join(_quoted(each) for each in params.covered)
    return (
        f"({inner});created={params.created};expires={params.expires};"
        f'nonce="{params.nonce}";keyid="{params.key_id}";alg="{params.algorithm}";tag="{params.tag}"'
    )


def sign(message: HttpMessage, signer: Signer, params: Parameters) -> dict[str, str]:
    """The headers `signature-input` and `signature` to add."""
    text = params_text(params)
    signature = base64.b64encode(signer.sign(signature_base(message, params.covered, text))).decode()
    return {"signature-input": f"{LABEL}={text}", "signature": f"{LABEL}=:{signature}:"}


def read(headers: Mapping[str, str], covered: Sequence[str]) -> tuple[Parameters, bytes]:
    """Parameters and signature of a message that must cover exactly `covered`. Raises `SignatureError`."""
    given, signature = headers.get("signature-input", ""), headers.get("signature", "")
    if not given or not signature:
        raise SignatureError("unsigned", "no signature")
    if len(given) > _MAX_HEADER or len(signature) > _MAX_HEADER:
        raise SignatureError("malformed", "signature headers are too long")
    raw = re.fullmatch(rf"{LABEL}=:([A-Za-z0-9+/]{{86}}==):", signature)
    whole = re.fullmatch(rf"{LABEL}=(\(([^()]*)\)([^()]*))", given)
    if raw is None or whole is None:
        raise SignatureError("malformed", "signature headers do not read as one signature of 64 bytes")
    items = tuple(f"{name}{flags}" for name, flags in _ITEM.findall(whole[2]))
    if " ".join(_quoted(item) for item in items) != whole[2]:
        raise SignatureError("malformed", "covered components do not read")
    if items != tuple(covered):
        raise SignatureError("coverage", "the signature does not cover what it must")
    try:
        content = base64.b64decode(raw[1], validate=True)
    except ValueError:
        raise SignatureError("malformed", "the signature is not base64") from None
    if base64.b64encode(content).decode() != raw[1]:
        raise SignatureError("malformed", "the signature is not base64 in its one form")
    return _parameters(items, whole[3], whole[1]), content


def _parameters(items: tuple[str, ...], text: str, whole: str) -> Parameters:
    found = {name: number or words for name, number, words in _PARAMETER.findall(text)}
    params = Parameters(
        items, int(found.get("created") or 0), int(found.get("expires") or 0), found.get("nonce", ""),
        found.get("keyid", ""), found.get("alg", ""), found.get("tag", ""), whole,
    )  # fmt: skip
    if params_text(params) != whole:
        raise SignatureError("malformed", "signature parameters are missing, doubled, or not in the one order")
    return params


def verify(message: HttpMessage, body: bytes, verifier: Verifier, params: Parameters, signature: bytes) -> None:
    """Raise `SignatureError` unless body, digest and signature are this key's. Clock, nonce and key status are the caller's."""
    if message.headers.get("content-digest") != content_digest(body):
        raise SignatureError("digest", "the body is not the one whose digest was signed")
    if params.algorithm != ALGORITHMS[verifier.algorithm] or params.key_id != verifier.key_id:
        raise SignatureError("key", "the key is not the one that the signature names")
    try:
        base = signature_base(message, params.covered, params.text)
    except UnicodeEncodeError:
        raise SignatureError("malformed", "covered values are ASCII") from None
    if not verifier.verify(signature, base):
        raise SignatureError("signature", "the signature is not good")
