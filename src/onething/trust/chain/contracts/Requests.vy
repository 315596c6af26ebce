# pragma version 0.4.3
"""
@title Requests
@notice One agency asks another for a certificate and verifies the answer by contract. The document itself travels
        outside the chain; here are who asked, for what purpose, and whether what came is what was issued.
@license Apache-2.0
"""

interface Registry:
    def agency_of(account: address) -> bytes32: view
    def issuer_of(certificate: bytes32) -> bytes32: view
    def in_force(certificate: bytes32, digest: bytes32) -> bool: view

event Asked:
    request: indexed(bytes32)
    holder: indexed(bytes32)
    asker: bytes32
    certificate: bytes32
    purpose: bytes32

event Answered:
    request: indexed(bytes32)
    digest: bytes32

event Verified:
    request: indexed(bytes32)
    certificate: indexed(bytes32)
    genuine: bool

struct Request:
    asker: bytes32
    holder: bytes32
    certificate: bytes32
    purpose: bytes32
    answer: bytes32
    # 1 asked, 2 answered, 3 verified, 4 found wrong
    step: uint8

struct Ask:
    request: bytes32
    certificate: bytes32
    purpose: bytes32

struct Shown:
    request: bytes32
    digest: bytes32

MAX_BATCH: constant(uint256) = 64

registry: public(Registry)
requests: public(HashMap[bytes32, Request])


@deploy
def __init__(registry: address):
    self.registry = Registry(registry)


@internal
def _ask(asker: bytes32, request: bytes32, certificate: bytes32, purpose: bytes32):
    assert purpose != empty(bytes32), "no purpose"
    assert self.requests[request].step == 0, "this request was made before"
    holder: bytes32 = staticcall self.registry.issuer_of(certificate)
    assert holder != empty(bytes32), "no such certificate"
    self.requests[request] = Request(
        asker=asker, holder=holder, certificate=certificate, purpose=purpose, answer=empty(bytes32), step=1
    )
    log Asked(request=request, holder=holder, asker=asker, certificate=certificate, purpose=purpose)


@internal
def _answer(holder: bytes32, request: bytes32, digest: bytes32):
    it: Request = self.requests[request]
    assert it.step == 1, "not open"
    assert holder == it.holder, "not the holder"
    assert staticcall self.registry.in_force(it.certificate, digest), "not what was issued, or no longer in force"
    self.requests[request].answer = digest
    self.requests[request].step = 2
    log Answered(request=request, digest=digest)


@internal
def _verify(asker: bytes32, request: bytes32, received: bytes32):
    it: Request = self.requests[request]
    assert it.step == 2, "not answered"
    assert asker == it.asker, "not the asker"
    genuine: bool = received == it.answer and staticcall self.registry.in_force(it.certificate, received)
    self.requests[request].step = 3 if genuine else 4
    log Verified(request=request, certificate=it.certificate, genuine=genuine)


@internal
@view
def _agency() -> bytes32:
    agency: bytes32 = staticcall self.registry.agency_of(msg.sender)
    assert agency != empty(bytes32), "not an agency"
    return agency


@external
def ask(batch: DynArray[Ask, MAX_BATCH]):
    """@notice Ask the agencies that issued the certificates. A purpose is the digest of the legal ground or consent."""
    agency: bytes32 = self._agency()
    for one: Ask in batch:
        self._ask(agency, one.request, one.certificate, one.purpose)


@external
def answer(batch: DynArray[Shown, MAX_BATCH]):
    """@notice The holder commits to the documents it sends. Only once, only the holder, only what is in force."""
    agency: bytes32 = self._agency()
    for one: Shown in batch:
        self._answer(agency, one.request, one.digest)


@external
def verify(batch: DynArray[Shown, MAX_BATCH]):
    """@notice The asker shows the digests of what it received; the contract compares and looks at the status again."""
    agency: bytes32 = self._agency()
    for one: Shown in batch:
        self._verify(agency, one.request, one.digest)


@external
@view
def step(request: bytes32) -> uint8:
    """@return 0 unknown, 1 asked, 2 answered, 3 verified, 4 found wrong."""
    return self.requests[request].step
