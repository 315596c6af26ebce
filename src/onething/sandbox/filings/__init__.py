"""Synthetic filings of companies with planted faults, each with what has to come of it. Shares no code with the checks.

Whoever plants a fault writes down the outcome the law asks for; nothing here knows how it will be looked for.
"""
