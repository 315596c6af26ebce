"""Checks that a ledger record is what its agency logged, without access to the ledger: signature, place, cosignatures, openings. Pure."""

from collections.abc import Callable, Sequence

from onething.core.errors import Problem
from onething.trust.keys.algorithms import make_verifier
from onething.trust.ledger.canonical import canonical
from onething.trust.ledger.commitments import Commitments, Opening
from onething.trust.ledger.ledger import Proof
from onething.trust.ledger.records import Record, parse_record
from onething.trust.log.merkle import Tree
from onething.trust.log.policy import Counted, LogPolicy, NotCountingError
from onething.trust.models import KeyRecord

KeyOf = Callable[[str, str], KeyRecord | None]
"""(agency, key id) → the agency's key as the reader knows it from elsewhere; None when it has none of this id."""


def check_record(
    policy: LogPolicy, key_of: KeyOf, proof: Proof, commitments: Commitments | None = None, openings: Sequence[Opening] = ()
) -> Record:  # fmt: skip
    """The record when every step holds; openings, where given, are values that were committed to.

    Raises `NotCountingError` naming the step: `checkpoint`, `origin`, `log signature`, `cosignatures`, `inclusion`, `record`, `key`,
    `signature`, `commitments`, `opening`.
    """
    counted = policy.check(proof.checkpoint)
    tree = Tree(policy.hash)
    if proof.size != counted.checkpoint.size or not tree.includes(
        tree.leaf(proof.entry), proof.index, proof.size, proof.path, counted.checkpoint.root
    ):
        raise NotCountingError("inclusion", "not in the log of this checkpoint")
    try:
        record = parse_record(proof.entry)
    except (Problem, ValueError) as error:
        raise NotCountingError("record", str(error)) from None
    _signed(record, key_of, counted)
    if commitments is not None and commitments.digest() != record.digest:
        raise NotCountingError("commitments", "not those that were logged")
    if openings and (commitments is None or not all(commitments.opens(one) for one in openings)):
        raise NotCountingError("opening", "a value is not what was committed to")
    return record


def _signed(record: Record, key_of: KeyOf, counted: Counted) -> None:
    """The agency's key counted when witnesses saw the record; what the record says of its own time proves nothing."""
    key = key_of(record.by, record.key)
    proven = max(counted.witnesses.values(), default=None)
    if key is None or (key.revoked_at is not None and (proven is None or proven >= key.revoked_at)):
        raise NotCountingError("key", "no key of this agency that counts")
    if not make_verifier(key.public_key).verify(record.signature, canonical(record.unsigned())):
        raise NotCountingError("signature", "not signed by this agency")
