"""Sentences about origins and about how asking an agency went."""

from datetime import datetime

from onething.catalog.models import City, OperationRef
from onething.core.clock import local
from onething.core.formats import full_moment
from onething.core.i18n import Text, texts_of
from onething.intake.view.paper_words import mended_words
from onething.review.models import Origin

say = texts_of(__name__)


def said(city: City, origin: Origin) -> Text:
    """Where a value came from, in words."""
    if origin.kind == "upload" and origin.how:
        return say("origin.upload_mended", why=_because(origin.how))
    if origin.kind != "registry":
        own = f"origin.{origin.kind}_{origin.how}"
        return say(own) if origin.how and own in say else say(f"origin.{origin.kind}")
    name = city.label_of(OperationRef.parse(origin.ref).agency)
    try:
        at = local(datetime.fromisoformat(origin.at))
    except ValueError:
        return say("origin.registry_undated", agency=name)
    when = full_moment(at.replace(tzinfo=None))
    return say("origin.registry", agency=name, when=when)


def _because(reason: str) -> Text:
    """Why a reading was mended, as part of a sentence."""
    words = mended_words(reason)
    return Text(zh=words.zh.rstrip("。"), en=words.en[:1].lower() + words.en[1:].rstrip("."))


def outcome_words(outcome: str, agency: Text, name: Text) -> Text:
    known = outcome if f"outcome.{outcome}" in say else "unavailable"
    return say(f"outcome.{known}", agency=agency, name=name)
