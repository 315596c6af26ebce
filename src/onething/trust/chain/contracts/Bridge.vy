# pragma version 0.4.3
"""
@title Bridge
@notice Facts of foreign transparency logs, proven here: a checkpoint that a quorum of relays has signed, and a SHA-256
        inclusion proof (RFC 9162, 2.1.3.2) that this contract verifies itself. No fact is accepted twice.
        Whom to trust: fewer than `threshold` dishonest relays; the relays must have checked the log's own cosignatures,
        which the EVM cannot (Ed25519, SM2).
@license Apache-2.0
"""

event Foreign:
    log_id: indexed(bytes32)
    threshold: uint256

event Checkpoint:
    log_id: indexed(bytes32)
    size: uint64
    root: bytes32

event Accepted:
    log_id: indexed(bytes32)
    fact: indexed(bytes32)
    index: uint64

MAX_RELAYS: constant(uint256) = 16
MAX_PATH: constant(uint256) = 64
LEAF: constant(bytes1) = 0x00
NODE: constant(bytes1) = 0x01

owner: public(address)
relays: HashMap[bytes32, DynArray[address, MAX_RELAYS]]
threshold: public(HashMap[bytes32, uint256])
root_at: public(HashMap[bytes32, HashMap[uint64, bytes32]])
accepted: public(HashMap[bytes32, HashMap[bytes32, bool]])
used: public(HashMap[bytes32, HashMap[uint64, bool]])


@deploy
def __init__():
    self.owner = msg.sender


@external
def trust(log_id: bytes32, relays: DynArray[address, MAX_RELAYS], threshold: uint256):
    """@notice Name the relays of a foreign log and how many must agree."""
    assert msg.sender == self.owner, "not the owner"
    assert threshold > 0 and threshold <= len(relays), "threshold"
    seen: DynArray[address, MAX_RELAYS] = []
    for relay: address in relays:
        assert relay != empty(address) and relay not in seen, "relay named twice"
        seen.append(relay)
    self.relays[log_id] = relays
    self.threshold[log_id] = threshold
    log Foreign(log_id=log_id, threshold=threshold)


@external
@view
def statement(log_id: bytes32, size: uint64, root: bytes32) -> bytes32:
    """@return What a relay signs: bound to this chain and this contract, so a signature serves nowhere else."""
    return self._statement(log_id, size, root)


@internal
@view
def _statement(log_id: bytes32, size: uint64, root: bytes32) -> bytes32:
    return keccak256(concat(b"onething-checkpoint-v1", convert(chain.id, bytes32), convert(self, bytes32), log_id,
                            convert(size, bytes8), root))


@external
def checkpoint(log_id: bytes32, size: uint64, root: bytes32, signatures: DynArray[Bytes[65], MAX_RELAYS]):
    """@notice Accept a checkpoint that enough different relays have signed. Another root for a known size is refused."""
    needed: uint256 = self.threshold[log_id]
    assert needed > 0, "unknown log"
    known: bytes32 = self.root_at[log_id][size]
    assert known == empty(bytes32) or known == root, "fork: another root for this size"
    said: bytes32 = self._statement(log_id, size, root)
    who: DynArray[address, MAX_RELAYS] = []
    for signature: Bytes[65] in signatures:
        assert len(signature) == 65, "signature"
        r: uint256 = extract32(signature, 0, output_type=uint256)
        s: uint256 = extract32(signature, 32, output_type=uint256)
        v: uint256 = convert(slice(signature, 64, 1), uint256)
        signer: address = ecrecover(said, v, r, s)
        assert signer != empty(address) and signer in self.relays[log_id], "not a relay of this log"
        assert signer not in who, "one relay twice"
        who.append(signer)
    assert len(who) >= needed, "too few relays"
    self.root_at[log_id][size] = root
    log Checkpoint(log_id=log_id, size=size, root=root)


@internal
@pure
def _root_of(leaf: bytes32, index: uint64, size: uint64, path: DynArray[bytes32, MAX_PATH]) -> bytes32:
    fn: uint256 = convert(index, uint256)
    sn: uint256 = convert(size, uint256) - 1
    r: bytes32 = leaf
    for p: bytes32 in path:
        assert sn != 0, "path too long"
        if fn & 1 == 1 or fn == sn:
            r = sha256(concat(NODE, p, r))
            if fn & 1 == 0:
                for _i: uint256 in range(64):
                    fn = fn >> 1
                    sn = sn >> 1
                    if fn & 1 == 1 or fn == 0:
                        break
        else:
            r = sha256(concat(NODE, r, p))
        fn = fn >> 1
        sn = sn >> 1
    assert sn == 0, "path too short"
    return r


@external
@view
def included(log_id: bytes32, size: uint64, index: uint64, leaf: bytes32, path: DynArray[bytes32, MAX_PATH]) -> bool:
    """@return Whether the leaf (hash) lies at `index` under the accepted checkpoint of this size."""
    assert index < size, "index"
    root: bytes32 = self.root_at[log_id][size]
    return root != empty(bytes32) and self._root_of(leaf, index, size, path) == root


@external
def accept(log_id: bytes32, size: uint64, index: uint64, fact: bytes32, path: DynArray[bytes32, MAX_PATH]):
    """@notice Accept a fact: the log's entry is the 32 bytes `fact` (a salted commitment). Once, under any checkpoint."""
    assert index < size, "index"
    root: bytes32 = self.root_at[log_id][size]
    assert root != empty(bytes32), "no such checkpoint"
    assert not self.used[log_id][index], "this entry was accepted before"
    assert not self.accepted[log_id][fact], "this fact was accepted before"
    leaf: bytes32 = sha256(concat(LEAF, fact))
    assert self._root_of(leaf, index, size, path) == root, "not in the log"
    self.used[log_id][index] = True
    self.accepted[log_id][fact] = True
    log Accepted(log_id=log_id, fact=fact, index=index)
