"""Gateways between members of the exchange: mutual TLS, signed questions and answers, rights, replay and clock checks, evidence.

The asking side is the adapter `gateway`; the answering side is the process `onething gateway`. See docs/exchange.md.
"""
