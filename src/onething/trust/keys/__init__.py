"""Algorithms behind one interface: signatures, hashes, authenticated encryption; key stores behind a Protocol."""
