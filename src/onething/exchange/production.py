"""What the exchange must not go live with."""

from onething.core.errors import Problem
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming, named
from onething.core.settings import settings_of
from onething.exchange import errors
from onething.exchange.gateway.tls import in_the_clear
from onething.exchange.settings import ExchangeSettings


def check(process: Process) -> list[Shortcoming]:  # noqa: ARG001 - the same for every process
    """Whether the agencies are real ones, whether they are asked by signed messages, and whether keys lie in the clear."""
    settings = settings_of(ExchangeSettings)
    mocked = [Shortcoming(Problem(errors.UNFIT_MOCKED))] if settings.gateways_mocked else []
    folder = settings.gateway_dir
    if folder is None:
        return [*mocked, Shortcoming(Problem(errors.UNFIT_UNSIGNED), fatal=False)]
    bare = [path for path in sorted([folder / "authority.key", *folder.glob("*/tls.key")]) if in_the_clear(path)]
    return [*mocked, *([Shortcoming(Problem(errors.UNFIT_OPEN_TLS, files=named(bare)))] if bare else [])]
