"""What keys and proofs must not go live with."""

from pathlib import Path

from onething.core.errors import Problem
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming, is_weak, named
from onething.core.settings import get_settings, settings_of
from onething.trust import errors
from onething.trust.keys.sealed_secrets import lies_open
from onething.trust.sealing.owners import key_store
from onething.trust.settings import TrustSettings


def check(process: Process) -> list[Shortcoming]:
    """Passphrase, keys in the clear, who witnesses, which chain."""
    settings, folder = settings_of(TrustSettings), get_settings().data_dir / "trust"
    found = [Shortcoming(problem) for problem in _passphrase(settings, process)]
    if bare := [*sorted(folder.glob("*/trial-passphrase")), *_open_accounts(folder)]:
        found.append(Shortcoming(Problem(errors.UNFIT_OPEN_KEYS, files=named(bare))))
    if not settings.witnesses:
        found.append(Shortcoming(Problem(errors.UNFIT_WITNESSES), fatal=False))
    if not settings.chain_rpc_url:
        found.append(Shortcoming(Problem(errors.UNFIT_CHAIN), fatal=False))
    return found


def _passphrase(settings: TrustSettings, process: Process) -> list[Problem]:
    if settings.trust_keys != "file":
        return []
    given = settings.trust_passphrase.get_secret_value()
    if not given:
        return [Problem(errors.PASSPHRASE_MISSING)]
    weak = [Problem(errors.UNFIT_PASSPHRASE)] if is_weak(given) else []
    if (
        process.kind == "command"
        and not (get_settings().data_dir / "trust" / "platform" / "keys" / "store.json").exists()
    ):
        return weak  # nothing is made by looking
    try:
        key_store()
    except Problem as problem:
        return [*weak, problem]
    return weak


def _open_accounts(folder: Path) -> list[Path]:
    return [path for path in sorted((folder / "accounts").glob("*.key")) if lies_open(path)]
