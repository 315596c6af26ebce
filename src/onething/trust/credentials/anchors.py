"""What the chain holds of the certificates' log, compared with the log itself: the contract refuses a roll-back, so it remembers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.client import Chain
from onething.trust.chain.errors import CHAIN_AWAY, NOT_DEPLOYED
from onething.trust.chain.setup import address_of, name_hash
from onething.trust.credentials.evidence import CertificateLog
from onething.trust.log.recovery import epoch_of
from onething.trust.log.tiles import TileError, TileReader

LOG_ID = "certificates"
"""How the contract of anchors calls the certificates' log; `certificates#2` after a recovery, because contracts refuse a roll-back too."""


def log_id(origin: str) -> str:
    """What the contract of anchors calls the log of this name."""
    epoch = epoch_of(origin)
    return LOG_ID if epoch == 1 else f"{LOG_ID}#{epoch}"


@dataclass(frozen=True, slots=True)
class Anchored:
    """How the chain stands to the log."""

    state: str
    """`even`, `behind` (knows less, as between rounds), `ahead` (more than the log holds), `forked` (another root of this size), `new` (nothing
    anchored yet), `away`."""
    size: int = 0

    @property
    def well(self) -> bool:
        """A chain that is away tells nothing; one that knows more or another log tells of a roll-back."""
        return self.state not in {"ahead", "forked"}


def anchored(db: Database, evidence: CertificateLog, chain_of: Callable[[], Chain]) -> Anchored:
    """Ask the contract for the newest checkpoint of the log's present name. Raises nothing for a chain that is away."""
    try:
        chain = chain_of()
        told: Any = chain.call(
            "Anchors", address_of(db, chain, "Anchors"), "latest", name_hash(log_id(evidence.origin))
        )
    except Problem as problem:
        if problem.kind not in {CHAIN_AWAY, NOT_DEPLOYED}:
            raise
        return Anchored("new" if problem.kind is NOT_DEPLOYED else "away")
    size, root = int(told[0]), bytes(told[1])
    log = evidence.log
    own = log.head()[0].size
    if size == 0:
        return Anchored("new")
    if size > own:
        return Anchored("ahead", size)
    try:
        same = TileReader(log.tree, size, log.store.read).root() == root
    except TileError:
        same = False
    return Anchored(("even" if size == own else "behind") if same else "forked", size)
