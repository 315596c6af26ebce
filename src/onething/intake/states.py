"""The states of a filing, of each document in it, and of the signatures it asks for."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class FilingStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    ABANDONED = "abandoned"


FILING = declare(
    FilingStatus,
    name="filing",
    column="filing.status",
    about="One life event that a person prepares, before it is a case.",
    meanings={
        FilingStatus.DRAFT: Text(zh="填写中", en="Being prepared; the only state in which she can change it"),
        FilingStatus.SUBMITTING: Text(
            zh="正在提交", en="Being submitted; seen only inside the transaction that opens the case"
        ),
        FilingStatus.SUBMITTED: Text(zh="已提交", en="It is a case now"),
        FilingStatus.ABANDONED: Text(zh="已放弃，填写的内容已删除", en="Given up; what was entered is deleted"),
    },
    initial={FilingStatus.DRAFT},
    final={FilingStatus.SUBMITTED, FilingStatus.ABANDONED},
    moves={
        FilingStatus.DRAFT: {
            FilingStatus.SUBMITTING: "The applicant submits; of two tabs the first wins.",
            FilingStatus.SUBMITTED: "A machine client files all at once, and nothing stands in the way.",
            FilingStatus.ABANDONED: "The applicant gives it up.",
        },
        FilingStatus.SUBMITTING: {FilingStatus.SUBMITTED: "The case is open."},
    },
)


class DocumentState(StrEnum):
    QUEUED = "queued"
    READING = "reading"
    READ = "read"
    FAILED = "failed"


UNREAD = (DocumentState.QUEUED, DocumentState.READING)

DOCUMENT = declare(
    DocumentState,
    name="filing document",
    column="filing_document.state",
    about="One document in one uploaded file.",
    meanings={
        DocumentState.QUEUED: Text(zh="等待识别", en="Waits for a reader"),
        DocumentState.READING: Text(zh="正在识别", en="A reader is at it"),
        DocumentState.READ: Text(zh="已识别", en="Read"),
        DocumentState.FAILED: Text(zh="没能识别", en="Could not be read"),
    },
    initial={DocumentState.QUEUED, DocumentState.READ},
    final={DocumentState.READ, DocumentState.FAILED},
    moves={
        DocumentState.QUEUED: {
            DocumentState.READING: "A reader takes it.",
            DocumentState.FAILED: "It was tried often enough.",
        },
        DocumentState.READING: {
            DocumentState.READING: "Its reader was silent for too long and another takes it.",
            DocumentState.READ: "The reader is done; further documents in the same file begin as read.",
            DocumentState.FAILED: "The file is bad, or nothing could be read on it, or it was tried often enough.",
            DocumentState.QUEUED: "The reader stumbled for reasons of its own.",
        },
        DocumentState.FAILED: {DocumentState.QUEUED: "The applicant has it read again, or sends the same file again."},
    },
)


class SignatureState(StrEnum):
    INVITED = "invited"
    SIGNED = "signed"
    DECLINED = "declined"


_INVITED = {SignatureState.INVITED: "The applicant invites her (again): a new code goes out."}
_SIGNED = {SignatureState.SIGNED: "She signs what stands there now; the applicant may do so again."}
_DECLINED = {SignatureState.DECLINED: "She says no, or takes her signature back, before the filing is submitted."}

SIGNATURE = declare(
    SignatureState,
    name="signature",
    column="filing_signature.state",
    about="Somebody whose signature a filing needs. A signature counts only for the very content that was signed.",
    meanings={
        SignatureState.INVITED: Text(zh="已邀请", en="Invited, and has not answered"),
        SignatureState.SIGNED: Text(zh="已签署", en="Signed"),
        SignatureState.DECLINED: Text(zh="已拒绝或撤回", en="Declined, or took the signature back"),
    },
    initial={SignatureState.INVITED, SignatureState.SIGNED},
    final={SignatureState.SIGNED, SignatureState.DECLINED},
    moves=dict.fromkeys(SignatureState, _INVITED | _SIGNED | _DECLINED),
)
