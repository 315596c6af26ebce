"""What a family is and what a page of one gives: the picture and, for every text on it, where it stands and what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture."""
Role = Literal["value", "label", "seal", "mark"]
"""`value` belongs to a field, `label` is the form's own print or filling that no field asks for, `mark` is 样本."""


@dataclass(frozen=True)
class Piece:
    """One stretch of text on one line. `field` is set for values (and for the text of a seal: `seal_text`)."""

    text: str
    box: Box
    role: Role
    field: str = ""


@dataclass(frozen=True)
class Family:
    """One layout of one kind of paper, as data. `held_out`: never rendered unless asked for by that word."""

    id: str
    kind: str
    about: str
    held_out: bool
    paper: tuple[float, float]
    """Width and height in millimetres."""
    px: float
    """Pixels a millimetre of the flat page."""
    record: Mapping[str, Any]
    """Which maker fills it in and with what choices."""
    label: Mapping[str, Any]
    value: Mapping[str, Any]
    draw: Sequence[Any]
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What happened to the sheet as part of the family: `copy` (photocopied), `fax`, `tilt` of the filling."""
    sheet: str = "#fbf9f3"
    mark: str = "#e9e4da"
    """Colour of 样本 in the ground."""


@dataclass
class Page:
    """A rendered page. `fields` holds the normal form of what stands on it (dates ISO, amounts with a point)."""

    family: Family
    seed: int
    image: Image.Image
    fields: dict[str, str]
    pieces: list[Piece]
    art: list[Box] = field(default_factory=list[Box])
    """Where portraits, codes and chips lie."""

    def printed(self, name: str) -> str:
        """The text of a field as printed, its lines joined."""
        return "".join(piece.text for piece in self.pieces if piece.field == name)

    def boxes(self, name: str) -> list[Box]:
        return [piece.box for piece in self.pieces if piece.field == name]
