"""Asks other agencies for evidence instead of the citizen, and tells them to carry out their part.

Adapters, timeouts, retries, circuit breakers; who asked whom for what, for which case, on which ground, is logged. Floor 2.
"""
