"""A city's own systems are told what happens: signed messages to addresses they subscribed, from an outbox. Floor 4.

What is sent names things by opaque ids; more only where an administrator allowed it.
"""
