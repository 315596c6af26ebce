"""A chain inside this process: py-evm under the same JSON-RPC calls as any Ethereum node, so that web3 sees no difference.

One block per transaction, made at once; gas is free. One producer is no consensus: it proves to nobody that history
was not rewritten. For that, point `ONETHING_CHAIN_RPC_URL` at a consortium chain (docs/trust.md).
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eth import constants
from eth.chains.base import MiningChain
from eth.consensus.noproof import NoProofConsensus
from eth.db.atomic import AtomicDB
from eth.exceptions import CanonicalHeadNotFound, Revert, TransactionNotFound, VMError
from eth.vm.forks.shanghai import ShanghaiVM
from eth.vm.spoof import SpoofTransaction
from eth_typing import Address, BlockNumber, Hash32
from eth_utils.exceptions import ValidationError
from web3.providers.base import BaseProvider

from onething.trust.chain import RECURSION_LIMIT
from onething.trust.chain.storage import BlockStore

sys.setrecursionlimit(RECURSION_LIMIT)

CHAIN_ID = 20_261_125
GAS_LIMIT = 120_000_000
"""Twice what a transaction may use, so that the base fee of EIP-1559 never rises above zero."""


class _Vm(ShanghaiVM):
    consensus_class = NoProofConsensus

    @classmethod
    def validate_header(cls, header: Any, parent_header: Any) -> None:
        """Blocks of one second are allowed: they are made when a transaction comes, not by the clock."""
        if header.block_number != parent_header.block_number + 1 or header.timestamp < parent_header.timestamp:
            raise ValidationError("blocks follow each other in number and time")


class _Chain(MiningChain):
    chain_id = CHAIN_ID
    vm_configuration = ((BlockNumber(0), _Vm),)


class RpcError(Exception):
    """An error as a node answers it."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.answer = {"code": code, "message": message, **({"data": data} if data else {})}


class EmbeddedProvider(BaseProvider):
    """web3 provider over an embedded chain kept in `path`. What is handed in is mined at once."""

    instant = True

    def __init__(self, path: Path, chain_id: int = CHAIN_ID) -> None:
        super().__init__()
        self.chain_id = chain_id
        self._class: Any = type("_Chain", (_Chain,), {"chain_id": chain_id})
        self.store = BlockStore(path)
        with self.store.writing():
            try:
                self._chain()
            except CanonicalHeadNotFound:
                self._class.from_genesis(
                    AtomicDB(self.store),
                    {"gas_limit": GAS_LIMIT, "difficulty": 0, "nonce": constants.POST_MERGE_NONCE, "base_fee_per_gas": 0, "timestamp": 0},
                )  # fmt: skip
        self._methods: dict[str, Callable[..., Any]] = {
            "eth_chainId": lambda: hex(chain_id), "net_version": lambda: str(chain_id), "eth_gasPrice": lambda: "0x0",
            "web3_clientVersion": lambda: "onething-embedded/py-evm", "eth_blockNumber": self._number,
            "eth_getTransactionCount": self._count, "eth_getBalance": lambda *_: "0x0", "eth_getCode": self._code,
            "eth_sendRawTransaction": self._send, "eth_getTransactionReceipt": self._receipt, "eth_call": self._call,
            "eth_getBlockByNumber": self._block, "eth_getLogs": self._logs, "eth_getTransactionByHash": self._transaction,
        }  # fmt: skip

    def is_connected(self, show_traceback: bool = False) -> bool:  # noqa: ARG002
        return True

    def make_request(self, method: Any, params: Any) -> Any:
        """A JSON-RPC answer; errors come back as a node's do."""
        known = self._methods.get(method)
        if known is None:
            return {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": f"{method} is not offered"}}
        try:
            if method == "eth_sendRawTransaction":
                result = known(*params)
            else:
                with self.store.looking():
                    result = known(*params)
        except RpcError as error:
            return {"jsonrpc": "2.0", "id": 1, "error": error.answer}
        return {"jsonrpc": "2.0", "id": 1, "result": result}

    def close(self) -> None:
        self.store.close()

    # -- reading

    def _chain(self) -> _Chain:
        return self._class(AtomicDB(self.store))

    def _head(self) -> Any:
        return self._chain().get_canonical_head()

    def _number(self) -> str:
        return hex(self._head().block_number)

    def _count(self, address: str, at: str = "latest") -> str:
        sender, chain = Address(bytes.fromhex(address[2:])), self._chain()
        count = chain.get_vm(chain.get_canonical_head()).state.get_nonce(sender)
        if at == "pending":
            with self.store.looking() as link:
                rows = link.execute("SELECT nonce FROM pool WHERE sender = ? ORDER BY nonce", (sender,))
                for (nonce,) in rows.fetchall():
                    count += nonce == count
        return hex(count)

    def _code(self, address: str, at: str = "latest") -> str:  # noqa: ARG002
        chain = self._chain()
        return "0x" + chain.get_vm(chain.get_canonical_head()).state.get_code(Address(bytes.fromhex(address[2:]))).hex()

    def _call(self, call: dict[str, Any], at: str = "latest") -> str:  # noqa: ARG002
        chain = self._chain()
        head = chain.get_canonical_head()
        vm = chain.get_vm(head)
        sender = Address(bytes.fromhex(call.get("from", "0x" + "00" * 20)[2:]))
        data = call.get("data") or call.get("input") or "0x"
        unsigned = vm.create_unsigned_transaction(
            nonce=vm.state.get_nonce(sender), gas_price=0, gas=GAS_LIMIT // 2, value=0,
            to=Address(bytes.fromhex(call["to"][2:])), data=bytes.fromhex(data[2:]),
        )  # fmt: skip
        pretended: Any = SpoofTransaction(unsigned, from_=sender)
        # A view sees the time at which it is asked, as a node's pending block would.
        now = head.copy(timestamp=max(head.timestamp, int(time.time())))
        try:
            return "0x" + chain.get_transaction_result(pretended, now).hex()
        except Revert as error:
            said = bytes(error.args[0]) if error.args else b""
            raise RpcError(3, f"execution reverted: {reason(said)}", "0x" + said.hex()) from error
        except VMError as error:
            raise RpcError(-32000, str(error)) from error

    def _transaction(self, digest: str) -> dict[str, Any] | None:
        try:
            number, index = self._chain().get_canonical_transaction_index(Hash32(bytes.fromhex(digest[2:])))
        except TransactionNotFound:
            return None
        return {"hash": digest, "blockNumber": hex(number), "transactionIndex": hex(index)}

    def _block(self, at: str, full: bool = False) -> dict[str, Any] | None:  # noqa: ARG002
        chain = self._chain()
        head = chain.get_canonical_head()
        number = head.block_number if at in {"latest", "pending", "safe", "finalized"} else int(at, 16)
        if number > head.block_number:
            return None
        header = (
            head if number == head.block_number else chain.get_canonical_block_header_by_number(BlockNumber(number))
        )
        return {
            "number": hex(number), "hash": "0x" + header.hash.hex(), "parentHash": "0x" + header.parent_hash.hex(),
            "timestamp": hex(header.timestamp), "gasLimit": hex(header.gas_limit), "gasUsed": hex(header.gas_used),
            "baseFeePerGas": "0x0", "transactions": [],
        }  # fmt: skip

    def _receipt(self, digest: str) -> dict[str, Any] | None:
        chain, wanted = self._chain(), Hash32(bytes.fromhex(digest[2:]))
        try:
            number, index = chain.get_canonical_transaction_index(wanted)
        except TransactionNotFound:
            return None
        block = chain.get_canonical_block_by_number(BlockNumber(number))
        receipt, sent = block.get_receipts(chain.chaindb)[index], block.transactions[index]
        made = None if sent.to else _contract_address(sent.sender, sent.nonce)
        return {
            "transactionHash": digest, "blockNumber": hex(number), "blockHash": "0x" + block.hash.hex(),
            "transactionIndex": hex(index), "status": hex(int(receipt.state_root == b"\x01")),
            "gasUsed": hex(receipt.gas_used), "cumulativeGasUsed": hex(receipt.gas_used), "contractAddress": made,
            "from": "0x" + sent.sender.hex(), "to": "0x" + sent.to.hex() if sent.to else None,
            "logs": [_log(entry, block, digest, index, k) for k, entry in enumerate(receipt.logs)],
        }  # fmt: skip

    def _logs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        chain, found = self._chain(), list[dict[str, Any]]()
        head = chain.get_canonical_head().block_number
        first = int(wanted.get("fromBlock", "0x0"), 16)
        until = wanted.get("toBlock", "latest")
        last = head if until == "latest" else min(head, int(until, 16))
        address = wanted.get("address")
        of = {a.lower() for a in ([address] if isinstance(address, str) else address or [])}
        for number in range(first, last + 1):
            block = chain.get_canonical_block_by_number(BlockNumber(number))
            for index, (sent, receipt) in enumerate(
                zip(block.transactions, block.get_receipts(chain.chaindb), strict=True)
            ):
                entries = (_log(e, block, "0x" + sent.hash.hex(), index, k) for k, e in enumerate(receipt.logs))
                found += [e for e in entries if (not of or e["address"] in of) and _matches(e, wanted.get("topics"))]
        return found

    # -- writing

    def _send(self, raw: str) -> str:
        from eth.vm.forks.shanghai.transactions import ShanghaiTransactionBuilder

        content = bytes.fromhex(raw[2:])
        try:
            sent = ShanghaiTransactionBuilder.decode(content)
            sent.validate()
            sender = sent.sender
        except Exception as error:
            raise RpcError(-32602, "not a signed transaction") from error
        if sent.chain_id != self.chain_id:
            raise RpcError(-32000, "signed for another chain")
        if sent.gas > GAS_LIMIT // 2:
            raise RpcError(-32000, "exceeds block gas limit")
        with self.store.writing() as link:
            chain = self._chain()
            nonce = chain.get_vm(chain.get_canonical_head()).state.get_nonce(sender)
            if sent.nonce < nonce:
                known = self._transaction("0x" + sent.hash.hex()) is not None
                raise RpcError(-32000, "already known" if known else "nonce too low")
            link.execute("INSERT OR REPLACE INTO pool VALUES (?, ?, ?)", (sender, sent.nonce, content))
            while True:
                row = link.execute("SELECT raw FROM pool WHERE sender = ? AND nonce = ?", (sender, nonce)).fetchone()
                if row is None:
                    break
                link.execute("DELETE FROM pool WHERE sender = ? AND nonce = ?", (sender, nonce))
                self._mine(ShanghaiTransactionBuilder.decode(row[0]))
                nonce += 1
        return "0x" + sent.hash.hex()

    def _mine(self, transaction: Any) -> None:
        chain = self._chain()
        parent = chain.get_canonical_head()
        header = chain.create_header_from_parent(
            parent, gas_limit=GAS_LIMIT, timestamp=max(parent.timestamp, int(time.time()))
        )
        chain.header = header
        try:
            chain.apply_transaction(transaction)
        except ValidationError as error:
            raise RpcError(-32000, str(error)) from error
        chain.mine_block()


def reason(said: bytes) -> str:
    """The text of a revert (`Error(string)`), empty when there is none."""
    if said[:4] != bytes.fromhex("08c379a0") or len(said) < 68:
        return ""
    length = int.from_bytes(said[36:68], "big")
    return said[68 : 68 + length].decode("utf-8", "replace")


def _contract_address(sender: bytes, nonce: int) -> str:
    from eth._utils.address import generate_contract_address

    return "0x" + generate_contract_address(Address(sender), nonce).hex()


def _log(entry: Any, block: Any, digest: str, index: int, position: int) -> dict[str, Any]:
    return {
        "address": "0x" + entry.address.hex(), "topics": ["0x" + t.to_bytes(32, "big").hex() for t in entry.topics],
        "data": "0x" + entry.data.hex(), "blockNumber": hex(block.number), "blockHash": "0x" + block.hash.hex(),
        "transactionHash": digest, "transactionIndex": hex(index), "logIndex": hex(position), "removed": False,
    }  # fmt: skip


def _matches(entry: dict[str, Any], topics: list[Any] | None) -> bool:
    for k, topic in enumerate(topics or []):
        allowed = [topic] if isinstance(topic, str) else topic
        if allowed is not None and (k >= len(entry["topics"]) or entry["topics"][k] not in allowed):
            return False
    return True
