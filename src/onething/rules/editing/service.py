"""The door of editing: a rule file as a grid of rows and back, what is wrong in its cells, and what rules are tried on."""

from onething.rules.editing.cell_checks import CellNote, check_grids
from onething.rules.editing.grid import MAX_ROWS, Cells, Column, Grid, grids_of, is_blank, posted, text_of
from onething.rules.editing.trials import from_file, nested

__all__ = [
    "MAX_ROWS",
    "CellNote",
    "Cells",
    "Column",
    "Grid",
    "check_grids",
    "from_file",
    "grids_of",
    "is_blank",
    "nested",
    "posted",
    "text_of",
]
