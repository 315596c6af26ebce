"""Telephone numbers as people have them: mobile, fixed line, foreign. A message can only be sent to a mobile."""

from onething.core.identifiers import Fault, InvalidIdentifierError, normalize, parse_phone

HOME = "CN"


def parse_any_phone(text: str) -> str:
    """A number of any country in one spelling. Raises `InvalidIdentifierError`.

    A mainland mobile: 11 digits. A fixed line: `021-63850000`, with an extension `021-63850000-8001`. Abroad and Hong Kong,
    Macao, Taiwan: `+85291234567` (ITU E.164).
    """
    try:
        return parse_phone(text)
    except InvalidIdentifierError as error:
        if error.fault is Fault.EMPTY:
            raise
    import phonenumbers  # forty milliseconds that most processes never need

    try:
        found = phonenumbers.parse(_with_plus(text), HOME)
    except phonenumbers.NumberParseException:
        raise InvalidIdentifierError(Fault.CHARACTERS) from None
    if not phonenumbers.is_valid_number(found):
        raise InvalidIdentifierError(Fault.LENGTH)
    if found.country_code != 86:
        return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.national_significant_number(found)
    area = phonenumbers.length_of_geographical_area_code(found)
    spelled = f"0{national[:area]}-{national[area:]}" if area else national
    return f"{spelled}-{found.extension}" if found.extension else spelled


def _with_plus(text: str) -> str:
    """00852… is how +852… is dialled; an extension after 转 or a last dash."""
    tidy = text.strip().replace("转", ";ext=").replace("－", "-").replace("—", "-")
    head, dash, tail = tidy.rpartition("-")
    if dash and head.count("-") == 1 and tail.isascii() and tail.isdigit() and len(tail) <= 5:
        tidy = f"{head};ext={tail}"
    return f"+{tidy[2:]}" if tidy.startswith("00") and normalize(tidy)[:3] != "000" else tidy


def takes_messages(number: str) -> bool:
    """Whether an SMS can reach a number in the spelling of `parse_any_phone`: a mainland mobile or any number abroad."""
    return number.startswith("+") or (len(number) == 11 and number.isascii() and number.isdigit() and number[0] == "1")
