"""A synthetic city for demo, tests and benchmarks: people, agencies as own HTTP services, identity provider, phone, studio.

Outside the house: no room imports it.
"""
