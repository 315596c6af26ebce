"""The door of sealing: what tells of a person lies under her key, as values of columns and as files; old rows are
sealed afterwards.

What was changed since it was sealed is trust.altered; what lay under an erased key is trust.erased.

Values of columns:
`seal_values`: (owner, value) → text for the column, in order; its use names table and column; trust.erased.
`open_values`: (owner, what lies in the column) → values, in order; trust.erased, trust.altered.
`open_of_many`: the same, with None for what was erased; trust.altered.
`open_what_is_left`: the same with the use beside each; None for what was erased; trust.altered.
`is_sealed`: whether a value is sealed text.
`owner_of`: whose key seals it: the person's, or the record's own where nobody stands behind it.
`who_can_be_sealed`: those who were not erased; keys are made where there are none.

Fewer questions for keys:
`with_key`: a query with the key of each row's person beside it.
`key_beside`: that key of a row, wrapped; None where there is none yet.
`remember`: keys that the caller has read with something else; this transaction need not ask for them again.

Files:
`keep_file`: seals and stores → the name; trust.erased.
`keep_files`: several of one person → names, without a transaction while they are written; trust.erased.
`fetch_file`: the plain content; core.not_found, trust.erased, trust.altered.

Old rows:
`lies_open`: a condition: the column holds something that is not sealed.
`seal_up`: seals until nothing lies open or it is stopped; what fails of one kind does not keep the others open.

Trying:
`try_some`: whether a sample of rows opens, as a result of `onething db check`.

Nouns: `LiesOpen` (one kind of rows), `MARK` (how sealed text begins), `SubjectSealer`, `Wrapped` (a key as its row
    keeps it).
"""

from onething.trust.sealing.backfill import LiesOpen, lies_open, seal_up, who_can_be_sealed
from onething.trust.sealing.samples import try_some
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
from onething.trust.sealing.subject_keys import SubjectSealer

__all__ = [
    "MARK",
    "LiesOpen",
    "SubjectSealer",
    "Wrapped",
    "fetch_file",
    "is_sealed",
    "keep_file",
    "keep_files",
    "key_beside",
    "lies_open",
    "open_of_many",
    "open_values",
    "open_what_is_left",
    "owner_of",
    "remember",
    "seal_up",
    "seal_values",
    "try_some",
    "who_can_be_sealed",
    "with_key",
]
