"""The door of the chain: the contract behind one small interface, whichever chain it runs on."""

from onething.trust.chain.client import Chain, get_chain

__all__ = [
    "Chain",
    "get_chain",
]
