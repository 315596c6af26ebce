#!/usr/bin/env python3
"""Check a court package: `python verify.py package.zip --root=FINGERPRINT`. Needs Python 3.11 and `cryptography`, nothing else.

Get the root's fingerprint, and this file, from elsewhere than the package: who can alter a package can alter the verifier in it.
One file on purpose, so that an expert can read all that is relied upon: RFC 9162 (log), C2SP signed notes and cosignatures,
RFC 9901 (SD-JWT), RFC 8785 (JSON), RFC 3161 and 5652 (time stamp), GB/T 32918 and 32905 (SM2, SM3), EIP-155 (transactions).

Exit codes: 0 genuine · 1 refused · 2 not a package, or wrong usage · 3 nothing is wrong, but no fingerprint was given.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

FORMAT = "onething-court-package/1"
MOST = 64 * 1024 * 1024
STEPS: dict[str, tuple[str, str]] = {
    "form": ("文件包的每个字节都在应有的位置", "every byte of the package is where it must be"),
    "manifest": ("清单由所给指纹的根密钥签署", "the manifest is signed by the root of the given fingerprint"),
    "files": ("包内文件与清单逐一相符", "every file is the one in the manifest"),
    "trust_list": ("签发机关名录由同一根密钥签署", "the list of agencies is signed by the same root"),
    "record": (
        "证照由名录内有权的机关签发，未被改动",
        "the record is signed by an agency that may issue it, unaltered",
    ),
    "opened": ("每个字段都与签发时的承诺相符", "every field opens the commitment that was signed"),
    "seal": ("国密电子印章（SM2/SM3）有效", "the SM2/SM3 seal is good"),
    "checkpoint": ("存证日志检查点有足够见证方共同签署", "enough witnesses cosigned the log's checkpoint"),
    "inclusion": ("记录在该检查点的日志之中", "the record is in the log of that checkpoint"),
    "consistency": ("此后的日志没有改写过", "the log was not rewritten afterwards"),
    "time_stamp": ("可信时间戳（RFC 3161）有效", "the RFC 3161 time stamp is good"),
    "key": ("签名密钥在被证明的时间有效", "the signing key counted at the proven time"),
    "contract": ("合约登记由各机关本人的账户签署", "the contract's calls are signed by each agency's own account"),
    "node": ("区块链节点仍有这些交易", "a node of the chain still has these transactions"),
}


class RefusedError(Exception):
    """A step that does not hold."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(f"{step}: {why}")
        self.step, self.why = step, why


@dataclass
class Finding:
    """What a check found: steps in order (`ok` None: could not be done here), who did what, the opened fields."""

    known: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    """What the reader knows from elsewhere."""
    steps: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    deeds: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    about: dict[str, Any] = field(default_factory=dict[str, Any])
    root: str = ""

    def add(self, step: str, ok: bool | None = True, note: str = "") -> None:
        zh, en = STEPS[step]
        self.steps.append({"step": step, "ok": ok, "zh": zh, "en": en, "note": note})

    def deed(self, at: str, who: str, what: str, by: str) -> None:
        """`by`: the evidence that says so."""
        self.deeds.append({"at": at, "who": who, "what": what, "by": by})

    @property
    def verdict(self) -> str:
        if any(one["ok"] is False for one in self.steps) or not self.steps:
            return "refused"
        return "genuine" if all(one["ok"] for one in self.steps if one["step"] == "manifest") else "unanchored"

    @property
    def failed(self) -> str:
        return next((str(one["step"]) for one in self.steps if one["ok"] is False), "")

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict, "failed": self.failed, "steps": self.steps, "who_did_what": self.deeds,
            "fields": self.fields, "about": self.about, "root": self.root,
        }  # fmt: skip


# -- the container: a ZIP without compression in exactly one form, so that no byte of it can change unseen


def zip_of(files: dict[str, bytes]) -> bytes:
    """The one form: stored, in the order of names, fixed times, no comments and no extra fields."""
    body, index = b"", b""
    for name in sorted(files):
        data, raw = files[name], name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0x800, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(raw), 0)
        index += b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += b"PK\3\4" + common + raw + data
    count = len(files)
    return body + index + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(index), len(body), 0)


def unzip(data: bytes) -> dict[str, bytes]:
    """The files; refuses whatever is not exactly what `zip_of` makes of them."""
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == b"PK\3\4" and at + 30 <= len(data):
        size, length = struct.unpack_from("<I", data, at + 22)[0], struct.unpack_from("<H", data, at + 26)[0]
        start = at + 30 + length
        name = data[at + 30 : start].decode("utf-8", "replace")
        if not re.fullmatch(r"[A-Za-z0-9_./-]{1,100}", name) or name in files or start + size > len(data):
            raise RefusedError("form", "a file's header is not as it must be")
        files[name], at = data[start : start + size], start + size
    if len(data) > MOST or zip_of(files) != data:
        raise RefusedError("form", "the container was altered, cut off or lengthened")
    return files


# -- JSON and base64, read in their one form


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def no_constant(name: str) -> NoReturn:
    raise ValueError(f"not JSON: {name}")


def read_json(data: bytes | str) -> Any:
    return json.loads(data, object_pairs_hook=unique, parse_constant=no_constant)


def canonical(value: Any) -> bytes:
    """RFC 8785 for the JSON that packages hold: no fractions, keys in the order of their UTF-16 units."""
    if isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        order = sorted(named, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(named[name]) for name in order) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(one) for one in cast("list[Any]", value)) + b"]"
    if isinstance(value, float):
        raise ValueError("a fraction")
    return json.dumps(value, ensure_ascii=False).encode()


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    data = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    if b64url(data) != text:
        raise ValueError("not base64url in its one form")
    return data


# -- hashes and signatures


def sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


HASHES: dict[str, Callable[[bytes], bytes]] = {"sha256": lambda data: hashlib.sha256(data).digest(), "sm3": sm3}
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
Point = tuple[int, int] | None


def plus(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] + A) * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(count: int, point: Point) -> Point:
    found: Point = None
    while count:
        if count & 1:
            found = plus(found, point)
        point, count = plus(point, point), count >> 1
    return found


def sm2_verifies(x: int, y: int, signer: bytes, signature: bytes, message: bytes) -> bool:
    """GB/T 32918.2, 7.1. Only checks: nothing here ever touches a secret, so plain integers will do."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    on_curve = max(x, y) < P and (y * y - x * x * x - A * x - B) % P == 0
    if len(signature) != 64 or not on_curve or not 0 < r < N or not 0 < s < N or (r + s) % N == 0:
        return False
    words = b"".join(n.to_bytes(32, "big") for n in (A, B, GX, GY, x, y))
    e = int.from_bytes(sm3(sm3((8 * len(signer)).to_bytes(2, "big") + signer + words) + message), "big")
    point = plus(times(s, (GX, GY)), times((r + s) % N, (x, y)))
    return point is not None and (e + point[0]) % N == r


def verifies(jwk: dict[str, Any], signature: bytes, message: bytes) -> bool:
    """A signature by a public key as JWK (RFC 8037; SM2 as EC with `crv` SM2 and its signer id in `sid`)."""
    if jwk.get("crv") == "Ed25519":
        try:
            Ed25519PublicKey.from_public_bytes(unb64url(jwk["x"])).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
    if jwk.get("crv") != "SM2":
        raise ValueError("unknown kind of key")
    x, y = (int.from_bytes(unb64url(jwk[name]), "big") for name in ("x", "y"))
    return sm2_verifies(x, y, unb64url(jwk["sid"]), signature, message)


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638."""
    required = {name: value for name, value in jwk.items() if name != "alg"}
    return b64url(hashlib.sha256(json.dumps(required, sort_keys=True, separators=(",", ":")).encode()).digest())


# -- the log: checkpoints, cosignatures, proofs


@dataclass
class Checkpoint:
    origin: str
    size: int
    root: bytes
    times: dict[str, int]


def checkpoint_of(note: bytes, policy: dict[str, Any]) -> Checkpoint:
    """A checkpoint that counts. Raises `RefusedError`."""
    text, _, tail = note.decode().rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    policy = policy_under(policy, origin, int(size), root)
    good: dict[str, int] = {}
    by_log = False
    for line in tail.splitlines():
        found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)", line)
        if not found:
            raise RefusedError("checkpoint", "a line of it is no signature")
        raw = base64.b64decode(found[2], validate=True)[4:]
        by_log = by_log or any(verifies(k["key"], raw, text.encode()) for k in policy["logs"] if k["name"] == found[1])
        at = int.from_bytes(raw[:8], "big")
        said = f"cosignature/v1\ntime {at}\n{text}".encode()
        for one in policy["witnesses"]:
            late = one["revoked_at"] and at >= datetime.fromisoformat(one["revoked_at"]).timestamp()
            if one["name"] == found[1] and not late and verifies(one["key"], raw[8:], said):
                good[found[1]] = at
    if origin != policy["origin"] or not by_log:
        raise RefusedError("checkpoint", "the log did not sign it")
    if len(good) < int(policy["needed"]) or int(policy["needed"]) < 1:
        raise RefusedError("checkpoint", f"{len(good)} of {policy['needed']} cosignatures")
    return Checkpoint(origin, int(size), base64.b64decode(root, validate=True), good)


def policy_under(policy: dict[str, Any], origin: str, size: int, root: str) -> dict[str, Any]:
    """The policy for a checkpoint of the log under a former name: its operator said, signed, where it ended. Else as it is."""
    for note in policy.get("recoveries", ()):
        text, _, tail = note.rpartition("\n\n")
        said = (text + "\n").split("\n")
        found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)\n", tail)
        if len(said) != 9 or said[0] != "onething/log-recovery/v1" or said[1] != origin or not found:
            continue
        raw = base64.b64decode(found[2], validate=True)[4:]
        if not any(verifies(key, raw, (text + "\n").encode()) for key in policy["operators"]):
            raise RefusedError("checkpoint", "the statement that closed this log is not its operator's")
        if size > int(said[2]) or (size == int(said[2]) and root != said[3]):
            raise RefusedError("checkpoint", "not in what the operator says the log held when it ended")
        return {**policy, "origin": origin, "logs": [{**key, "name": origin} for key in policy["logs"]]}
    return policy


def root_by(path: list[bytes], index: int, size: int, leaf: bytes, digest: Callable[[bytes], bytes]) -> bytes | None:
    """RFC 9162, 2.1.3.2: the root that an inclusion proof leads to."""
    at, last, found = index, size - 1, leaf
    for part in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = digest(b"\1" + part + found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = digest(b"\1" + found + part)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def extends(old: Checkpoint, new: Checkpoint, path: list[bytes], digest: Callable[[bytes], bytes]) -> bool:
    """RFC 9162, 2.1.4.2: the older log is the beginning of the newer one."""
    if old.size == new.size:
        return not path and old.root == new.root
    parts = path if old.size & (old.size - 1) else [old.root, *path]
    if not 0 < old.size < new.size or not parts:
        return False
    at, last = old.size - 1, new.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = digest(b"\1" + part + before), digest(b"\1" + part + after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = digest(b"\1" + after + part)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old.root and after == new.root


# -- the time stamp (RFC 3161): DER by hand, because `cryptography` reads no signed data


def der(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """The elements of some DER: (tag, content, whole)."""
    found: list[tuple[int, bytes, bytes]] = []
    at = 0
    while at < len(data):
        start, tag, length, at = at, data[at], data[at + 1], at + 2
        if length & 0x80:
            width = length & 0x7F
            length, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at + length > len(data):
            raise ValueError("DER that is cut off")
        found.append((tag, data[at : at + length], data[start : at + length]))
        at += length
    return found


OIDS = {
    "signed_data": bytes.fromhex("2a864886f70d010702"), "tst_info": bytes.fromhex("2a864886f70d0109100104"),
    "message_digest": bytes.fromhex("2a864886f70d010904"), "signing_certificate": bytes.fromhex("2a864886f70d010910022f"),
}  # fmt: skip
DIGESTS: dict[bytes, tuple[str, hashes.HashAlgorithm]] = {
    bytes.fromhex("608648016503040201"): ("sha256", hashes.SHA256()),
    bytes.fromhex("608648016503040202"): ("sha384", hashes.SHA384()),
    bytes.fromhex("608648016503040203"): ("sha512", hashes.SHA512()),
}


@dataclass
class Stamp:
    at: datetime
    authority: str


def stamp_of(response: bytes, stamped: bytes, root: x509.Certificate) -> Stamp:
    """Check a TimeStampResp over some bytes. Raises `RefusedError`."""
    status, token = der(der(response)[0][1])[:2]
    if int.from_bytes(der(status[1])[0][1], "big") > 1:
        raise RefusedError("time_stamp", "the authority did not grant it")
    kind, wrapped = der(token[1])
    signed = der(der(wrapped[1])[0][1])
    kinds = der(signed[2][1])
    if kind[1] != OIDS["signed_data"] or kinds[0][1] != OIDS["tst_info"]:
        raise RefusedError("time_stamp", "no time stamp token")
    info = der(kinds[1][1])[0][1]
    told = der(der(info)[0][1])
    algorithm, imprint = der(told[2][1])
    name, _ = DIGESTS[der(algorithm[1])[0][1]]
    if imprint[1] != hashlib.new(name, stamped).digest():
        raise RefusedError("time_stamp", "it stamps something else")
    text = told[4][1].decode()
    at = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    certificates = [x509.load_der_x509_certificate(one[2]) for one in der(next(p[1] for p in signed if p[0] == 0xA0))]
    leaf = signer_of(der(signed[-1][1]), info, certificates)
    trusted_stamper(leaf, certificates, root, at)
    return Stamp(at, leaf.subject.rfc4514_string())


def signer_of(
    infos: list[tuple[int, bytes, bytes]], info: bytes, certificates: list[x509.Certificate]
) -> x509.Certificate:
    """The certificate that signed the token, with its signature and signed attributes checked."""
    if len(infos) != 1:
        raise RefusedError("time_stamp", "more than one signer")
    parts = der(infos[0][1])
    serial = int.from_bytes(der(parts[1][1])[1][1], "big", signed=True)
    leaf = next((one for one in certificates if one.serial_number == serial), None)
    name, algorithm = DIGESTS[der(parts[2][1])[0][1]]
    if leaf is None or parts[3][0] != 0xA0:
        raise RefusedError("time_stamp", "its signer is unknown")
    attributes = {der(one[1])[0][1]: der(der(one[1])[1][1])[0] for one in der(parts[3][1])}
    if attributes[OIDS["message_digest"]][1] != hashlib.new(name, info).digest():
        raise RefusedError("time_stamp", "its content was altered")
    whole = b"\x31" + parts[3][2][1:]
    key, signature = leaf.public_key(), parts[5][1]
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, whole, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, whole, padding.PKCS1v15(), algorithm)
        elif isinstance(key, Ed25519PublicKey):
            key.verify(signature, whole)
        else:
            raise RefusedError("time_stamp", "unknown kind of key")
    except InvalidSignature:
        raise RefusedError("time_stamp", "its signature is bad") from None
    if leaf.fingerprint(hashes.SHA256()) not in attributes[OIDS["signing_certificate"]][1]:
        raise RefusedError("time_stamp", "signed under another certificate")
    return leaf


def trusted_stamper(
    leaf: x509.Certificate, others: list[x509.Certificate], root: x509.Certificate, at: datetime
) -> None:
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise RefusedError("time_stamp", "the certificate is not for time stamps")
    one = leaf
    for _ in range(5):
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise RefusedError("time_stamp", "a certificate was not valid then")
        if one == root:
            return
        issuer = next((c for c in [root, *others] if c.subject == one.issuer), None)
        if issuer is None or (issuer != one and not authority(issuer)):
            break
        one.verify_directly_issued_by(issuer)
        one = issuer
    raise RefusedError("time_stamp", "not issued under the known authority")


def authority(certificate: x509.Certificate) -> bool:
    return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


# -- transactions (EIP-155)

ROTATIONS = (
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
)  # fmt: skip
ROUNDS = (
    0x1, 0x8082, 0x800000000000808A, 0x8000000080008000, 0x808B, 0x80000001, 0x8000000080008081, 0x8000000000008009,
    0x8A, 0x88, 0x80008009, 0x8000000A, 0x8000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080,
    0x80000001, 0x8000000080008008,
)  # fmt: skip
WORD = 2**64 - 1


def permute(a: list[int]) -> list[int]:
    for constant in ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[(x - 1) % 5] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & WORD) for x in range(5)]
        a = [a[i] ^ d[i % 5] for i in range(25)]
        b = [0] * 25
        for i in range(25):
            x, y, turn = i % 5, i // 5, ROTATIONS[i]
            b[y + 5 * ((2 * x + 3 * y) % 5)] = (a[i] << turn | a[i] >> (64 - turn)) & WORD if turn else a[i]
        a = [b[i] ^ (~b[i // 5 * 5 + (i + 1) % 5] & WORD & b[i // 5 * 5 + (i + 2) % 5]) for i in range(25)]
        a[0] ^= constant
    return a


def keccak(data: bytes) -> bytes:
    """Keccak-256 as Ethereum has it (with the padding of before FIPS 202)."""
    state = [0] * 25
    data += b"\1" + b"\0" * (135 - len(data) % 136)
    data = data[:-1] + bytes([data[-1] | 0x80])
    for at in range(0, len(data), 136):
        for i in range(17):
            state[i] ^= int.from_bytes(data[at + 8 * i : at + 8 * i + 8], "little")
        state = permute(state)
    return b"".join(word.to_bytes(8, "little") for word in state[:4])


def unrlp(data: bytes) -> list[bytes]:
    """The byte strings of one flat RLP list."""
    head = data[0] - 0xC0
    start = 1 if head <= 55 else 1 + head - 55
    length = head if head <= 55 else int.from_bytes(data[1:start], "big")
    found: list[bytes] = []
    at = start
    while at < len(data):
        first = data[at]
        if first < 0x80:
            found.append(data[at : at + 1])
            at += 1
            continue
        size, skip = first - 0x80, 1
        if size > 55:
            skip = 1 + size - 55
            size = int.from_bytes(data[at + 1 : at + skip], "big")
        found.append(data[at + skip : at + skip + size])
        at += skip + size
    if start + length != len(data) or rlp(found) != data:
        raise ValueError("not RLP in its one form")
    return found


def rlp(items: list[bytes]) -> bytes:
    body = b"".join(one if len(one) == 1 and one[0] < 0x80 else prefix(0x80, len(one)) + one for one in items)
    return prefix(0xC0, len(body)) + body


def prefix(base: int, length: int) -> bytes:
    if length <= 55:
        return bytes([base + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([base + 55 + len(size)]) + size


def number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


@dataclass
class Call:
    """A signed call of a contract."""

    chain: int
    to: str
    data: bytes
    tx: str
    signed: bytes
    r: int
    s: int
    odd: int


def call_of(raw: bytes) -> Call:
    parts = unrlp(raw)
    nonce, price, gas, to, value, data, v, r, s = parts
    chain, odd = divmod(int.from_bytes(v, "big") - 35, 2)
    signed = keccak(rlp([nonce, price, gas, to, value, data, number(chain), b"", b""]))
    tx = "0x" + keccak(raw).hex()
    return Call(chain, "0x" + to.hex(), data, tx, signed, int.from_bytes(r, "big"), int.from_bytes(s, "big"), odd)


def signed_by(call: Call, public: bytes) -> bool:
    """Whether the owner of this secp256k1 key (x ‖ y) signed the call."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), b"\4" + public)
    try:
        signature = utils.encode_dss_signature(call.r, call.s)
        key.verify(signature, call.signed, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    except InvalidSignature:
        return False
    return True


CALLS: dict[str, tuple[str, int, str]] = {
    "issue": ("issue((bytes32,bytes32,bytes32,uint64)[])", 4, "在合约登记签发"),
    "ask": ("ask((bytes32,bytes32,bytes32)[])", 3, "经合约请求调取"),
    "answer": ("answer((bytes32,bytes32)[])", 2, "经合约答复调取"),
    "verify": ("verify((bytes32,bytes32)[])", 2, "经合约核验所得"),
    "suspend": ("suspend(bytes32,bytes32)", 0, "在合约登记暂停"),
    "reinstate": ("reinstate(bytes32)", 0, "在合约登记恢复"),
    "revoke": ("revoke(bytes32,bytes32)", 0, "在合约登记撤销"),
    "supersede": ("supersede(bytes32,bytes32)", 0, "在合约登记替换"),
}


def rows_of(call: Call, function: str) -> list[list[bytes]]:
    """The arguments of a call, as rows of 32-byte words."""
    signature, width, _ = CALLS[function]
    if call.data[:4] != keccak(signature.encode())[:4]:
        raise RefusedError("contract", f"a call is not `{function}`")
    words = [call.data[at : at + 32] for at in range(4, len(call.data), 32)]
    if not width:
        return [words]
    count, flat = int.from_bytes(words[1], "big"), words[2:]
    if len(flat) != count * width:
        raise RefusedError("contract", "a call is cut off")
    return [flat[at : at + width] for at in range(0, len(flat), width)]


# -- the steps

Files = dict[str, bytes]


def check(package: bytes, root: str | None = None, *, tsa: str | None = None, node: str | None = None) -> Finding:
    """Check a package. `root`: fingerprint of the root's key; `tsa`: SHA-256 of the time stamp authority's root, hex."""
    found, step = Finding({"root": root, "tsa": tsa, "node": node}), "form"
    try:
        files = unzip(package)
        found.add("form")
        for name, do in ORDER:
            step = name
            do(found, files)
    except RefusedError as error:
        found.add(error.step, False, error.why)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it: it is refused, and where is said
        found.add(step, False, f"{type(error).__name__}: {error}"[:200])
    found.deeds.sort(key=lambda deed: deed["at"] or "9999")
    return found


def _manifest(found: Finding, files: Files) -> None:
    root = found.known["root"]
    manifest, signature = read_json(files["manifest.json"]), read_json(files["manifest.sig"])
    if canonical(manifest) != files["manifest.json"] or canonical(signature) != files["manifest.sig"]:
        raise RefusedError("manifest", "not in its one form")
    found.root = thumbprint(manifest["root"])
    if manifest["format"] != FORMAT or set(signature) != {"kid", "sig"} or signature["kid"] != found.root:
        raise RefusedError("manifest", "not a manifest of this kind")
    if root is not None and root != found.root:
        raise RefusedError("manifest", f"signed by the root {found.root}, not by the one you know")
    if not verifies(manifest["root"], unb64url(signature["sig"]), files["manifest.json"]):
        raise RefusedError("manifest", "the signature is bad")
    found.about |= {name: manifest[name] for name in ("id", "kind", "made_at", "city", "status")}
    note = "" if root else f"没有给出根指纹；请向发布方核对 {found.root} · no fingerprint was given, compare this one"
    found.add("manifest", True if root else None, note)


def _files(found: Finding, files: Files) -> None:
    listed: dict[str, str] = read_json(files["manifest.json"])["files"]
    if set(listed) != set(files) - {"manifest.json", "manifest.sig"}:
        raise RefusedError("files", "a file is missing or was added")
    for name, digest in sorted(listed.items()):
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise RefusedError("files", f"{name} was altered")
    found.add("files")


def _trust_list(found: Finding, files: Files) -> None:
    listed = read_json(files["trust.json"])
    signature = unb64url(listed.pop("signature"))
    if thumbprint(listed["root"]) != found.root or not verifies(listed["root"], signature, canonical(listed)):
        raise RefusedError("trust_list", "not signed by the root of this package")
    found.add("trust_list")


def _agencies(files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in read_json(files["trust.json"])["agencies"]}


def _credential(files: dict[str, bytes]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    jwt, *disclosures = files["credential.txt"].decode("ascii").split("~")
    head, body, _ = jwt.split(".")
    return read_json(unb64url(head)), read_json(unb64url(body)), disclosures[:-1]


def _record(found: Finding, files: Files) -> None:
    header, payload, _ = _credential(files)
    signed, _, signature = files["credential.txt"].decode().split("~", 1)[0].rpartition(".")
    agency = _agencies(files)[payload["iss"]]
    keys = [k for k in agency["keys"] if thumbprint(k["jwk"]) == header["kid"] and k["name"] == "certificates"]
    if not keys or payload["vct"] not in agency["kinds"]:
        raise RefusedError("record", "its signer may not issue this")
    if not verifies(keys[0]["jwk"], unb64url(signature), signed.encode()):
        raise RefusedError("record", "the agency's signature is bad")
    if payload["id"] != found.about["id"]:
        raise RefusedError("record", "another record than the manifest says")
    found.about |= {
        "number": payload["number"], "title": payload["title"], "agency": payload["iss"], "agency_name": agency["name"],
        "issued_at": datetime.fromtimestamp(payload["iat"], UTC).isoformat(),
        "replaces": str(payload.get("replaces", "")), "certificate_kind": payload["vct"],
    }  # fmt: skip
    found.add("record")
    found.deed(found.about["issued_at"], agency["name"]["zh"], f"签发《{payload['title']['zh']}》", "机关签名")


def _opened(found: Finding, files: Files) -> None:
    _, payload, disclosures = _credential(files)
    digests = [b64url(hashlib.sha256(one.encode()).digest()) for one in disclosures]
    if sorted(digests) != payload["_sd"]:
        raise RefusedError("opened", "a field was altered, left out or slipped in")
    found.fields = {str(name): value for _, name, value in (read_json(unb64url(one)) for one in disclosures)}
    found.add("opened", note=f"{len(digests)}")


def _seal(found: Finding, files: Files) -> None:
    seal = read_json(files["seal.json"])
    digest = sm3(files["credential.txt"].decode().split("~", 1)[0].encode())
    agency = _agencies(files)[found.about["agency"]]
    keys = [k["jwk"] for k in agency["keys"] if k["name"] == "seal" and thumbprint(k["jwk"]) == seal["kid"]]
    if not keys:
        raise RefusedError("seal", "not a seal of this agency")
    if seal["digest"] != digest.hex() or not verifies(keys[0], unb64url(seal["signature"]), digest):
        raise RefusedError("seal", "the seal does not fit the record")
    found.add("seal")


def _log(found: Finding, files: Files) -> None:
    policy = read_json(files["trust.json"])["log"]
    digest = HASHES[policy["hash"]]
    first = checkpoint_of(files["log/checkpoint.txt"], policy)
    found.add("checkpoint", note=f"{len(first.times)}/{len({w['name'] for w in policy['witnesses']})}")
    told = read_json(files["log/inclusion.json"])
    entry = hashlib.sha256(files["credential.txt"].decode().split("~", 1)[0].encode()).digest()
    path = [unb64url(one) for one in told["path"]]
    if told["size"] != first.size or not 0 <= told["index"] < first.size:
        raise RefusedError("inclusion", "the proof is of another checkpoint")
    if root_by(path, told["index"], first.size, digest(b"\0" + entry), digest) != first.root:
        raise RefusedError("inclusion", "the record is not in the log")
    found.add("inclusion", note=f"#{told['index']} / {first.size}")
    latest = checkpoint_of(files["log/latest.txt"], policy)
    if not extends(first, latest, [unb64url(one) for one in read_json(files["log/consistency.json"])], digest):
        raise RefusedError("consistency", "the log was rewritten between the two checkpoints")
    found.add("consistency", note=f"{first.size} → {latest.size}")
    found.about["proven_at"] = datetime.fromtimestamp(max(first.times.values()), UTC).isoformat()
    agencies = _agencies(files)
    for name, at in sorted(first.times.items()):
        agency = agencies.get(name.removesuffix("-witness"))
        who = f"{agency['name']['zh']}（见证方）" if agency else name
        found.deed(
            datetime.fromtimestamp(at, UTC).isoformat(), who, f"见证第 {told['index']} 条在内的日志检查点", "见证签名"
        )


def _stamp(found: Finding, files: Files) -> None:
    tsa = found.known["tsa"]
    root = x509.load_pem_x509_certificate(files["time/authority.pem"])
    mark = root.fingerprint(hashes.SHA256()).hex()
    if tsa is not None and tsa.lower().replace(":", "") != mark:
        raise RefusedError("time_stamp", "under another authority than the one you know")
    stamp = stamp_of(files["time/stamp.tsr"], files["log/checkpoint.txt"], root)
    found.about |= {"stamped_at": stamp.at.isoformat(), "tsa": mark}
    note = (
        ""
        if tsa
        else f"时间戳机构根证书取自文件包，请核对 {mark} · authority's root taken from the package, compare it"
    )
    found.add("time_stamp", note=f"{stamp.at.isoformat()} {note}".strip())
    found.deed(stamp.at.isoformat(), stamp.authority, "为检查点加盖可信时间戳", "RFC 3161")


def _key(found: Finding, files: Files) -> None:
    """What the signer says of the time proves nothing; witnesses and the authority of time do."""
    header, payload, _ = _credential(files)
    key = next(k for k in _agencies(files)[payload["iss"]]["keys"] if thumbprint(k["jwk"]) == header["kid"])
    proven = min(datetime.fromisoformat(found.about[name]) for name in ("proven_at", "stamped_at"))
    if key["revoked_at"] and proven >= datetime.fromisoformat(key["revoked_at"]):
        raise RefusedError("key", f"revoked from {key['revoked_at']}, and nobody proves the record to be older")
    found.add("key", note=proven.isoformat())


def _contract(found: Finding, files: Files) -> None:
    told = read_json(files["chain/receipt.json"])
    certificate = hashlib.sha256(str(found.about["id"]).encode()).digest()
    digest = hashlib.sha256(files["credential.txt"].decode().split("~", 1)[0].encode()).digest()
    agencies, requests, issued = _agencies(files), set[bytes](), False
    for one in told["calls"]:
        call, public = call_of(bytes.fromhex(one["raw"])), bytes.fromhex(told["accounts"][one["agency"]])
        if (
            call.chain != told["chain_id"]
            or call.to != told["contracts"][one["contract"]].lower()
            or call.tx != one["tx"]
        ):
            raise RefusedError("contract", "a transaction is not the one that is named")
        if not signed_by(call, public):
            raise RefusedError("contract", f"not signed by the account of {one['agency']}")
        rows = rows_of(call, one["function"])
        if one["function"] == "issue":
            issued = issued or any(row[0] == certificate and row[2] == digest for row in rows)
            fits = one["agency"] == found.about["agency"] and issued
        elif one["function"] in {"ask", "answer", "verify"}:
            requests |= {row[0] for row in rows if one["function"] == "ask" and row[1] == certificate}
            fits = any(row[0] in requests and (one["function"] == "ask" or row[1] == digest) for row in rows)
        else:
            fits = rows[0][0] == certificate and one["agency"] == found.about["agency"]
        if not fits:
            raise RefusedError("contract", "a call does not concern this record")
        who = agencies.get(one["agency"], {"name": {"zh": one["agency"]}})["name"]["zh"]
        found.deed(one["at"], who, f"{CALLS[one['function']][2]}（区块 {one['block']}）", "账户签名")
    if not issued:
        raise RefusedError("contract", "no call of the contract issues this record")
    found.add("contract", note=f"chain {told['chain_id']}, {len(told['calls'])}")


def _node(found: Finding, files: Files) -> None:
    """That a transaction is signed does not say that it lies in a block: only a node of the chain can."""
    node = found.known["node"]
    if node is None:
        found.add("node", None, "没有询问节点 · no node was asked (--node URL)")
        return
    for one in read_json(files["chain/receipt.json"])["calls"]:
        question = {"jsonrpc": "2.0", "id": 1, "method": "eth_getTransactionReceipt", "params": [one["tx"]]}
        body, kind = json.dumps(question).encode(), {"Content-Type": "application/json"}
        try:
            with urllib.request.urlopen(urllib.request.Request(node, body, kind), timeout=15) as answer:  # noqa: S310 - the operator names it
                told = json.loads(answer.read(MOST)).get("result")
        except OSError as error:
            found.add("node", None, f"节点没有应答 · the node does not answer: {error}")
            return
        if not told or told["blockHash"] != one["block_hash"] or int(told["status"], 16) != 1:
            raise RefusedError("node", f"the chain does not have {one['tx']} where the package says")
    found.add("node")


ORDER: tuple[tuple[str, Callable[[Finding, Files], None]], ...] = (
    ("manifest", _manifest), ("files", _files), ("trust_list", _trust_list), ("record", _record), ("opened", _opened),
    ("seal", _seal), ("checkpoint", _log), ("time_stamp", _stamp), ("key", _key), ("contract", _contract), ("node", _node),
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="查验法院证据包 · check a court package")
    parser.add_argument("package", type=Path)
    parser.add_argument("--root", help="fingerprint of the root's key, from elsewhere than the package")
    parser.add_argument("--tsa", help="SHA-256 of the time stamp authority's root certificate, hex")
    parser.add_argument(
        "--node", help="JSON-RPC address of a node of the chain, to ask whether the transactions are there"
    )
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    try:
        content = told.package.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = check(content, told.root, tsa=told.tsa, node=told.node)
    sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n" if told.json else words(found))
    return {"genuine": 0, "unanchored": 3}.get(found.verdict, 1)


def words(found: Finding) -> str:
    marks = {True: "✓", False: "✗", None: "–"}
    lines = [f"{marks[one['ok']]} {one['zh']} · {one['en']}  {one['note']}".rstrip() for one in found.steps]
    lines += ["", *(f"{deed['at']}  {deed['who']}  {deed['what']}  [{deed['by']}]" for deed in found.deeds), ""]
    said = {"genuine": "真实 · genuine", "refused": f"不予采信 · refused at: {found.failed}", "unanchored": "各步无误，但未核对根指纹 · nothing is wrong, but the root was not compared"}  # fmt: skip
    return "\n".join([*lines, said[found.verdict], ""])


if __name__ == "__main__":
    sys.exit(main())
