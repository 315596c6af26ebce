"""Certificates on a person's own phone: handed out to her wallet (OpenID4VCI), shown from it (OpenID4VP). Floor 5.

What a wallet holds is bound to a key of the phone, tells only what its holder chooses, and can be looked up in a public status list.
"""
