"""Compile the contracts: `python -m onething.trust.chain.contracts.compiling` (needs vyper, a development dependency)."""

import json
from typing import Any

from onething.trust.chain.contracts import EVM_VERSION, FOLDER, NAMES


def compiled() -> dict[str, Any]:
    """Name → abi and bytecode of every contract, from the sources."""
    from vyper import compile_code  # type: ignore[import-not-found]
    from vyper.compiler.settings import Settings  # type: ignore[import-not-found]

    found: dict[str, Any] = {}
    for name in NAMES:
        source = (FOLDER / f"{name}.vy").read_text(encoding="utf-8")
        compiler: Any = compile_code
        output = compiler(source, output_formats=["abi", "bytecode"], settings=Settings(evm_version=EVM_VERSION))
        found[name] = {"abi": output["abi"], "bytecode": output["bytecode"]}
    return found


if __name__ == "__main__":
    text = json.dumps(compiled(), indent=1, sort_keys=True) + "\n"
    (FOLDER / "artefacts.json").write_text(text, encoding="utf-8")
