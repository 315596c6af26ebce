"""What a drawn file really says."""

import re


def words_in(pdf: bytes) -> str:
    """The text of a drawn file, without blanks and line ends, as a reader would find it in it."""
    from onething.documents.files.pdf import PdfFile  # native: loaded when a file is read

    with PdfFile(pdf) as file:
        pages = [file.text(page) for page in range(len(file))]
    return re.sub(r"\s+", "", "".join(pages))
