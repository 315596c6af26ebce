"""What every room stands on: settings, database, clock, ids, money, identifiers, errors, the event log.

Floor 0. Knows nothing of services, cases or cities; imports no other room.
"""
