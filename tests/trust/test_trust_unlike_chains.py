"""Unlike chains: a fact of one ledger proven to another, both ways, with a bank's own log as the third party."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from chain_world import World as ChainWorld
from chain_world import anvil, embedded_world, world_on
from log_world import World as LogWorld
from log_world import fresh_signer

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.accounts import REGISTRAR
from onething.trust.chain.client import Chain
from onething.trust.chain.embedded import EmbeddedProvider
from onething.trust.chain.relaying import (
    Bridge,
    ChainFact,
    CheckpointRelay,
    EventRelay,
    RelayPolicy,
    Vouched,
    accept,
    bring,
    facts_of,
    gone,
    prove_fact,
    trust_log,
)
from onething.trust.chain.sending import transaction
from onething.trust.chain.setup import addresses, name_hash
from onething.trust.keys.digests import sha256
from onething.trust.log.notes import NoteKey
from onething.trust.log.policy import LogPolicy, TrustedKey
from onething.trust.log.transparency_log import NewEntry
from onething.trust.log.witness import WitnessMemory
from onething.trust.models import HashName
from stores import with_tables

pytestmark = pytest.mark.slow

RELAYS = ("relay-a", "relay-b", "relay-c")


@dataclass
class Far:
    """Chain B, with relays that watch agency A's log."""

    world: ChainWorld
    folder: Path

    @property
    def bridge(self) -> Bridge:
        return Bridge(self.world.chain.id, addresses(self.world.db, self.world.chain)["Bridge"])

    def relays(self, policy: LogPolicy, name: str) -> list[CheckpointRelay]:
        return [
            CheckpointRelay(self.world.accounts.of(one), policy, WitnessMemory(self.folder / f"{one}-{name}.db"))
            for one in RELAYS
        ]

    def trust(self, policy: LogPolicy, name: str, threshold: int = 2) -> list[CheckpointRelay]:
        relays = self.relays(policy, name)
        with self.world.db.transaction() as session:
            trust_log(session, REGISTRAR, policy.origin, [one.address for one in relays], threshold)
        self.world.settle()
        return relays

    def bring(self, origin: str, vouched: list[Vouched]) -> str:
        with self.world.db.transaction() as session:
            bring(session, "medins", origin, vouched)
        self.world.settle()
        return self._ended(f"bridge:{name_hash(origin).hex()[:16]}:{vouched[0].size}")

    def prove(self, near: LogWorld, index: int) -> str:
        size = near.policy.check(near.log.store.published() or b"").checkpoint.size
        with self.world.db.transaction() as session:
            prove_fact(session, "medins", near.policy.origin, near.log, index, size)
        self.world.settle()
        return self._ended(f"fact:{name_hash(near.policy.origin).hex()[:16]}:{index}")

    def _ended(self, key: str) -> str:
        with self.world.db.reading() as session:
            row = transaction(session, key)
            assert row is not None
            return row.error or row.status

    def accepted(self, origin: str, fact: bytes) -> bool:
        return self.world.ask("Bridge", "accepted", name_hash(origin), fact)


@pytest.fixture(params=["embedded", "anvil"])
def far(request: pytest.FixtureRequest, db: Database, tmp_path: Path) -> Iterator[Far]:
    if request.param == "embedded":
        yield Far(embedded_world(db, tmp_path), tmp_path)
        return
    with anvil() as chain:
        yield Far(world_on(db, chain, tmp_path), tmp_path)


@pytest.fixture
def near(tmp_path: Path) -> LogWorld:
    return LogWorld(tmp_path / "near")


def fact(word: str) -> bytes:
    return sha256(word.encode())


def append(near: LogWorld, *facts: bytes) -> bytes:
    near.log.append_many([NewEntry(one) for one in facts])
    return near.publish().note


def vouch(relays: list[CheckpointRelay], far: Far, near: LogWorld, note: bytes) -> list[Vouched]:
    size = near.policy.check(note).checkpoint.size
    return [one.vouch(far.bridge, note, near.log.reader(size).consistency) for one in relays]


def test_a_fact_in_a_log_is_proven_to_a_contract_on_another_chain_once(far: Far, near: LogWorld) -> None:
    relays = far.trust(near.policy, "near")
    facts = [fact(f"deed {n}") for n in range(5)]
    note = append(near, *facts)
    assert far.prove(near, 0) == "no such checkpoint"
    vouched = vouch(relays, far, near, note)
    assert {one.signature for one in vouched} != {vouched[0].signature}
    assert far.bring(near.policy.origin, vouched[:2]) == "confirmed"
    assert far.prove(near, 3) == "confirmed"
    assert far.accepted(near.policy.origin, facts[3])
    assert not far.accepted(near.policy.origin, facts[4])
    # Once: neither the same entry again, nor the same fact under a later checkpoint or at another place.
    again = [name_hash(near.policy.origin), 5, 3, facts[3], near.log.reader(5).inclusion(3)]
    assert far.world.do("police", "Bridge", "accept", *again) == "this entry was accepted before"
    near.log.append_many([NewEntry(facts[3], "a second time")])
    far.bring(near.policy.origin, vouch(relays, far, near, near.publish().note))
    assert far.prove(near, 5) == "this fact was accepted before"


def test_what_is_not_in_the_log_or_not_vouched_for_is_refused(far: Far, near: LogWorld) -> None:
    relays = far.trust(near.policy, "near")
    note = append(near, *(fact(f"deed {n}") for n in range(4)))
    vouched = vouch(relays, far, near, note)
    log_id = name_hash(near.policy.origin)
    said = [log_id, vouched[0].size, vouched[0].root]
    do = far.world.do
    assert do("medins", "Bridge", "checkpoint", *said, [vouched[0].signature]) == "too few relays"
    assert do("medins", "Bridge", "checkpoint", *said, [vouched[0].signature] * 2) == "one relay twice"
    other = bytes(far.world.accounts.of("police").unsafe_sign_hash(far.bridge.statement(*said)).signature)
    assert do("medins", "Bridge", "checkpoint", *said, [vouched[0].signature, other]) == "not a relay of this log"
    elsewhere = Bridge(far.bridge.chain_id + 1, far.bridge.address).statement(*said)
    copied = bytes(far.world.accounts.of("relay-b").unsafe_sign_hash(elsewhere).signature)
    assert do("medins", "Bridge", "checkpoint", *said, [vouched[0].signature, copied]) == "not a relay of this log"
    assert far.bring(near.policy.origin, vouched[:2]) == "confirmed"
    path = near.log.reader(4).inclusion(1)
    assert do("medins", "Bridge", "accept", log_id, 4, 1, fact("forged"), path) == "not in the log"
    assert do("medins", "Bridge", "accept", log_id, 4, 2, fact("deed 1"), path) == "not in the log"
    bent = [bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:]]
    assert do("medins", "Bridge", "accept", log_id, 4, 1, fact("deed 1"), bent) == "not in the log"
    two = [bytes(far.world.accounts.of(name).unsafe_sign_hash(far.bridge.statement(log_id, 4, b"f" * 32)).signature) for name in RELAYS[:2]]  # fmt: skip
    assert do("medins", "Bridge", "checkpoint", log_id, 4, b"f" * 32, two) == "fork: another root for this size"


def test_a_relay_vouches_for_no_fork_no_roll_back_and_nothing_uncosigned(
    db: Database, near: LogWorld, tmp_path: Path
) -> None:
    far = Far(embedded_world(db, tmp_path), tmp_path)
    relay = far.relays(near.policy, "near")[0]
    first = append(near, fact("a"))
    second = append(near, fact("b"), fact("c"))
    assert relay.vouch(far.bridge, second, near.log.reader(3).consistency).size == 3
    with pytest.raises(Problem) as caught:
        relay.vouch(far.bridge, first, near.log.reader(1).consistency)
    assert "roll-back" in str(caught.value.values["why"])
    other = LogWorld(tmp_path / "fork")
    other.log_signer, other.policy, other.signers = near.log_signer, near.policy, near.signers
    other.witnesses = [other.make_witness(name, f"lying-{name}") for name in ("police", "civil", "health")]
    forked = append(other, fact("x"), fact("y"), fact("z"), fact("w"))
    for again in (relay, far.relays(near.policy, "near")[0]):  # also after a restart
        with pytest.raises(Problem) as fork:
            again.vouch(far.bridge, forked, other.log.reader(4).consistency)
        assert "fork" in str(fork.value.values["why"])
    near.log.append_many([NewEntry(fact("d"))])
    alone = near.log.head()[1].encode()
    with pytest.raises(Problem) as uncosigned:
        relay.vouch(far.bridge, alone, near.log.reader(4).consistency)
    assert "cosignatures" in str(uncosigned.value.values["why"])


def test_the_banks_own_log_is_a_third_party_and_c_is_released_when_both_are_proven(
    far: Far, near: LogWorld, tmp_path: Path
) -> None:
    """Deed registered in A's log, price paid by the bank's log, certificate in force on B: then the transfer is released."""
    bank = LogWorld(tmp_path / "bank")
    signer = fresh_signer()
    bank.log_signer = signer
    key = TrustedKey(NoteKey("bank.example/payments", signer.public_key))
    bank.policy = LogPolicy("bank.example/payments", HashName.SHA256, (key,), bank.policy.witnesses, 2)
    bank.witnesses = [bank.make_witness(name) for name in ("police", "civil", "health")]
    from onething.trust.log.transparency_log import Log

    bank.log = Log("bank.example/payments", lambda: signer, bank.log.store)
    for witness in bank.witnesses:
        witness._witness._logs = {bank.policy.origin: bank.policy}
    deed, paid = fact("deed 7"), fact("3,600,000 yuan received")
    certificate = far.world.issue()
    conditions = [(1, *certificate), (2, name_hash(near.policy.origin), deed), (2, name_hash(bank.policy.origin), paid)]
    step = os.urandom(32)
    assert far.world.do("medins", "Conditions", "open", step, b"c" * 32, conditions, 0) == "confirmed"
    for ledger, one, name in ((near, deed, "near"), (bank, paid, "bank")):
        assert far.world.do("medins", "Conditions", "release", step) == "not all is proven"
        relays = far.trust(ledger.policy, name)
        note = append(ledger, fact(f"other of {name}"), one)
        assert far.bring(ledger.policy.origin, vouch(relays, far, ledger, note)[1:]) == "confirmed"
        assert far.prove(ledger, 1) == "confirmed"
    assert not far.accepted(near.policy.origin, paid), "the bank's word is not the agency's"
    assert far.world.ask("Conditions", "proven", step) == [True, True, True]
    assert far.world.do("police", "Conditions", "release", step) == "confirmed"
    assert far.world.do("police", "Conditions", "release", step) == "not open"


# -- from a chain into a log


@dataclass
class Eyes:
    relays: list[EventRelay]
    policy: RelayPolicy


def eyes(far: Far, confirmations: int = 1) -> Eyes:
    signers = [fresh_signer() for _ in range(3)]
    places = addresses(far.world.db, far.world.chain)
    relays = [EventRelay(one, far.world.chain, places, confirmations) for one in signers]
    return Eyes(relays, RelayPolicy(tuple(one.public_key for one in signers), 2))


def changed(far: Far) -> ChainFact:
    """A certificate is issued on chain B; its event is the fact."""
    certificate, _ = far.world.issue()
    place = addresses(far.world.db, far.world.chain)["Certificates"]
    return next(
        one
        for one in facts_of(far.world.chain, "Certificates", place, "Changed")
        if one.values["certificate"] == certificate
    )


def test_an_event_of_a_chain_is_taken_into_a_log_once_on_the_word_of_enough_relays(
    far: Far, near: LogWorld, db: Database
) -> None:
    see, happened = eyes(far), changed(far)
    vouchers = [one.vouch("Certificates", happened) for one in see.relays]
    for few in ([], vouchers[:1], vouchers[:1] * 3):
        with pytest.raises(Problem) as caught:
            accept(db, near.log, see.policy, happened, few)
        assert caught.value.kind.code == "chain.too_few_relays"
    position = accept(db, near.log, see.policy, happened, vouchers[1:])
    assert near.log.reader().entry(position) == happened.digest
    with pytest.raises(Problem) as before:
        accept(db, near.log, see.policy, happened, vouchers)
    assert before.value.kind.code == "chain.accepted_before"
    assert near.log.head()[0].size == 1
    # What no chain has, no relay sees; signatures of one fact are none of another.
    forged = ChainFact(happened.chain_id, happened.contract, happened.event, happened.tx_hash, happened.index, {**happened.values, "status": 3})  # fmt: skip
    for fact_, contract in ((forged, "Certificates"), (happened, "Requests")):
        with pytest.raises(Problem):
            see.relays[0].vouch(contract, fact_)
    with pytest.raises(Problem) as foreign:
        accept(db, near.log, see.policy, forged, vouchers)
    assert foreign.value.kind.code == "chain.too_few_relays"


def test_cut_off_half_way_the_fact_is_in_the_log_once(
    far: Far, near: LogWorld, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    see, happened = eyes(far), changed(far)
    vouchers = [one.vouch("Certificates", happened) for one in see.relays]
    whole = near.log.append

    def dies(*args: object) -> object:
        whole(*args)  # type: ignore[arg-type]
        raise OSError("killed")

    monkeypatch.setattr(near.log, "append", dies)
    with pytest.raises(OSError, match="killed"):
        accept(db, near.log, see.policy, happened, vouchers)
    monkeypatch.undo()
    assert accept(db, near.log, see.policy, happened, vouchers) == 0
    assert near.log.head()[0].size == 1


def test_a_reorganised_chain_takes_its_facts_back_before_relays_vouch_and_is_noticed_after(
    db: Database, near: LogWorld, tmp_path: Path
) -> None:
    with anvil() as chain:
        far = Far(world_on(db, chain, tmp_path), tmp_path)
        snapshot = chain.web3.provider.make_request("evm_snapshot", [])["result"]
        happened = changed(far)
        careful, hasty = eyes(far, confirmations=4), eyes(far, confirmations=1)
        with pytest.raises(Problem) as shallow:
            careful.relays[0].vouch("Certificates", happened)
        assert "deep enough" in str(shallow.value.values["why"])
        accept(db, near.log, hasty.policy, happened, [one.vouch("Certificates", happened) for one in hasty.relays])
        assert chain.web3.provider.make_request("evm_revert", [snapshot])["result"] is True
        chain.web3.provider.make_request("anvil_mine", ["0x5"])
        with pytest.raises(Problem) as vanished:
            careful.relays[0].vouch("Certificates", happened)
        assert "no such transaction" in str(vanished.value.values["why"])
        assert gone(db, chain, "Certificates", happened.contract, "Changed") == [happened.source]


def test_two_embedded_chains_prove_to_each_other_through_a_log(db: Database, near: LogWorld, tmp_path: Path) -> None:
    """Chain A's event → relays → the log → relays → the contract on chain B, and a transaction of A is none on B."""
    a = Far(embedded_world(db, tmp_path), tmp_path)
    other = Database(f"sqlite:///{tmp_path}/b.db")
    with_tables(other)
    (tmp_path / "b").mkdir()
    chain_b = Chain(EmbeddedProvider(tmp_path / "b" / "chain.db", 7_654_321), gas_price=0)
    b = Far(world_on(other, chain_b, tmp_path / "b"), tmp_path / "b")
    assert a.world.chain.id != b.world.chain.id
    see, happened = eyes(a), changed(a)
    position = accept(db, near.log, see.policy, happened, [one.vouch("Certificates", happened) for one in see.relays])
    relays = b.trust(near.policy, "near")
    assert b.bring(near.policy.origin, vouch(relays, b, near, near.publish().note)[:2]) == "confirmed"
    assert b.prove(near, position) == "confirmed"
    assert b.accepted(near.policy.origin, happened.digest)
    with db.reading() as session:
        from sqlalchemy import select

        from onething.trust.chain.tables import TransactionRow

        raw = session.scalars(select(TransactionRow.raw).where(TransactionRow.raw.is_not(None))).first()
    with pytest.raises(Problem):
        b.world.chain.send_raw(raw or b"")
    other.dispose()


@pytest.mark.parametrize("node", ["BESU", "FISCO"])
def test_a_consortium_chain_carries_the_same_contracts(node: str, db: Database, tmp_path: Path, near: LogWorld) -> None:
    """Opt-in: ONETHING_TEST_BESU or ONETHING_TEST_FISCO names a node's JSON-RPC address (docs/trust.md)."""
    url = _nodes.get(node)
    if not url:
        pytest.skip(f"set ONETHING_TEST_{node} to the JSON-RPC address of a node with free gas")
    from web3 import HTTPProvider

    far = Far(world_on(db, Chain(HTTPProvider(url, request_kwargs={"timeout": 30}), gas_price=0), tmp_path), tmp_path)
    relays = far.trust(near.policy, "near")
    note = append(near, fact("deed"))
    assert far.bring(near.policy.origin, vouch(relays, far, near, note)) == "confirmed"
    assert far.prove(near, 0) == "confirmed"
    see, happened = eyes(far), changed(far)
    accept(db, near.log, see.policy, happened, [one.vouch("Certificates", happened) for one in see.relays])


_nodes = {name: os.environ.get(f"ONETHING_TEST_{name}") for name in ("BESU", "FISCO")}
"""Read when the module is loaded: the tests' own environment has no settings of ours."""
