"""A reader of PDF that nobody here wrote: Debian's `pdfsig` (Poppler over NSS), with a city's root and nothing else installed."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Said:
    """What the reader says of every signature that it lists."""

    signatures: list[str]
    certificates: list[str]
    whole: list[bool]
    text: str


class StrangersReader:
    """Made once for many files: the database of roots costs half a second."""

    def __init__(self, root: bytes) -> None:
        if not shutil.which("pdfsig") or not shutil.which("certutil"):
            pytest.skip("no pdfsig or certutil here; `scripts/system-packages readers` installs them")
        self.folder = Path(tempfile.mkdtemp(prefix="nss-"))
        (self.folder / "root.cer").write_bytes(root)
        at = f"sql:{self.folder}"
        self._run("certutil", "-N", "-d", at, "--empty-password")
        self._run("certutil", "-A", "-d", at, "-n", "city", "-t", "C,C,C", "-i", str(self.folder / "root.cer"))

    def _run(self, *command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout

    def says(self, pdf: bytes) -> Said:
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            text = self._run("pdfsig", "-nssdir", f"sql:{self.folder}", file.name)
        ranges = text.count("Signature Type:")
        return Said(
            re.findall(r"Signature Validation: (.*)", text), re.findall(r"Certificate Validation: (.*)", text),
            ["Total document signed" in part and "Not total" not in part for part in text.split("Signature #")[1:]][:ranges],
            text,
        )  # fmt: skip
