"""Authenticated encryption by name: SM4-GCM and AES-256-GCM, from `cryptography`."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onething.core.errors import Problem
from onething.trust import errors
from onething.trust.models import CipherName

KEY_BYTES = {CipherName.SM4: 16, CipherName.AES: 32}
NONCE, TAG = 12, 16


def encrypt(cipher: CipherName, key: bytes, plain: bytes, bound: bytes = b"", nonce: bytes = b"") -> bytes:
    """nonce ‖ ciphertext ‖ tag under a fresh random nonce (at most 2³² messages a key). `bound` is authenticated too.

    `nonce` is given by `encrypt_alike` only.
    """
    nonce = nonce or secrets.token_bytes(NONCE)
    if cipher is CipherName.AES:
        return nonce + AESGCM(key).encrypt(nonce, plain, bound)
    context = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    context.authenticate_additional_data(bound)
    return nonce + context.update(plain) + context.finalize() + context.tag


def encrypt_alike(cipher: CipherName, key: bytes, plain: bytes, bound: bytes = b"") -> bytes:
    """As `encrypt`, but the same under the same key: the nonce is drawn from key and content (as in RFC 5297), so that a file kept twice
    is recognised. It shows that two are the same, and nothing else."""
    digest = hashlib.sha256(bound + b"\0" + plain).digest()
    return encrypt(cipher, key, plain, bound, hmac.new(key, b"alike" + digest, hashlib.sha256).digest()[:NONCE])


def decrypt(cipher: CipherName, key: bytes, sealed: bytes, bound: bytes = b"") -> bytes:
    """The plain bytes. Raises `Problem(trust.altered)` for anything that was not sealed with this key and `bound`."""
    nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
    if len(sealed) < NONCE + TAG:
        raise Problem(errors.ALTERED)
    try:
        if cipher is CipherName.AES:
            return AESGCM(key).decrypt(nonce, body + tag, bound)
        context = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        context.authenticate_additional_data(bound)
        return context.update(body) + context.finalize()
    except InvalidTag:
        raise Problem(errors.ALTERED) from None
