"""The door of trust. Everything other rooms call; nouns are in `models.py`."""

from onething.trust.canonical import canonical, parse, parse_canonical
from onething.trust.commitments import Commitments, Opening, commit
from onething.trust.keys.algorithms import generate_secret, make_signer, make_verifier
from onething.trust.keys.base import KeyStore, Signer, Verifier
from onething.trust.keys.ciphers import decrypt, encrypt
from onething.trust.keys.digests import hasher, sha256, sm3
from onething.trust.keys.store import FileKeyStore
from onething.trust.models import GMT_0009_DEFAULT_ID, Algorithm, CipherName, HashName, KeyRecord, KeyStatus, PublicKey
from onething.trust.owners import key_store

__all__ = [
    "GMT_0009_DEFAULT_ID", "Algorithm", "CipherName", "Commitments", "FileKeyStore", "HashName", "KeyRecord", "KeyStatus",
    "KeyStore", "Opening", "PublicKey", "Signer", "Verifier", "canonical", "commit", "decrypt", "encrypt",
    "generate_secret", "hasher", "key_store", "make_signer", "make_verifier", "parse", "parse_canonical", "sha256", "sm3",
]  # fmt: skip
