"""One interface over every chain: read, encode, hand in signed bytes, receipts, events. The same web3 code on all."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from onething.core.errors import Problem
from onething.core.settings import get_settings, settings_of
from onething.trust.chain.contracts import artefact
from onething.trust.chain.errors import CHAIN_AWAY, REVERTED
from onething.trust.chain.models import Happened, Receipt
from onething.trust.settings import TrustSettings

GAS = 20_000_000
"""Per transaction. Consortium chains meter no money; a public one would refuse what it cannot pay."""
UNASKED = ("ens_name_to_address", "gas_price_strategy", "gas_estimate", "buffered_gas_estimate", "validation")
"""web3's helpers that ask or compute what we have said already: names are addresses here, gas and price are in the call, and
the chain's id is in what was signed."""


class Chain:
    """A chain as this system sees it. Holds no key: transactions come signed."""

    def __init__(self, provider: Any, *, gas_price: int | None = None) -> None:
        # web3 is large: processes that only queue calls or sign certificates do without it.
        from web3 import Web3, middleware

        clique: Any = middleware.ExtraDataToPOAMiddleware  # type: ignore[reportUnknownMemberType]
        self.web3: Any = Web3(provider)
        for unasked in UNASKED:
            if unasked in self.web3.middleware_onion:
                self.web3.middleware_onion.remove(unasked)
        self.web3.middleware_onion.inject(clique, layer=0)
        self._contracts: dict[tuple[str, str | None], Any] = {}
        self._gas_price = gas_price
        self.instant: bool = getattr(provider, "instant", False)
        """Whether a transaction lies in a block as soon as it is handed in, so that rehearsing it would only cost the same again."""
        self._id: int | None = None

    @property
    def id(self) -> int:
        """The chain id, which every signature is bound to."""
        if self._id is None:
            self._id = int(self._ask(lambda: self.web3.eth.chain_id))
        return self._id

    def _ask(self, question: Any) -> Any:
        try:
            return question()
        except (OSError, ConnectionError) as error:
            raise Problem(CHAIN_AWAY, detail=type(error).__name__) from error

    @property
    def gas_price(self) -> int:
        return self._gas_price if self._gas_price is not None else int(self._ask(lambda: self.web3.eth.gas_price))

    def head(self) -> int:
        """Number of the newest block."""
        return int(self._ask(lambda: self.web3.eth.block_number))

    def block_hash(self, number: int) -> str:
        return "0x" + bytes(self._ask(lambda: self.web3.eth.get_block(number))["hash"]).hex()

    def nonce(self, address: str) -> int:
        """How many transactions of this account lie in blocks."""
        return int(self._ask(lambda: self.web3.eth.get_transaction_count(address)))

    def send_raw(self, raw: bytes) -> None:
        """Hand in signed bytes. Handing in what the node has already is no error.

        Raises `Problem(chain.reverted)` with the node's words when it refuses, `Problem(chain.away)` when it is away.
        """
        from web3.exceptions import Web3RPCError

        try:
            self._ask(lambda: self.web3.eth.send_raw_transaction(raw))
        except (Web3RPCError, ValueError) as error:
            said = str(error)
            if "already known" in said or "already imported" in said.lower() or "known transaction" in said.lower():
                return
            raise Problem(REVERTED, why=said[:200]) from error

    def receipt(self, tx_hash: str) -> Receipt | None:
        """Where the transaction lies now; None while it lies in no block (or no longer, after a reorganisation)."""
        from web3.exceptions import TransactionNotFound

        try:
            found: Any = self._ask(lambda: self.web3.eth.get_transaction_receipt(tx_hash))
        except TransactionNotFound:
            return None
        return Receipt(
            self.id, tx_hash, int(found["blockNumber"]), "0x" + bytes(found["blockHash"]).hex(),
            int(found["status"]) == 1, found.get("contractAddress"),
        )  # fmt: skip

    def _contract(self, name: str, address: str | None = None) -> Any:
        """web3 writes a class for every contract object, which costs more than most calls: each is made once."""
        if (name, address) not in self._contracts:
            place = {"address": address} if address else {}
            self._contracts[name, address] = self.web3.eth.contract(abi=artefact(name).abi, **place)
        return self._contracts[name, address]

    def encode(self, contract: str, function: str, args: Sequence[Any]) -> bytes:
        """Call data. `contract` is a name of ours, not an address."""
        made = self._contract(contract)
        return bytes.fromhex(made.encode_abi(function, args=list(args))[2:])

    def creation(self, contract: str, args: Sequence[Any]) -> bytes:
        """The code that deploys a contract, with its arguments."""
        found = artefact(contract)
        made: Any = self.web3.eth.contract(abi=found.abi, bytecode=found.bytecode)
        return bytes.fromhex(made.constructor(*args).data_in_transaction[2:])

    def call(self, contract: str, address: str, function: str, *args: Any, sender: str | None = None) -> Any:
        """Ask a contract. With `sender`, a rehearsal of what a transaction of that account would do.

        Raises `Problem(chain.reverted)` with the contract's own words.
        """
        from web3.exceptions import ContractLogicError

        made = self._contract(contract, address)
        try:
            return self._ask(lambda: made.functions[function](*args).call({"from": sender} if sender else {}))
        except ContractLogicError as error:
            raise Problem(REVERTED, why=_why(error)) from error

    def rehearse(self, sender: str, to: str | None, data: bytes) -> str | None:
        """Why a transaction would be refused now; None when it would pass."""
        from web3.exceptions import ContractLogicError

        call: Any = {"from": sender, "data": "0x" + data.hex(), **({"to": to} if to else {})}
        if to is None:
            return None
        try:
            self._ask(lambda: self.web3.eth.call(call))
        except ContractLogicError as error:
            return _why(error)
        return None

    def events(self, contract: str, address: str, event: str, first: int = 0) -> list[Happened]:
        """Events of one kind from block `first` on, in order."""
        made = self._contract(contract, address)
        found = self._ask(lambda: made.events[event]().get_logs(from_block=first))
        return [
            Happened(
                event, dict(e["args"]), int(e["blockNumber"]), "0x" + bytes(e["transactionHash"]).hex(), int(e["logIndex"])
            )
            for e in found
        ]  # fmt: skip


def _why(error: Any) -> str:
    return str(error.message or error).removeprefix("execution reverted: ").removeprefix("execution reverted")[:200]


@lru_cache(maxsize=4)
def _embedded(path: Path) -> Chain:
    from onething.trust.chain.embedded import EmbeddedProvider  # py-evm is only loaded where it runs

    return Chain(EmbeddedProvider(path), gas_price=0)


@lru_cache(maxsize=4)
def _remote(url: str) -> Chain:
    from web3 import HTTPProvider

    return Chain(HTTPProvider(url, request_kwargs={"timeout": 10}))


def get_chain() -> Chain:
    """The chain of this installation: a node's address if one is set, else the embedded one."""
    address = settings_of(TrustSettings).chain_rpc_url
    if address:
        return _remote(address)
    return _embedded(get_settings().data_dir / "trust" / "chain.db")
