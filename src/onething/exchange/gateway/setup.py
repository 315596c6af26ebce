"""Making and keeping members: keys, certificates, the directory. For sandboxes and trials in one go; member by member elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from onething.core import clock
from onething.exchange.directory import AUTHORITY, Directory, MemberEntry, write_directory
from onething.exchange.gateway.tls import Authority, seal_key
from onething.trust.service import Algorithm, key_store

KEY_NAME = "exchange"
DOMAIN = "members.exchange.internal"
OPERATOR = "platform"
"""Whose key store seals the authority's key."""


def tls_name(member: str) -> str:
    """DNS labels have no underscores."""
    return f"{member.replace('_', '-')}.{DOMAIN}"


def entry_of(member: str, url: str) -> MemberEntry:
    """The entry of a member whose key store is here."""
    return MemberEntry(member, url, tls_name(member), tuple(key_store(member).records(KEY_NAME)))


def setup(folder: Path, urls: Mapping[str, str], algorithm: Algorithm = Algorithm.SM2) -> list[MemberEntry]:
    """Authority, certificates, signing keys and directory for all members of `urls` (member → address, empty: only asks).

    What exists is kept, so it may be called again to add members or change addresses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / AUTHORITY).exists():
        Authority.make().save(folder, key_store(OPERATOR))
    authority = Authority.load(folder, key_store(OPERATOR))
    entries: list[MemberEntry] = []
    for member, url in urls.items():
        if not (folder / member / "tls.pem").exists():
            authority.issue(folder, member, tls_name(member), store=key_store(member))
        keys = key_store(member)
        if not keys.records(KEY_NAME):
            signer_id = b"" if algorithm is Algorithm.ED25519 else f"{member}@{DOMAIN}".encode()
            keys.create(KEY_NAME, algorithm, signer_id=signer_id)
        entries.append(entry_of(member, url))
    write_directory(folder, entries)
    return entries


def rotate(folder: Path, members: list[str], member: str) -> None:
    """A new signing key; what the old one signed stays good. Gateways take the directory up at once."""
    keys = key_store(member)
    keys.rotate(KEY_NAME)
    _publish(folder, members, member)


def renew(folder: Path, member: str, days: int = 397) -> None:
    """A new TLS key and certificate by the authority that is here; the member's process takes it up when it starts again."""
    authority = Authority.load(folder, key_store(OPERATOR))
    authority.issue(folder, member, tls_name(member), days, key_store(member))


def seal_keys(folder: Path, members: list[str]) -> list[Path]:
    """Encrypt the TLS keys that lie in the clear, each under its owner's key store; returns them. Safe to repeat."""
    homes = {folder / "authority.key": OPERATOR} | {folder / member / "tls.key": member for member in members}
    return [path for path, owner in homes.items() if path.exists() and seal_key(path, key_store(owner))]


def revoke(folder: Path, members: list[str], member: str, reason: str, since: datetime | None = None) -> None:
    """Revoke the member's active key and give it a new one; every gateway that reads the directory knows at once."""
    keys = key_store(member)
    stolen = keys.signer(KEY_NAME).key_id
    keys.rotate(KEY_NAME)
    keys.revoke(stolen, since=since or clock.now(), reason=reason)
    _publish(folder, members, member)


def _publish(folder: Path, members: list[str], member: str) -> None:
    """The directory with the keys that the member's store has now."""
    keys, directory = key_store(member), Directory(folder)
    entries = [entry for each in members if (entry := directory.member(each)) is not None]
    fresh = tuple(keys.records(KEY_NAME))
    write_directory(folder, [replace(entry, keys=fresh) if entry.id == member else entry for entry in entries])
