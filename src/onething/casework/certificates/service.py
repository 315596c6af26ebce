"""The door of certificates: found, opened, checked, changed by the agency that issued them.

Functions work inside the caller's transaction and check rights: what somebody may not see is not there
(casework.certificate_not_found).

Finding and opening:
`certificates_of`: all certificates of the signed-in citizen, newest first.
`certificate_of`: one that the principal may see, with its content; else casework.certificate_not_found.
`view_of`: for a room that has checked itself whose it is; None when there is none.
`certificate_by_code`: for anybody who holds the printed code; None when there is none.
`certificate_pdf`: the sealed PDF with its proof inside; drawn outside any transaction; else
    casework.certificate_not_found.
`certificate_filename`: what it is called when it is downloaded: its title and whom it is for.
`replacements_of`: the one in whose place it stands, and the one in its place; None for none.
`find_certificates`: by number, check code or the holder's id number, newest first; an empty question gives the
    newest.
`content_of`: the fields, opened; trust.erased when the holder's data was erased.
`field_name`: what a field of a certificate is called; its own name where nobody says.
`look_at_certificate`: writes down that somebody other than the holder opened it.

What is provable:
`with_proofs`: certificates → the same with their state and proofs, in a few statements for any number.
`keyring`: the keys of this installation's agencies, made when first needed.
`against`: what this installation checks certificates against: its own list of keys, contract and register.

Changing:
`change_certificate`: suspend, reinstate or revoke; refused with the reason to who is no officer of its agency, as casework.reason_missing;
    ValueError for any other act.
`replace_with`: issues a corrected one and supersedes the old one; refused like `change_certificate`.
`reason_of`: why it is not in force, as its agency said it; empty while it is.
"""

from onething.casework.certificates.issuance import (
    certificate_by_code,
    certificate_filename,
    certificate_of,
    certificate_pdf,
    certificates_of,
    content_of,
    replacements_of,
    view_of,
)
from onething.casework.certificates.issuance import note_look as look_at_certificate
from onething.casework.certificates.lifecycle import change as change_certificate
from onething.casework.certificates.lifecycle import find as find_certificates
from onething.casework.certificates.lifecycle import reason_of, replace_with
from onething.casework.certificates.proofs import field_name, with_proofs
from onething.casework.certificates.trust_keys import against, keyring

__all__ = [
    "against",
    "certificate_by_code",
    "certificate_filename",
    "certificate_of",
    "certificate_pdf",
    "certificates_of",
    "change_certificate",
    "content_of",
    "field_name",
    "find_certificates",
    "keyring",
    "look_at_certificate",
    "reason_of",
    "replace_with",
    "replacements_of",
    "view_of",
    "with_proofs",
]
