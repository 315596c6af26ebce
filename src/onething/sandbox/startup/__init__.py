"""Shenzhen's side of company start-up: the agencies that are asked and that register, two of them old web systems.

One process for all, because a demo and a test want them together; each keeps its own database and its own address.
"""
