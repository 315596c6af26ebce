"""Key stores by owner: each agency's process has its own folder and its own passphrase."""

import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from onething.core.durable import write_whole
from onething.core.errors import Problem
from onething.core.manifests.house import part
from onething.core.settings import Settings, get_settings, settings_of
from onething.trust import errors
from onething.trust.keys.base import KeyStore
from onething.trust.keys.store import FileKeyStore
from onething.trust.settings import TrustSettings

GROUP = "trust.keys"
TRIAL_COST = 2**4
"""scrypt N for a passphrase that was made up: 192 random bits, which nobody guesses whatever one guess costs."""


def key_store(owner: str = "platform") -> KeyStore:
    """The key store of an owner (`platform`, an agency id), as `ONETHING_TRUST_KEYS` says: `file` or an HSM's name."""
    settings, own = get_settings(), settings_of(TrustSettings)
    found = _opened.get(owner)
    if found is not None and found[0] is settings and found[1] is own:
        return found[2]
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,59}", owner):
        raise Problem(errors.KEY_UNKNOWN, name=owner)
    given = own.trust_passphrase.get_secret_value()
    made = _store(own.trust_keys, settings.data_dir / "trust" / owner / "keys", given, settings.production)
    _opened[owner] = (settings, own, made)
    return made


_opened: dict[str, tuple[Settings, TrustSettings, KeyStore]] = {}
"""The store of each owner, and the settings it was opened by: asked for with every value that is sealed."""


@lru_cache(maxsize=256)
def _store(kind: str, folder: Path, passphrase: str, production: bool) -> KeyStore:
    if kind != "file":
        make = part(GROUP, kind)
        if make is None:
            raise Problem(errors.KEY_UNKNOWN, name=kind, detail=f"no part of group {GROUP}")
        return make(folder)
    if not passphrase and production:
        raise Problem(errors.PASSPHRASE_MISSING)
    if passphrase:
        return FileKeyStore(folder, passphrase)
    return FileKeyStore(folder, _made_up(folder), cost=TRIAL_COST)


def _made_up(folder: Path) -> str:
    """Outside production: a random passphrase beside the store, so that a trial needs no settings. Guards nothing."""
    path = folder.parent / "trial-passphrase"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        write_whole(draft, secrets.token_urlsafe(24).encode(), mode=0o600)
        try:
            # Worker and web server start together: unlike a rename, a link never replaces the other one's.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
