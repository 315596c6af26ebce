"""Putting the contracts on a chain, once, and telling them who the agencies are."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.accounts import REGISTRAR, Accounts, ChainAccount
from onething.trust.chain.client import GAS, Chain
from onething.trust.chain.contracts import NAMES, artefact
from onething.trust.chain.errors import NOT_DEPLOYED, REVERTED
from onething.trust.chain.queue import Wanted, queue
from onething.trust.chain.tables import ContractRow

_NEEDS: dict[str, tuple[str, ...]] = {"Requests": ("Certificates",), "Conditions": ("Certificates", "Bridge")}


def name_hash(name: str) -> bytes:
    """How an agency, a kind of certificate or a log is called in a contract: SHA-256 of its id."""
    return hashlib.sha256(name.encode()).digest()


def addresses(db: Database, chain: Chain) -> dict[str, str]:
    """Where our contracts lie on this chain, by name."""
    with db.reading() as session:
        rows = session.scalars(select(ContractRow).where(ContractRow.chain_id == chain.id))
        return {row.name: row.address for row in rows}


def address_of(db: Database, chain: Chain, name: str) -> str:
    """Raises `Problem(chain.not_deployed)`."""
    found = addresses(db, chain).get(name)
    if found is None:
        raise Problem(NOT_DEPLOYED)
    return found


def deploy(db: Database, chain: Chain, accounts: Accounts) -> dict[str, str]:
    """Deploy what is missing; returns all addresses. Cut off half way, the next call goes on."""
    owner, known = accounts.of(REGISTRAR), addresses(db, chain)
    for name in NAMES:
        if name in known:
            continue
        arguments = [known[each] for each in _NEEDS.get(name, ())]
        address, block = _deploy_one(chain, owner, chain.creation(name, arguments))
        row = ContractRow(
            chain_id=chain.id, name=name, address=address, block=block, deployed_at=now(),
            code_hash=hashlib.sha256(artefact(name).bytecode.encode()).hexdigest(),
        )  # fmt: skip
        with db.transaction() as session:
            session.add(row)
        known[name] = address
    return known


def _deploy_one(chain: Chain, owner: ChainAccount, code: bytes) -> tuple[str, int]:
    import time

    signed: Any = owner.sign_transaction({
        "chainId": chain.id, "nonce": chain.nonce(owner.address), "gas": GAS, "gasPrice": chain.gas_price, "value": 0,
        "data": "0x" + code.hex(),
    })  # fmt: skip
    chain.send_raw(bytes(signed.raw_transaction))
    digest, end = "0x" + bytes(signed.hash).hex(), time.monotonic() + 60
    while (receipt := chain.receipt(digest)) is None:
        if time.monotonic() > end:
            raise Problem(REVERTED, why="the deployment was not mined within a minute")
        time.sleep(0.05)
    if not receipt.succeeded or receipt.contract is None:
        raise Problem(REVERTED, why="the deployment failed")
    return receipt.contract, receipt.block


def enrol(db: Database, accounts: Accounts, kinds_of: Mapping[str, Iterable[str]], logs: Mapping[str, str]) -> None:
    """Queue the rights: each agency's account, what it may issue, and who anchors which log (log id → account name).

    Calling it again queues only what is new.
    """
    with db.transaction() as session:
        for agency in sorted(kinds_of):
            account = accounts.of(agency).address
            queue(session, Wanted(f"enrol:{agency}:{account}", REGISTRAR, "Certificates", "enrol", [account, name_hash(agency)]))  # fmt: skip
            for kind in sorted(kinds_of[agency]):
                queue(session, Wanted(f"grant:{agency}:{kind}", REGISTRAR, "Certificates", "grant", [name_hash(agency), name_hash(kind), True]))  # fmt: skip
        for log_id, name in sorted(logs.items()):
            account = accounts.of(name).address
            queue(session, Wanted(f"log:{log_id}:{account}", REGISTRAR, "Anchors", "register", [name_hash(log_id), account]))  # fmt: skip
