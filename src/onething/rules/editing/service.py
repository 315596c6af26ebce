"""The door of editing: a rule file as a grid of rows, and a posted grid as a rule file again."""

from onething.rules.editing.grid import MAX_ROWS, Cells, Column, Grid, grids_of, is_blank, posted, text_of

__all__ = [
    "MAX_ROWS",
    "Cells",
    "Column",
    "Grid",
    "grids_of",
    "is_blank",
    "posted",
    "text_of",
]
