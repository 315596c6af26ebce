# pragma version 0.4.3
"""
@title Conditions
@notice "When A and B are proven, release C": a step that waits for certificates in force and for facts of foreign logs,
        and then is released exactly once. Payments and transfers of property read the release.
@license Apache-2.0
"""

interface Registry:
    def agency_of(account: address) -> bytes32: view
    def in_force(certificate: bytes32, digest: bytes32) -> bool: view

interface Facts:
    def accepted(log_id: bytes32, fact: bytes32) -> bool: view

event Opened:
    step: indexed(bytes32)
    opener: indexed(bytes32)
    action: bytes32

event Released:
    step: indexed(bytes32)
    action: indexed(bytes32)

event Cancelled:
    step: indexed(bytes32)

MAX_CONDITIONS: constant(uint256) = 16
CERTIFICATE: constant(uint8) = 1
FACT: constant(uint8) = 2

struct Condition:
    # 1: certificate `source` with digest `value` is in force; 2: the log `source` has proven the fact `value`
    kind: uint8
    source: bytes32
    value: bytes32

registry: public(Registry)
facts: public(Facts)
opener_of: public(HashMap[bytes32, bytes32])
action_of: public(HashMap[bytes32, bytes32])
until_of: public(HashMap[bytes32, uint64])
# 0 unknown, 1 open, 2 released, 3 cancelled
state_of: public(HashMap[bytes32, uint8])
conditions: HashMap[bytes32, DynArray[Condition, MAX_CONDITIONS]]


@deploy
def __init__(registry: address, facts: address):
    self.registry = Registry(registry)
    self.facts = Facts(facts)


@external
def open(step: bytes32, action: bytes32, conditions: DynArray[Condition, MAX_CONDITIONS], until: uint64):
    """@notice Say what must be proven, by when (second; 0: no end), and the digest of what is then done."""
    agency: bytes32 = staticcall self.registry.agency_of(msg.sender)
    assert agency != empty(bytes32), "not an agency"
    assert self.state_of[step] == 0, "this step exists"
    assert len(conditions) > 0, "no conditions"
    for one: Condition in conditions:
        assert one.kind == CERTIFICATE or one.kind == FACT, "unknown condition"
    self.opener_of[step] = agency
    self.action_of[step] = action
    self.until_of[step] = until
    self.conditions[step] = conditions
    self.state_of[step] = 1
    log Opened(step=step, opener=agency, action=action)


@internal
@view
def _holds(one: Condition) -> bool:
    if one.kind == CERTIFICATE:
        return staticcall self.registry.in_force(one.source, one.value)
    return staticcall self.facts.accepted(one.source, one.value)


@external
@view
def proven(step: bytes32) -> DynArray[bool, MAX_CONDITIONS]:
    """@return Which of the step's conditions hold now."""
    found: DynArray[bool, MAX_CONDITIONS] = []
    for one: Condition in self.conditions[step]:
        found.append(self._holds(one))
    return found


@external
def release(step: bytes32):
    """@notice Anybody may call; it succeeds once, and only while every condition holds at the same moment."""
    assert self.state_of[step] == 1, "not open"
    assert self.until_of[step] == 0 or block.timestamp <= convert(self.until_of[step], uint256), "too late"
    for one: Condition in self.conditions[step]:
        assert self._holds(one), "not all is proven"
    self.state_of[step] = 2
    log Released(step=step, action=self.action_of[step])


@external
def cancel(step: bytes32):
    """@notice The agency that opened it may give it up before it is released."""
    assert self.state_of[step] == 1, "not open"
    assert staticcall self.registry.agency_of(msg.sender) == self.opener_of[step], "not the opener"
    self.state_of[step] = 3
    log Cancelled(step=step)
