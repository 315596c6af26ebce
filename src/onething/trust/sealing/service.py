"""The door of sealing: what tells of a person lies under her key, as values of columns and as files; old rows are sealed afterwards."""

from onething.trust.sealing.backfill import LiesOpen, lies_open, seal_up, who_can_be_sealed
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.sealed_files import fetch_file, keep_file, keep_files
from onething.trust.sealing.sealed_values import (
    MARK,
    Wrapped,
    is_sealed,
    key_beside,
    open_of_many,
    open_values,
    open_what_is_left,
    owner_of,
    remember,
    seal_values,
    with_key,
)
from onething.trust.sealing.subject_keys import SubjectSealer, blind_index

__all__ = [
    "MARK",
    "LiesOpen",
    "SubjectSealer",
    "Wrapped",
    "blind_index",
    "fetch_file",
    "is_sealed",
    "keep_file",
    "keep_files",
    "key_beside",
    "key_store",
    "lies_open",
    "open_of_many",
    "open_values",
    "open_what_is_left",
    "owner_of",
    "remember",
    "seal_up",
    "seal_values",
    "who_can_be_sealed",
    "with_key",
]
