"""The door of the chain: the contract behind one small interface, whichever chain it runs on.

The chain:
`get_chain`: the chain of this installation: a node's address if one is set, else the embedded one.

Nouns: `Chain` (reads, calls and sends what comes signed; holds no key).
"""

from onething.trust.chain.client import Chain, get_chain

__all__ = [
    "Chain",
    "get_chain",
]
