"""The door of trust: canonical JSON, digests and ciphers, keys and signatures, logs. What is sealed under a person's
key, and certificates, have doors of their own.

JSON in one form:
`canonical`: a value → UTF-8 bytes of RFC 8785; trust.not_json.
`parse`: strict reading of JSON of at most 4 MB and 64 levels; trust.not_json.
`parse_canonical`: the same, and the bytes must already be in the one form.

Digests and ciphers:
`sha256`: 32 bytes.
`sm3`: 32 bytes.
`encrypt`: nonce, ciphertext and tag under a fresh nonce; what is bound is authenticated too.
`decrypt`: the plain bytes; trust.altered for anything that was not sealed with this key and binding.
`blind_index`: what to store and compare beside a sealed value, 64 hex characters; the value in normal form.

Keys and signatures:
`key_store`: the key store of an owner, as the settings say: files or a hardware module.
`generate_secret`: 32 fresh private bytes of an algorithm.
`make_signer`: a signer from these; ValueError when SM2 comes without its signer id.
`make_verifier`: checks against one public key; ValueError when it is not on the curve.

Secrets in files of their own, sealed under a key store:
`seal_secret`: write one, whole or not at all.
`open_secret`: what is in it; trust.altered for another store's.
`lies_open`: whether a file holds its secret in the clear.

Logs:
`parse_note`: a signed note; `NoteError`. Signatures nobody here knows are kept.
`parse_checkpoint`: the text of a note as a checkpoint; `NoteError`.

Nouns of keys: `FileKeyStore`, `KeyRecord`, `KeyStatus`, `KeyStore`, `PublicKey`, `Signer`, `Verifier`.
Nouns of algorithms: `Algorithm`, `CipherName`, `GMT_0009_DEFAULT_ID` (an SM2 signer id, never taken silently).
Nouns of logs: `Checkpoint`, `DatabaseLogStore`, `Log`, `NewEntry`, `NoteError`.
Sealing, for those who need no more of it: `SubjectSealer`.
"""

from onething.trust.keys.algorithms import generate_secret, make_signer, make_verifier
from onething.trust.keys.base import KeyStore, Signer, Verifier
from onething.trust.keys.ciphers import decrypt, encrypt
from onething.trust.keys.digests import sha256, sm3
from onething.trust.keys.sealed_secrets import lies_open, open_secret, seal_secret
from onething.trust.keys.store import FileKeyStore
from onething.trust.ledger.canonical import canonical, parse, parse_canonical
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.notes import Checkpoint, NoteError, parse_checkpoint, parse_note
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.models import GMT_0009_DEFAULT_ID, Algorithm, CipherName, KeyRecord, KeyStatus, PublicKey
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.subject_keys import SubjectSealer, blind_index

__all__ = [
    "GMT_0009_DEFAULT_ID",
    "Algorithm",
    "Checkpoint",
    "CipherName",
    "DatabaseLogStore",
    "FileKeyStore",
    "KeyRecord",
    "KeyStatus",
    "KeyStore",
    "Log",
    "NewEntry",
    "NoteError",
    "PublicKey",
    "Signer",
    "SubjectSealer",
    "Verifier",
    "blind_index",
    "canonical",
    "decrypt",
    "encrypt",
    "generate_secret",
    "key_store",
    "lies_open",
    "make_signer",
    "make_verifier",
    "open_secret",
    "parse",
    "parse_canonical",
    "parse_checkpoint",
    "parse_note",
    "seal_secret",
    "sha256",
    "sm3",
]
