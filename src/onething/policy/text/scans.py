"""Scanned regulations through the reader of documents. What comes out is a proposal: a person compares it with the picture."""

from onething.documents.service import Reader

SECONDS = 600.0


def scanned(content: bytes) -> list[str]:
    """The pages of a scanned PDF as text, line by line. Raises `Problem` for a file that documents refuse."""
    with Reader(workers=1, previews=False) as reader:
        return [each.text for each in reader.read(content, "scan.pdf", SECONDS)]
