"""A synthetic city of companies and of everything they share, with planted schemes of shell companies.

It knows nothing of the risk room and shares no code with it: what it plants is written down before anybody looks.
"""
