"""Measurements. `make bench` runs all; `make bench ARGS="rules_row documents_ocr"` runs some.

Each module has `run(out: Path) -> dict` and prints a table; the dict is written to `var/bench/<name>.json`.
Peers live in an environment of their own (`requirements/bench.txt`) and are never imported by the product.
"""
