"""Nouns of this room, for whoever shows them."""

from onething.wallets.offers import Offer
from onething.wallets.presentations import Shown
from onething.wallets.questions import Asked, Outcome
from onething.wallets.states import OfferState, QuestionState

__all__ = ["Asked", "Offer", "OfferState", "Outcome", "QuestionState", "Shown"]
