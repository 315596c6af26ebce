"""The door of webhooks: a city's own systems subscribe addresses and are told what happens there, at least once each.

Every function takes the person who acts; rights are in every query. An officer keeps subscriptions of her agency, which
hear only what concerns it and say no more than ids; an administrator keeps all; an auditor looks; a citizen has none.
A change counts for events of other processes within two seconds.

Subscriptions:
`add`: an address, the event types it is told of → with its secret, shown this once; webhooks.bad_address,
    webhooks.unknown_type, webhooks.too_many, a reason of rights.
`find`: one; webhooks.not_found.
`listing`: a page of them, the oldest first.
`pause`: tells it nothing.
`resume`: tells it again of what happens from then on.
`rotate`: a new secret; for some hours messages are signed with both.
`remove`: takes it away.

Messages:
`deliveries`: those of a subscription, newest first, with how each went.
`redeliver`: one, once more, under the same id; webhooks.still_due.
`redeliver_dead`: all that were given up, once more → how many.
`send_test`: a message `webhook.tested` to one subscription.
`Sender`: sends what is due; any number may run, in any number of processes.

For receivers:
`verify`: the id of a genuine message; `NotGenuineError`.
"""

from onething.webhooks.deliveries import deliveries, redeliver, redeliver_dead, send_test
from onething.webhooks.sending import Sender
from onething.webhooks.signing import NotGenuineError, verify
from onething.webhooks.subscriptions import add, find, listing, pause, remove, resume, rotate

__all__ = [
    "NotGenuineError",
    "Sender",
    "add",
    "deliveries",
    "find",
    "listing",
    "pause",
    "redeliver",
    "redeliver_dead",
    "remove",
    "resume",
    "rotate",
    "send_test",
    "verify",
]
