"""A contact sheet: many pages side by side, small, each with its name, to be looked at."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from onething.sandbox.studio.families.faces import face


def contact_sheet(pages: Sequence[tuple[str, Image.Image]], columns: int = 3, cell: int = 620) -> Image.Image:
    """`pages` (name, picture) in rows of `columns`, each at most `cell` pixels wide and high."""
    font = face("hei", 20, False)
    small: list[tuple[str, Image.Image]] = []
    for name, image in pages:
        scale = min(cell / image.width, cell * 1.25 / image.height)
        small.append(
            (
                name,
                image.resize(
                    (max(1, int(image.width * scale)), max(1, int(image.height * scale))), Image.Resampling.LANCZOS
                ),
            )
        )
    rows = [small[i : i + columns] for i in range(0, len(small), columns)]
    heights = [max(image.height for _, image in row) + 40 for row in rows]
    out = Image.new("RGB", (columns * (cell + 12), sum(heights)), "#808080")
    draw, top = ImageDraw.Draw(out), 0
    for row, height in zip(rows, heights, strict=True):
        for number, (name, image) in enumerate(row):
            left = number * (cell + 12) + 6
            draw.text((left, top + 6), name, font=font, fill="#ffffff")
            out.paste(image, (left, top + 34))
        top += height
    return out
