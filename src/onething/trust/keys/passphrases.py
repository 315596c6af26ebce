"""Changing the passphrase of an installation's key stores: all of them, or none where one does not open."""

from pathlib import Path

from onething.core.errors import Problem
from onething.core.processes.production import is_weak
from onething.core.settings import get_settings, settings_of
from onething.trust import errors
from onething.trust.keys.store import FileKeyStore
from onething.trust.settings import TrustSettings


def change_all(new: str) -> dict[str, bool]:
    """Owner → whether its store was changed; False for one that opens with the new passphrase already.

    Raises `Problem(trust.unfit_passphrase)` for a weak one and `Problem(trust.passphrase_wrong)` naming the first store that opens
    with neither; then nothing was changed.
    """
    if is_weak(new):
        raise Problem(errors.UNFIT_PASSPHRASE)
    folder, given = get_settings().data_dir / "trust", settings_of(TrustSettings).trust_passphrase.get_secret_value()
    todo: dict[Path, str] = {}
    for home in sorted(head.parent for head in folder.glob("*/keys/store.json")):
        todo[home] = _opening(home, [given, _trial(home), new])
    changed: dict[str, bool] = {}
    for home, old in todo.items():
        if old != new:
            FileKeyStore(home, old).change_passphrase(old, new)
        (home.parent / "trial-passphrase").unlink(missing_ok=True)
        changed[home.parent.name] = old != new
    return changed


def _trial(home: Path) -> str:
    file = home.parent / "trial-passphrase"
    return file.read_text() if file.exists() else ""


def _opening(home: Path, candidates: list[str]) -> str:
    for each in candidates:
        if not each:
            continue
        try:
            FileKeyStore(home, each)
        except Problem:
            continue
        return each
    raise Problem(errors.PASSPHRASE_WRONG, detail=str(home))
