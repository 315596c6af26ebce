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

registry: public(Registry)
requests: public(HashMap[bytes32, Request])


@deploy
def __init__(registry: address):
    self.registry = Registry(registry)


@external
def ask(request: bytes32, certificate: bytes32, purpose: bytes32):
    """@notice Ask the agency that issued the certificate. The purpose is the digest of the legal ground or consent."""
    asker: bytes32 = staticcall self.registry.agency_of(msg.sender)
    assert asker != empty(bytes32), "not an agency"
    assert purpose != empty(bytes32), "no purpose"
    assert self.requests[request].step == 0, "this request was made before"
    holder: bytes32 = staticcall self.registry.issuer_of(certificate)
    assert holder != empty(bytes32), "no such certificate"
    self.requests[request] = Request(
        asker=asker, holder=holder, certificate=certificate, purpose=purpose, answer=empty(bytes32), step=1
    )
    log Asked(request=request, holder=holder, asker=asker, certificate=certificate, purpose=purpose)


@external
def answer(request: bytes32, digest: bytes32):
    """@notice The holder commits to the document it sends. Only once, only the holder, only what is in force."""
    it: Request = self.requests[request]
    assert it.step == 1, "not open"
    assert staticcall self.registry.agency_of(msg.sender) == it.holder, "not the holder"
    assert staticcall self.registry.in_force(it.certificate, digest), "not what was issued, or no longer in force"
    self.requests[request].answer = digest
    self.requests[request].step = 2
    log Answered(request=request, digest=digest)


@external
def verify(request: bytes32, received: bytes32):
    """@notice The asker shows the digest of what it received; the contract compares and looks at the status again."""
    it: Request = self.requests[request]
    assert it.step == 2, "not answered"
    assert staticcall self.registry.agency_of(msg.sender) == it.asker, "not the asker"
    genuine: bool = received == it.answer and staticcall self.registry.in_force(it.certificate, received)
    self.requests[request].step = 3 if genuine else 4
    log Verified(request=request, certificate=it.certificate, genuine=genuine)


@external
@view
def step(request: bytes32) -> uint8:
    """@return 0 unknown, 1 asked, 2 answered, 3 verified, 4 found wrong."""
    return self.requests[request].step
