"""Progress told the moment it happens: an outbox filled in the same transaction as the event, sent exactly once.

Channels (sandbox phone, apprise, null) are interchangeable parts in `contrib`. Floor 4.
"""
