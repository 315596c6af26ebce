"""Court packages: everything that proves one certificate in one file, and the verifier that needs nothing of this system.

`verify.py` is copied into each package as it stands, so it imports only the standard library and `cryptography`.
"""
