# pragma version 0.4.3
"""
@title Anchors
@notice Checkpoints of transparency logs (RFC 9162): size and root, one line of growth per log. A log whose operator
        shows two roots for one size, or goes back, is refused here, so a fork cannot be anchored beside the truth.
@license Apache-2.0
"""

event Registered:
    log_id: indexed(bytes32)
    operator: indexed(address)

event Anchored:
    log_id: indexed(bytes32)
    size: uint64
    root: bytes32

owner: public(address)
operator: public(HashMap[bytes32, address])
size: public(HashMap[bytes32, uint64])
root_at: public(HashMap[bytes32, HashMap[uint64, bytes32]])
anchored_at: public(HashMap[bytes32, HashMap[uint64, uint256]])


@deploy
def __init__():
    self.owner = msg.sender


@external
def register(log_id: bytes32, operator: address):
    """@notice Say whose checkpoints of this log count. Only the owner; a stolen key is replaced the same way."""
    assert msg.sender == self.owner, "not the owner"
    self.operator[log_id] = operator
    log Registered(log_id=log_id, operator=operator)


@external
def anchor(log_id: bytes32, size: uint64, root: bytes32):
    """@notice Record a checkpoint. The same one twice changes nothing; another root for a known size is a fork."""
    assert msg.sender == self.operator[log_id], "not the operator of this log"
    assert root != empty(bytes32), "no root"
    known: bytes32 = self.root_at[log_id][size]
    if known != empty(bytes32):
        assert known == root, "fork: another root for this size"
        return
    assert size > self.size[log_id], "roll-back: smaller than anchored"
    self.size[log_id] = size
    self.root_at[log_id][size] = root
    self.anchored_at[log_id][size] = block.timestamp
    log Anchored(log_id=log_id, size=size, root=root)


@external
@view
def latest(log_id: bytes32) -> (uint64, bytes32, uint256):
    """@return Size, root and time (seconds) of the newest anchored checkpoint; zeros when there is none."""
    size: uint64 = self.size[log_id]
    return size, self.root_at[log_id][size], self.anchored_at[log_id][size]
