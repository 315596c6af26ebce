"""Compile the contracts: `python -m onething.trust.chain.contracts.compiling` (needs vyper, a development dependency)."""

import json
from importlib import import_module
from typing import Any

from onething.trust.chain.contracts import EVM_VERSION, FOLDER, NAMES


def compiled() -> dict[str, Any]:
    """Name → abi and bytecode of every contract, from the sources."""
    # By name, so that neither types nor an installation without vyper need to know it.
    compile_code: Any = import_module("vyper").compile_code
    settings: Any = import_module("vyper.compiler.settings").Settings(evm_version=EVM_VERSION)

    found: dict[str, Any] = {}
    for name in NAMES:
        source = (FOLDER / f"{name}.vy").read_text(encoding="utf-8")
        output = compile_code(source, output_formats=["abi", "bytecode"], settings=settings)
        found[name] = {"abi": output["abi"], "bytecode": output["bytecode"]}
    return found


if __name__ == "__main__":
    text = json.dumps(compiled(), indent=1, sort_keys=True) + "\n"
    (FOLDER / "artefacts.json").write_text(text, encoding="utf-8")
