"""The door of editing: a rule file as a grid of rows and back, what is wrong in its cells, and what rules are tried on.

Grids:
`grids_of`: the grids of a stored text; ValueError when it is broken.
`posted`: the same grids with the rows of a posted form, in order; unknown cells are left out.
`text_of`: the rules as text again, empty rows left out; ValueError for a broken text.
`check_grids`: cells first; the whole only when every cell can be read, so that one slip is one message.
`is_blank`: whether a row says nothing.

Examples to try rules on:
`nested`: form values as facts; what is left empty is not known.
`from_file`: an uploaded CSV or Parquet as subjects; rules.subjects_unreadable, rules.no_subjects.

Nouns: `CellNote` (one message at its cell), `Grid`, `MAX_ROWS`.
"""

from onething.rules.editing.cell_checks import CellNote, check_grids
from onething.rules.editing.grid import MAX_ROWS, Grid, grids_of, is_blank, posted, text_of
from onething.rules.editing.trials import from_file, nested

__all__ = [
    "MAX_ROWS",
    "CellNote",
    "Grid",
    "check_grids",
    "from_file",
    "grids_of",
    "is_blank",
    "nested",
    "posted",
    "text_of",
]
