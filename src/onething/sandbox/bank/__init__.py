"""A bank outside government: the personal credit loan, decided in seconds on what its gateway fetches with the applicant's consent.

Knows nothing of agencies; it has a key, a certificate and the address of the platform's gateway.
"""
