"""Money paid out by the city: double-entry books that cannot get out of balance, orders sent to a bank exactly once.

Knows amounts, payees and purses, not why they are paid; the database itself keeps balances and caps. Floor 2.
"""
