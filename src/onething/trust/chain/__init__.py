"""Contracts and the chains they run on: one small interface over an embedded EVM and any Ethereum JSON-RPC node.

Whatever is to be written goes through a durable queue; what is read can be checked by anybody with the contract's address.
"""

import os
import sys

RECURSION_LIMIT = sys.getrecursionlimit()
"""As it was before py-evm was imported. py-evm raises it to 100,000 for the whole process, and then a deeply nested text
(JSON, for example) overflows the stack and ends the process instead of being refused. Our contracts call no deeper than ten."""

os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
"""Before anything imports eth-hash, which would take pycryptodome's slower keccak first."""
