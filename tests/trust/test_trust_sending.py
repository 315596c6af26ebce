"""The queue of transactions: restarts, nonce gaps, duplicates, replays, reorganisations. Nothing is lost, nothing twice."""

import os
import shutil
from pathlib import Path

import pytest
from chain_world import World, anvil, embedded, embedded_world, world_on

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.client import Chain
from onething.trust.chain.queue import Wanted, queue
from onething.trust.chain.sending import TransactionSender, transaction
from onething.trust.chain.setup import addresses, name_hash

pytestmark = pytest.mark.slow


class Cut(Exception):  # noqa: N818 - it is no error of ours
    """The process dies here."""


class CutChain(Chain):
    """A chain whose line breaks before or after the bytes went out."""

    def __init__(self, inner: Chain, when: str) -> None:
        super().__init__(inner.web3.provider, gas_price=0)
        self._when = when

    def send_raw(self, raw: bytes) -> None:
        if self._when == "before":
            raise Cut
        super().send_raw(raw)
        raise Cut


def issue_later(world: World, key: str) -> tuple[bytes, bytes]:
    certificate, digest = os.urandom(32), os.urandom(32)
    with world.db.transaction() as session:
        queue(session, Wanted(key, "health", "Certificates", "issue", [[(certificate, name_hash("birth"), digest, 0)]]))
    return certificate, digest


def issued_events(world: World) -> int:
    found = world.chain.events("Certificates", addresses(world.db, world.chain)["Certificates"], "Changed")
    return len([e for e in found if e.values["status"] == 1])


@pytest.fixture
def world(db: Database, tmp_path: Path) -> World:
    return embedded_world(db, tmp_path)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_sending_it_is_sent_once(world: World, when: str) -> None:
    certificate, digest = issue_later(world, "k1")
    dying = TransactionSender(world.db, CutChain(world.chain, when), world.accounts)
    with pytest.raises(Cut):
        dying.pump()
    heir = TransactionSender(world.db, world.chain, world.accounts)
    heir._me = dying._me  # the lease is the dead one's; time would free it
    world.sender = heir
    world.settle()
    assert world.ask("Certificates", "in_force", certificate, digest)
    assert issued_events(world) == 1


def test_a_second_sender_waits_for_the_lease(world: World) -> None:
    issue_later(world, "k0")
    world.settle()
    issue_later(world, "k1")
    other = TransactionSender(world.db, world.chain, world.accounts)
    assert other.pump() == 0
    assert world.open() == ["k1 queued "]
    world.settle()
    assert issued_events(world) == 2


def test_the_same_key_is_one_call_and_never_another(world: World) -> None:
    certificate, digest = issue_later(world, "k1")
    args = [[(certificate, name_hash("birth"), digest, 0)]]
    with world.db.transaction() as session:
        first = queue(session, Wanted("k1", "health", "Certificates", "issue", args))
        assert queue(session, Wanted("k1", "health", "Certificates", "issue", args)) == first
    with pytest.raises(Problem) as caught, world.db.transaction() as session:
        queue(
            session,
            Wanted("k1", "health", "Certificates", "issue", [[(certificate, name_hash("birth"), b"x" * 32, 0)]]),
        )
    assert caught.value.kind.code == "chain.other_transaction"
    world.settle()
    assert issued_events(world) == 1


def test_a_replayed_transaction_has_no_effect(world: World) -> None:
    certificate, digest = issue_later(world, "k1")
    world.settle()
    with world.db.reading() as session:
        row = transaction(session, "k1")
    assert row is not None
    assert row.raw is not None
    head = world.chain.head()
    world.chain.send_raw(row.raw)  # an eavesdropper sends what he saw
    assert world.chain.head() == head
    assert issued_events(world) == 1
    assert world.ask("Certificates", "in_force", certificate, digest)


def test_a_transaction_signed_for_another_chain_is_refused(world: World) -> None:
    address = addresses(world.db, world.chain)["Certificates"]
    account = world.accounts.of("health")
    signed = account.sign_transaction(
        {"chainId": 1, "nonce": world.chain.nonce(account.address), "gas": 100_000, "gasPrice": 0, "value": 0, "to": address, "data": "0x"}
    )  # fmt: skip
    with pytest.raises(Problem) as caught:
        world.chain.send_raw(bytes(signed.raw_transaction))
    assert "another chain" in str(caught.value.values["why"])


def test_a_nonce_somebody_else_used_is_given_up(world: World) -> None:
    """Our key also sends from elsewhere (a restored backup): the call is signed anew, once."""
    certificate, digest = issue_later(world, "k1")
    with pytest.raises(Cut):
        TransactionSender.pump(_with_lease_of(world, CutChain(world.chain, "before")))
    account, address = world.accounts.of("health"), addresses(world.db, world.chain)["Anchors"]
    foreign = account.sign_transaction({
        "chainId": world.chain.id, "nonce": world.chain.nonce(account.address), "gas": 1_000_000, "gasPrice": 0,
        "value": 0, "to": address, "data": "0x" + world.chain.encode("Anchors", "anchor", [name_hash("log-a"), 1, b"r" * 32]).hex(),
    })  # fmt: skip
    world.chain.send_raw(bytes(foreign.raw_transaction))
    world.settle()
    assert world.ask("Certificates", "in_force", certificate, digest)
    assert issued_events(world) == 1


def _with_lease_of(world: World, chain: Chain) -> TransactionSender:
    sender = TransactionSender(world.db, chain, world.accounts)
    sender._me = world.sender._me
    return sender


def test_a_gap_in_the_nonces_is_waited_for_and_closed(world: World) -> None:
    """A later transaction reaches the node first: nothing happens until the earlier one is there, then both."""
    account, address = world.accounts.of("health"), addresses(world.db, world.chain)["Anchors"]
    nonce = world.chain.nonce(account.address)

    def signed(n: int, size: int) -> bytes:
        return bytes(account.sign_transaction({
            "chainId": world.chain.id, "nonce": n, "gas": 1_000_000, "gasPrice": 0, "value": 0, "to": address,
            "data": "0x" + world.chain.encode("Anchors", "anchor", [name_hash("log-a"), size, b"r" * 32]).hex(),
        }).raw_transaction)  # fmt: skip

    world.chain.send_raw(signed(nonce + 1, 2))
    assert world.chain.nonce(account.address) == nonce
    world.chain.send_raw(signed(nonce, 1))
    assert world.chain.nonce(account.address) == nonce + 2
    assert world.ask("Anchors", "latest", name_hash("log-a"))[0] == 2


def test_the_embedded_chain_survives_a_restart_and_a_roll_back(db: Database, tmp_path: Path) -> None:
    world = embedded_world(db, tmp_path)
    world.chain.web3.provider.store._link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "chain.db", tmp_path / "old.db")
    certificate, digest = issue_later(world, "k1")
    world.settle()
    head = world.chain.head()
    world.chain.web3.provider.close()
    world.chain = world.sender.chain = embedded(tmp_path)
    assert world.chain.head() == head
    assert world.ask("Certificates", "in_force", certificate, digest)
    # Somebody puts an older file in its place: the queue notices and sends again.
    world.chain.web3.provider.close()
    for name in ("chain.db", "chain.db-wal", "chain.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "old.db", tmp_path / "chain.db")
    world.chain = world.sender.chain = embedded(tmp_path)
    assert not world.ask("Certificates", "in_force", certificate, digest)
    assert world.sender.recheck() == 1
    world.settle()
    assert world.ask("Certificates", "in_force", certificate, digest)
    assert issued_events(world) == 1


def test_a_reorganised_chain_gets_the_transaction_again(db: Database, tmp_path: Path) -> None:
    with anvil() as chain:
        world = world_on(db, chain, tmp_path)
        snapshot = chain.web3.provider.make_request("evm_snapshot", [])["result"]
        certificate, digest = issue_later(world, "k1")
        world.settle()
        assert world.ask("Certificates", "in_force", certificate, digest)
        assert chain.web3.provider.make_request("evm_revert", [snapshot])["result"] is True
        assert not world.ask("Certificates", "in_force", certificate, digest)
        assert world.sender.recheck() == 1
        world.settle()
        assert world.ask("Certificates", "in_force", certificate, digest)
        assert issued_events(world) == 1


def test_nothing_counts_before_it_lies_deep_enough(db: Database, tmp_path: Path) -> None:
    with anvil() as chain:
        world = world_on(db, chain, tmp_path)
        world.sender.confirmations = 3
        issue_later(world, "k1")
        for _ in range(3):
            world.sender.pump()
        assert world.open()[0].startswith("k1 sent")
        chain.web3.provider.make_request("anvil_mine", ["0x2"])
        world.settle()
        assert world.open() == []
