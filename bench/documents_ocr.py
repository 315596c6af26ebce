"""OCR on studio photographs nobody tuned on: fields read exactly, wrong but called certain, seconds, memory; beside tesseract.

432 photographs by default (all document types, three grades; faces, paper, lamps, creases and hand that nothing is tuned on, and
seeds kept for this); `ONETHING_BENCH_PAGES` asks for fewer, `ONETHING_BENCH_SEED`
for others: once a fault was seen in a held-out picture and mended, only fresh seeds tell.
Tesseract reads every seventh of them, is given each the right way up, and a field counts as read when its printed form
stands anywhere in the text, which is generous: ours has to name the field as well.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from bench.table import Row, show
from onething.documents.reading.evaluate import Score
from onething.documents.service import Reader
from onething.sandbox import studio

HELD_OUT = 910_000
"""Seeds from here on are for this measurement only."""
TARGETS = {"clean": 0.995, "mild": 0.99, "heavy": 0.93}
PAGES, BURST = 432, 200


def pages(count: int) -> Iterator[tuple[str, str, int]]:
    """Type, grade and seed of each picture, the grades in equal shares."""
    first = int(os.environ.get("ONETHING_BENCH_SEED", HELD_OUT))
    kinds = [(kind, grade) for grade in studio.GRADES for kind in studio.TYPES]
    for number in range(count):
        kind, grade = kinds[number % len(kinds)]
        yield kind, grade, first + number


def printed(name: str, value: str) -> set[str]:
    """How a value in normal form may stand on the paper."""
    if name.endswith("sex"):
        return {"男" if value == "male" else "女"}
    if value == "long":
        return {"长期"}
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?", value)
    if match is None:
        return {value}
    year, month, day, hour, minute = match.groups()
    clock = f"{hour}时{minute}分" if hour else ""
    return {f"{year}年{month}月{day}日{clock}", f"{year}年{int(month)}月{int(day)}日{clock}", f"{year}.{month}.{day}"}


def version() -> str:
    """`tesseract 5.3.0`, as it says of itself."""
    return subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def tesseract(picture: bytes) -> str:
    command = ["tesseract", "stdin", "stdout", "-l", "chi_sim+eng", "--psm", "11"]
    done = subprocess.run(
        command, input=picture, capture_output=True, check=False, env=os.environ | {"OMP_THREAD_LIMIT": "2"}
    )
    return re.sub(r"\s+", "", done.stdout.decode("utf-8", "replace"))


class Peer:
    """Tesseract's figures, and ours on the same pictures."""

    def __init__(self) -> None:
        self.fields = self.right = self.ours_right = 0
        self.seconds = self.ours_seconds = 0.0

    def add(self, kind: str, grade: Any, seed: int, ours: dict[str, str], ours_seconds: float) -> None:
        fields = studio.sample(kind, seed)
        upright = studio.photograph(studio.render(kind, fields, seed, "held_out"), grade, seed, 0, "held_out")
        started = time.perf_counter()
        text = tesseract(upright)
        self.seconds += time.perf_counter() - started
        self.ours_seconds += ours_seconds
        for name, value in studio.truth(kind, fields)["fields"].items():  # type: ignore[attr-defined]
            self.fields += 1
            self.right += any(form in text for form in printed(name, value))
            self.ours_right += ours.get(name) == value

    def figures(self) -> dict[str, Any]:
        wrong, ours_wrong = self.fields - self.right, self.fields - self.ours_right
        return {
            "fields": self.fields,
            "exact": round(self.right / max(self.fields, 1), 4),
            "ours_exact_on_the_same": round(self.ours_right / max(self.fields, 1), 4),
            "times_our_errors": round(wrong / max(ours_wrong, 1), 1),
            "times_our_seconds": round(self.seconds / max(self.ours_seconds, 1e-9), 2),
        }


def run(out: Path) -> dict[str, Any]:
    """Measure; the confusion report and every wrong field go to `out/documents_ocr_wrong.json`."""
    count = int(os.environ.get("ONETHING_BENCH_PAGES", PAGES))
    have_peer, peer, score = shutil.which("tesseract") is not None, Peer(), Score()
    memory: list[int] = []
    with Reader(workers=1, previews=False) as reader:
        reader.read(studio.photograph(studio.render("id_card_back", studio.sample("id_card_back"))), "warm.jpg")
        cpu = _cpu(reader)
        for number, (kind, grade, seed) in enumerate(pages(count)):
            fields = studio.sample(kind, seed)
            picture = studio.photograph(studio.render(kind, fields, seed, "held_out"), grade, seed, profile="held_out")  # type: ignore[arg-type]
            documents = reader.read(picture, f"{kind}-{grade}-{seed}", timeout=300)
            seconds = sum(document.seconds for document in documents)
            score.add(f"{kind}-{grade}-{seed}", {**studio.truth(kind, fields), "grade": grade}, documents, seconds)
            memory += [psutil.Process(pid).memory_info().rss for pid in reader.pids()]
            if have_peer and number % 7 == 0:
                ours = {name: f.value for d in documents if d.type == kind for name, f in d.fields.items()}
                peer.add(kind, grade, seed, ours, seconds)
        cpu_seconds = _cpu(reader) - cpu
        burst = _burst(reader, min(count, BURST))
        peak = max(reader.peak_memory, *memory) / 1e9
    report = score.report()
    (out / "documents_ocr_wrong.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))
    figures = {key: report[key] for key in ("pictures", "types_right", "fields", "exact", "characters", "certain", "uncaught", "seconds")}  # fmt: skip
    figures |= {
        "grades": report["by"]["grade"], "types": report["by"]["type"], "confusions": report["confusions"][:12],
        "cpu_seconds_a_page": round(cpu_seconds / max(count, 1), 2), "peak_gigabytes": round(peak, 3),
        "memory_growth_gigabytes": round((memory[-1] - memory[min(10, len(memory) - 1)]) / 1e9, 3) if memory else 0.0,
        "burst": burst, "tesseract": peer.figures() if have_peer else None, "load_average": round(os.getloadavg()[1], 1),
    }  # fmt: skip
    _show(figures)
    return figures


def _cpu(reader: Reader) -> float:
    """Processor seconds the idle reader processes have used."""
    times = [psutil.Process(pid).cpu_times() for pid in reader.pids()]
    return sum(t.user + t.system for t in times)


def _burst(reader: Reader, count: int) -> dict[str, Any]:
    """Many files at once, small ones so that it is the queue that is measured: all must come back."""
    picture = studio.photograph(studio.render("id_card_back", studio.sample("id_card_back", 1), 1), "clean", 1)
    started = time.perf_counter()
    futures = [reader.submit(picture, f"{i}.jpg", 300) for i in range(count)]
    answered = sum(future.result(3600)[0].type == "id_card_back" for future in futures)
    return {"sent": count, "read": answered, "seconds": round(time.perf_counter() - started, 1)}


def _show(figures: dict[str, Any]) -> None:
    rows = [
        Row(f"fields exact, {grade}", f"≥ {TARGETS[grade]:.1%}", f"{f['exact']:.2%} of {f['fields']}", f["exact"] >= TARGETS[grade])
        for grade, f in figures["grades"].items()
    ]  # fmt: skip
    seconds, peak, burst = figures["seconds"], figures["peak_gigabytes"], figures["burst"]
    rows += [
        Row("wrong but marked certain", "≤ 0.2%", f"{figures['uncaught']:.2%}", figures["uncaught"] <= 0.002),
        Row("seconds a page (mean)", "≤ 1.2", f"{seconds['mean']} (p95 {seconds['p95']})", seconds["mean"] <= 1.2),
        Row("processor seconds a page", "", f"{figures['cpu_seconds_a_page']} at load {figures['load_average']}"),
        Row("memory of the reader process", "≤ 1.1 GB", f"{peak} GB", peak <= 1.1),
        Row("burst queued and answered", str(burst["sent"]), str(burst["read"]), burst["read"] == burst["sent"]),
    ]
    if figures["tesseract"]:
        peer = figures["tesseract"]
        rows.append(Row(f"{version()} on the same", "", f"{peer['times_our_errors']} × our errors, {peer['times_our_seconds']} × our seconds"))  # fmt: skip
    show(f"Documents: {figures['pictures']} photographs, held-out seeds", rows)
