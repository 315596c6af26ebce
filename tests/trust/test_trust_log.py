"""The log: what went in can be proven, in order, once; restarts, crowds and other processes change nothing of that."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_world import World

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.merkle import Tree
from onething.trust.log.store import FileLogStore
from onething.trust.log.tiles import TileReader, TileWriter, bundle_path, pack, tile_path, unpack
from onething.trust.log.transparency_log import Appended, NewEntry
from onething.trust.models import Algorithm, HashName

TREES = [Tree(HashName.SHA256), Tree(HashName.SM3)]


def slow_root(tree: Tree, entries: list[bytes]) -> bytes:
    """MTH exactly as RFC 9162 §2.1.1 writes it."""
    if len(entries) < 2:
        return tree.leaf(entries[0]) if entries else tree.empty()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return tree.node(slow_root(tree, entries[:split]), slow_root(tree, entries[split:]))


@pytest.mark.parametrize(("count", "root"), [
    (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
])  # fmt: skip
def test_the_roots_that_certificate_transparency_publishes(count: int, root: str) -> None:
    """The reference vectors of the Certificate Transparency project (test leaves of RFC 6962 implementations)."""
    leaves = [bytes.fromhex(text) for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )]  # fmt: skip
    tree = Tree()
    writer = TileWriter(tree, 0, dict[str, bytes]().get)
    writer.append(leaves[:count])
    assert writer.root.hex() == root


@settings(max_examples=40, deadline=None)
@given(data=st.data(), tree=st.sampled_from(TREES), size=st.integers(0, 600))
def test_every_entry_and_every_older_size_is_proven_from_tiles(data: st.DataObject, tree: Tree, size: int) -> None:
    entries = [n.to_bytes(2, "big") for n in range(size)]
    store: dict[str, bytes] = {}
    writer = TileWriter(tree, 0, store.get)
    cut = data.draw(st.integers(0, size))
    store.update(writer.append(entries[:cut]))
    writer = TileWriter(tree, cut, store.get)
    store.update(writer.append(entries[cut:]))
    reader = TileReader(tree, size, store.get)
    root = slow_root(tree, entries)
    assert writer.root == reader.root() == root
    old = data.draw(st.integers(0, size))
    assert tree.extends(old, size, slow_root(tree, entries[:old]), root, reader.consistency(old))
    if not size:
        return
    index = data.draw(st.integers(0, size - 1))
    proof = reader.inclusion(index)
    assert tree.includes(tree.leaf(entries[index]), index, size, proof, root)
    assert reader.entry(index) == entries[index]
    other = data.draw(st.integers(0, size).filter(lambda n: n != index))
    assert not tree.includes(tree.leaf(entries[index]), other, size, proof, root)
    assert not tree.includes(tree.leaf(b"another"), index, size, proof, root)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), old=st.integers(1, 80), more=st.integers(1, 80))
def test_a_bent_proof_proves_nothing(data: st.DataObject, old: int, more: int) -> None:
    tree, size = TREES[0], old + more
    entries = [bytes([n]) for n in range(size)]
    leaves = [tree.leaf(entry) for entry in entries]

    def fetch(level: int, index: int) -> bytes:
        return tree.fold(leaves[index << level : (index + 1) << level])

    root, old_root = slow_root(tree, entries), slow_root(tree, entries[:old])
    index = data.draw(st.integers(0, size - 1))
    proof, growth = tree.inclusion(index, size, fetch), tree.consistency(old, size, fetch)
    for good, check in (
        (proof, lambda p: tree.includes(leaves[index], index, size, p, root)),
        (growth, lambda p: tree.extends(old, size, old_root, root, p)),
    ):
        assert check(good)
        assert not check([*good, root])
        for at in range(len(good)):
            assert not check(good[:at] + good[at + 1 :])
            assert not check([*good[:at], bytes([good[at][0] ^ 1]) + good[at][1:], *good[at + 1 :]])


def test_tiles_lie_where_c2sp_says() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(2, 0, 17) == "tile/2/000.p/17"
    assert bundle_path(1000) == "tile/entries/x001/000"
    assert unpack(pack([b"", b"a" * 65535])) == [b"", b"a" * 65535]
    with pytest.raises(ValueError):
        pack([b"a" * 65536])
    for cut in (b"\0", b"\0\5abc"):
        with pytest.raises(ValueError):
            unpack(cut)


@pytest.fixture(params=["files", "database"])
def world(request: pytest.FixtureRequest, tmp_path: Path, db: Database) -> World:
    store = FileLogStore(tmp_path / "log") if request.param == "files" else DatabaseLogStore(db, "evidence")
    return World(tmp_path, HashName.SM3, Algorithm.SM2, store)


def test_what_was_appended_is_proven_after_a_restart(world: World) -> None:
    world.fill(700)
    again = world.make_log(world.log.store)
    assert again.append(b"one more").index == 700
    checkpoint, _ = again.head()
    reader = again.reader()
    assert [entry for _, entry in reader.entries(698)] == [b"entry 698", b"entry 699", b"one more"]
    tree = again.tree
    assert tree.includes(tree.leaf(b"entry 3"), 3, 701, reader.inclusion(3), checkpoint.root)


def test_an_idempotency_key_makes_one_entry_and_never_another(world: World) -> None:
    first = world.log.append(b"deed", "case-1/deed")
    assert world.log.append(b"deed", "case-1/deed") == Appended(first.index, first.size, first.leaf, again=True)
    assert world.make_log(world.log.store).append(b"deed", "case-1/deed").again
    with pytest.raises(Problem, match=r"trust\.other_content"):
        world.log.append(b"another deed", "case-1/deed")
    twice = world.log.append_many([NewEntry(b"x", "k"), NewEntry(b"x", "k")])
    assert twice[0].index == twice[1].index == 1
    assert world.log.head()[0].size == 2


def test_a_refused_entry_takes_its_whole_batch_back(world: World) -> None:
    world.log.append(b"deed", "k")
    with pytest.raises(Problem, match=r"trust\.other_content"):
        world.log.append_many([NewEntry(b"good", "good"), NewEntry(b"bad", "k")])
    assert world.log.append(b"different", "good").index == 1
    with pytest.raises(Problem, match=r"trust\.too_long"):
        world.log.append(b"x" * 65536)


def crowd(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_crowd_and_a_second_process_leave_one_log_without_gaps(world: World) -> None:
    other = world.make_log(world.log.store)
    found: dict[bytes, int] = {}

    def work(number: int) -> None:
        log = world.log if number % 2 else other
        for n in range(6):
            data = f"{number}-{n}".encode()
            found[data] = log.append(data).index

    crowd(work, 8)
    assert sorted(found.values()) == list(range(48))
    reader = world.make_log(world.log.store).reader()
    assert dict(reader.entries()) == {index: data for data, index in found.items()}


def test_the_log_refuses_to_go_on_from_tiles_that_were_changed(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.fill(300)
    path = tmp_path / "log" / tile_path(0, 0)
    good = path.read_bytes()
    path.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    # A full tile's root is kept one level up, so the edge still fits; the edge itself must not be bent:
    edge = tmp_path / "log" / tile_path(0, 1, 44)
    edge.write_bytes(edge.read_bytes()[:-1] + b"\0")
    with pytest.raises(Problem, match=r"trust\.log_inconsistent"):
        world.make_log(world.log.store).append(b"x")


def test_a_running_log_notices_that_its_store_was_rolled_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.fill(5)
    old = (tmp_path / "log" / "head").read_bytes()
    world.fill(5)
    (tmp_path / "log" / "head").write_bytes(old)
    with pytest.raises(Problem, match=r"trust\.log_inconsistent"):
        world.log.append(b"x")
