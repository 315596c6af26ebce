"""Photographed and scanned pages through the reader of documents. What comes out is a proposal: a person compares it with the picture."""

SECONDS = 600.0


def scanned(content: bytes) -> list[str]:
    """The pages of a scan as text, line by line. Raises `Problem` for a file that documents refuse."""
    from onething.documents.reading.pool import Reader  # a second to load: only for those who have a scan

    with Reader(workers=1, previews=False) as reader:
        return [each.text for each in reader.read(content, "scan.pdf", SECONDS)]
