"""Kinds of papers as agencies code them (GA/T 517 and the list of the tax service), and a number read with its kind and issuer."""

from typing import Any

from onething.core import clock
from onething.core.persons.numbers import PersonDocument, PersonNumber, as_person_number, person_number

POLICE = {
    "111": PersonDocument.CITIZEN_ID, "131": PersonDocument.RESIDENCE_PERMIT, "132": PersonDocument.RESIDENCE_PERMIT,
    "133": PersonDocument.RESIDENCE_PERMIT, "516": PersonDocument.HK_MACAO_PERMIT, "511": PersonDocument.TAIWAN_PERMIT,
    "553": PersonDocument.PERMANENT_RESIDENCE, "414": PersonDocument.PASSPORT,
}  # fmt: skip
"""GA/T 517."""
TAX = {
    "201": PersonDocument.CITIZEN_ID, "237": PersonDocument.RESIDENCE_PERMIT, "238": PersonDocument.RESIDENCE_PERMIT,
    "210": PersonDocument.HK_MACAO_PERMIT, "213": PersonDocument.TAIWAN_PERMIT, "233": PersonDocument.PERMANENT_RESIDENCE,
    "208": PersonDocument.PASSPORT, "227": PersonDocument.PASSPORT,
}  # fmt: skip
"""自然人税收管理系统."""
MEDICAL = {
    "01": PersonDocument.CITIZEN_ID, "04": PersonDocument.HK_MACAO_PERMIT, "05": PersonDocument.HK_MACAO_PERMIT,
    "06": PersonDocument.TAIWAN_PERMIT, "07": PersonDocument.PERMANENT_RESIDENCE, "08": PersonDocument.PASSPORT,
    "16": PersonDocument.RESIDENCE_PERMIT,
}  # fmt: skip
"""医保信息业务编码."""
_PLACES = {"131": "81", "132": "82", "133": "83"}
_OF_PLACE = {"237": ("81", "82"), "238": ("83",)}


def read_number(kind: str, number: str, issuer: str, codes: dict[str, PersonDocument]) -> PersonNumber:
    """What a clerk takes for a person's number; without a kind it is a citizen id. Raises `InvalidIdentifierError`, KeyError for a kind
    that is in no list."""
    document = codes[kind] if kind else PersonDocument.CITIZEN_ID
    found = person_number(document, number, issuer, clock.today())
    places = _OF_PLACE.get(kind) or ((_PLACES[kind],) if kind in _PLACES else ())
    if places and found.number[:2] not in places:
        raise KeyError(kind)
    return found


def code_of(text: str, codes: dict[str, PersonDocument] = POLICE) -> str:
    """The code of the paper of a number in its one spelling; of a citizen id too."""
    found = as_person_number(text)
    if found is None:
        raise KeyError(text)
    if found.document is PersonDocument.RESIDENCE_PERMIT:
        wanted = found.number[:2]
        return next(code for code in codes if _PLACES.get(code) == wanted or wanted in _OF_PLACE.get(code, ()))
    if found.document is PersonDocument.PASSPORT and codes is TAX and found.country == "CHN":
        return "227"
    return next(code for code, document in codes.items() if document is found.document)


def spread(text: str, number: str, kind: str, issuer: str, codes: dict[str, PersonDocument] = POLICE) -> dict[str, Any]:
    """A number in its one spelling as the fields of an answer: the number, its kind and who issued it."""
    found = as_person_number(text)
    if found is None:
        return {number: text}
    told = {number: found.number, kind: code_of(text, codes)}
    return told | ({issuer: found.country} if found.country else {})
