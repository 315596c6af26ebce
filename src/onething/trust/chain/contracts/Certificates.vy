# pragma version 0.4.3
"""
@title Certificates
@notice Status of electronic certificates, without personal data: an identifier and a digest, both salted hashes.
        An agency may issue only kinds it was granted and may change only what it issued itself.
@license Apache-2.0
"""

event Granted:
    account: indexed(address)
    kind: indexed(bytes32)
    allowed: bool

event Changed:
    certificate: indexed(bytes32)
    agency: indexed(bytes32)
    status: uint8
    other: bytes32

UNKNOWN: constant(uint8) = 0
ISSUED: constant(uint8) = 1
SUSPENDED: constant(uint8) = 2
REVOKED: constant(uint8) = 3
SUPERSEDED: constant(uint8) = 4

MAX_BATCH: constant(uint256) = 64
SECONDS: constant(uint256) = 2**64 - 1

struct Issue:
    certificate: bytes32
    kind: bytes32
    digest: bytes32
    valid_until: uint64

owner: public(address)
agency_of: public(HashMap[address, bytes32])
may_issue: public(HashMap[bytes32, HashMap[bytes32, bool]])
digest_of: public(HashMap[bytes32, bytes32])
issuer_of: public(HashMap[bytes32, bytes32])
successor_of: public(HashMap[bytes32, bytes32])
# status in the low byte, then the second of issue, then the last valid second (0: no end)
packed: HashMap[bytes32, uint256]


@deploy
def __init__():
    self.owner = msg.sender


@external
def enrol(account: address, agency: bytes32):
    """@notice Let an account act for an agency; the empty agency takes the right away (a stolen key)."""
    assert msg.sender == self.owner, "not the owner"
    self.agency_of[account] = agency


@external
def grant(agency: bytes32, kind: bytes32, allowed: bool):
    """@notice Say whether an agency may issue certificates of a kind."""
    assert msg.sender == self.owner, "not the owner"
    self.may_issue[agency][kind] = allowed
    log Granted(account=msg.sender, kind=kind, allowed=allowed)


@internal
def _issue(agency: bytes32, one: Issue):
    assert self.may_issue[agency][one.kind], "this agency may not issue this kind"
    assert one.digest != empty(bytes32), "no digest"
    if self.digest_of[one.certificate] != empty(bytes32):
        # A sender that was cut off sends again: the same certificate is accepted and changes nothing.
        assert self.digest_of[one.certificate] == one.digest, "another certificate has this identifier"
        assert self.issuer_of[one.certificate] == agency, "issued by another agency"
        return
    self.digest_of[one.certificate] = one.digest
    self.issuer_of[one.certificate] = agency
    self.packed[one.certificate] = (
        convert(ISSUED, uint256) | (block.timestamp << 8) | (convert(one.valid_until, uint256) << 72)
    )
    log Changed(certificate=one.certificate, agency=agency, status=ISSUED, other=one.digest)


@external
def issue(batch: DynArray[Issue, MAX_BATCH]):
    """@notice Issue certificates of the sender's agency, all or none."""
    agency: bytes32 = self.agency_of[msg.sender]
    assert agency != empty(bytes32), "not an agency"
    for one: Issue in batch:
        self._issue(agency, one)


@internal
def _own(certificate: bytes32) -> bytes32:
    agency: bytes32 = self.agency_of[msg.sender]
    assert agency != empty(bytes32), "not an agency"
    assert self.issuer_of[certificate] == agency, "only the agency that issued it may change it"
    return agency


@internal
def _set(certificate: bytes32, agency: bytes32, status: uint8, other: bytes32):
    self.packed[certificate] = ((self.packed[certificate] >> 8) << 8) | convert(status, uint256)
    log Changed(certificate=certificate, agency=agency, status=status, other=other)


@internal
@view
def _status(certificate: bytes32) -> uint8:
    return convert(self.packed[certificate] & 255, uint8)


@external
def suspend(certificate: bytes32, reason: bytes32):
    agency: bytes32 = self._own(certificate)
    assert self._status(certificate) == ISSUED, "not in force"
    self._set(certificate, agency, SUSPENDED, reason)


@external
def reinstate(certificate: bytes32):
    agency: bytes32 = self._own(certificate)
    assert self._status(certificate) == SUSPENDED, "not suspended"
    self._set(certificate, agency, ISSUED, empty(bytes32))


@external
def revoke(certificate: bytes32, reason: bytes32):
    """@notice Final. Revoking what is revoked already changes nothing."""
    agency: bytes32 = self._own(certificate)
    status: uint8 = self._status(certificate)
    if status == REVOKED:
        return
    assert status == ISSUED or status == SUSPENDED, "not in force"
    self._set(certificate, agency, REVOKED, reason)


@external
def supersede(old: bytes32, new: bytes32):
    """@notice A replacement takes the place of an older certificate; both must be the agency's own."""
    agency: bytes32 = self._own(old)
    assert self._own(new) == agency and old != new, "not a replacement"
    status: uint8 = self._status(old)
    if status == SUPERSEDED and self.successor_of[old] == new:
        return
    assert status == ISSUED or status == SUSPENDED, "not in force"
    assert self._status(new) == ISSUED, "the replacement is not in force"
    self.successor_of[old] = new
    self._set(old, agency, SUPERSEDED, new)


@external
@view
def state(certificate: bytes32) -> (uint8, bytes32, bytes32, uint64, uint64):
    """@return Status, issuing agency, digest, second of issue, last valid second (0: no end)."""
    packed: uint256 = self.packed[certificate]
    return (
        convert(packed & 255, uint8), self.issuer_of[certificate], self.digest_of[certificate],
        convert((packed >> 8) & SECONDS, uint64), convert(packed >> 72, uint64),
    )


@external
@view
def in_force(certificate: bytes32, digest: bytes32) -> bool:
    """@return Whether this very document is issued, not suspended, revoked, replaced or past its last second."""
    packed: uint256 = self.packed[certificate]
    until: uint256 = packed >> 72
    return (
        packed & 255 == convert(ISSUED, uint256)
        and self.digest_of[certificate] == digest
        and (until == 0 or block.timestamp <= until)
    )
