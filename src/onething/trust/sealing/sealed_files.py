"""Files of persons in the file store: sealed under the person's key, named by the digest of what lies there.

Whose a file is stands at its head, so it can be opened by whoever has its name and the key store. The same file of the same person gets
the same name; a file without the head was stored before files were sealed and is given as it is.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from onething.core.blobs import BlobStore, get_blobs
from onething.core.db import Database, get_database
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.subject_keys import SubjectSealer

_HEAD = b"onething sealed file 1\n"
_USE = "file"


def keep_file(session: Session, owner: str, content: bytes, blobs: BlobStore | None = None) -> str:
    """Seal and store; returns the name. Raises `Problem(trust.erased)`."""
    sealer = SubjectSealer(key_store())
    key = sealer.keys_of(session, {owner}, make=True)[owner]
    return (blobs or get_blobs()).put(_headed(owner, sealer.seal_alike(key, owner, content, _USE)))


def keep_files(database: Database, owner: str, contents: Sequence[bytes], blobs: BlobStore | None = None) -> list[str]:
    """Several of one person, without holding a transaction while they are written. Each is a file of its own, even if one
    with the same content lies there: it may be deleted for itself.

    Raises `Problem(trust.erased)`.
    """
    sealer, place = SubjectSealer(key_store()), blobs or get_blobs()
    with database.transaction() as session:
        key = sealer.keys_of(session, {owner}, make=True)[owner]
    return [place.put(_headed(owner, sealer.seal_with(key, owner, each, _USE))) for each in contents]


def _headed(owner: str, sealed: bytes) -> bytes:
    return _HEAD + owner.encode() + b"\n" + sealed


def fetch_file(name: str, session: Session | None = None, blobs: BlobStore | None = None) -> bytes:
    """The plain content. Raises `Problem(core.not_found | trust.erased | trust.altered)`."""
    stored = (blobs or get_blobs()).get(name)
    if not stored.startswith(_HEAD):
        return stored
    owner, _, sealed = stored[len(_HEAD) :].partition(b"\n")
    if session is not None:
        return _open(session, owner.decode(), sealed)
    with get_database().reading() as own:
        return _open(own, owner.decode(), sealed)


def _open(session: Session, owner: str, sealed: bytes) -> bytes:
    sealer = SubjectSealer(key_store())
    return sealer.open_with(sealer.keys_of(session, {owner}, make=False)[owner], owner, sealed, _USE)
