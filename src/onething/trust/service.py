"""The door of trust. Everything other rooms call; nouns are in `models.py`."""

from onething.trust.keys.algorithms import generate_secret, make_signer, make_verifier
from onething.trust.keys.base import KeyStore, Signer, Verifier
from onething.trust.keys.ciphers import decrypt, encrypt
from onething.trust.keys.digests import hasher, sha256, sm3
from onething.trust.keys.store import FileKeyStore
from onething.trust.ledger.canonical import canonical, parse, parse_canonical
from onething.trust.ledger.commitments import Commitments, Opening, commit
from onething.trust.ledger.ledger import Ledger, Proof
from onething.trust.ledger.records import Record, parse_record
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.merkle import Tree
from onething.trust.log.notes import Checkpoint, NoteError, NoteKey, parse_checkpoint, parse_note
from onething.trust.log.policy import Counted, LogPolicy, NotCountingError, TrustedKey
from onething.trust.log.tiles import TileReader
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.models import GMT_0009_DEFAULT_ID, Algorithm, CipherName, HashName, KeyRecord, KeyStatus, PublicKey
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.subject_keys import SubjectSealer, blind_index

__all__ = [
    "GMT_0009_DEFAULT_ID",
    "Algorithm",
    "Checkpoint",
    "CipherName",
    "Commitments",
    "Counted",
    "DatabaseLogStore",
    "FileKeyStore",
    "HashName",
    "KeyRecord",
    "KeyStatus",
    "KeyStore",
    "Ledger",
    "Log",
    "LogPolicy",
    "NewEntry",
    "NotCountingError",
    "NoteError",
    "NoteKey",
    "Opening",
    "Proof",
    "PublicKey",
    "Record",
    "Signer",
    "SubjectSealer",
    "TileReader",
    "Tree",
    "TrustedKey",
    "Verifier",
    "blind_index",
    "canonical",
    "commit",
    "decrypt",
    "encrypt",
    "generate_secret",
    "hasher",
    "key_store",
    "make_signer",
    "make_verifier",
    "parse",
    "parse_canonical",
    "parse_checkpoint",
    "parse_note",
    "parse_record",
    "sha256",
    "sm3",
]  # fmt: skip
