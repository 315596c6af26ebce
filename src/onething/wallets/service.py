"""The door of wallets. Functions work inside the caller's transaction; the caller commits and has checked whose a certificate is.

Into a wallet:
`offer`: offers a certificate to its holder's wallet → what her screen shows; wallets.not_in_force.
`offer_state`: how her own offer stands; None when it is over or not hers.
`held`: what wallets hold of her certificate and is good still, newest first.
`end_held`: her phone was lost: what wallets hold of it is no longer good, the certificate itself is → how many.

Shown from a wallet:
`ask`: asks for fields of one kind → the code to show, and what the asker alone reads the answer by; wallets.no_such_kind.
`outcome`: how a question stands, for the asker; wallets.over.

The kinds:
`kinds`: kinds of certificates that a city issues.
`fields_of`: signed name → words, of every field that a kind may have.
"""

from onething.wallets.metadata import fields_of, kinds
from onething.wallets.offers import create as offer
from onething.wallets.offers import state_of as offer_state
from onething.wallets.questions import ask, outcome
from onething.wallets.status_lists import end_all as end_held
from onething.wallets.status_lists import held

__all__ = ["ask", "end_held", "fields_of", "held", "kinds", "offer", "offer_state", "outcome"]
