"""Contracts and the chains they run on: one small interface over an embedded EVM and any Ethereum JSON-RPC node.

Whatever is to be written goes through a durable queue; what is read can be checked by anybody with the contract's address.
"""
