"""A client that a common generator makes of the description compiles, and drives a filing from sign-in to its certificates."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_client import everything, id_token, paper
from conformity import DESCRIPTION
from web_stack import Stack, running_stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("api")]
HERE = Path(__file__).parent / "stranger"
TOOLS = Path(__file__).parents[2] / "node_modules/.bin"


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stranger's program, compiled strictly against the generated client."""
    if not (TOOLS / "openapi-ts").exists() or not (TOOLS / "tsc").exists():
        pytest.skip("the generator or the compiler is not installed (npm ci)")
    folder = tmp_path_factory.mktemp("stranger")
    for file in HERE.iterdir():
        shutil.copy(file, folder)
    run(
        TOOLS / "openapi-ts",
        "-i",
        DESCRIPTION,
        "-o",
        folder / "generated",
        "-c",
        "@hey-api/client-fetch",
        folder=folder,
    )
    run(TOOLS / "tsc", "-p", folder / "tsconfig.json", folder=folder)
    return folder / "js/drive.js"


def test_the_generator_drops_nothing(program: Path) -> None:
    described = json.loads(DESCRIPTION.read_text("utf-8"))
    types = (program.parents[1] / "generated/types.gen.ts").read_text("utf-8")
    functions = (program.parents[1] / "generated/sdk.gen.ts").read_text("utf-8")
    assert [name for name in described["components"]["schemas"] if f"export type {name} = " not in types] == []
    names = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert [name for name in names if f"export const {name} = " not in functions] == []


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("api"), people=40) as running:
        yield running


def test_a_strangers_program_files_a_newborn_case_and_fetches_its_certificates(stack: Stack, program: Path) -> None:
    mother = stack.city.persona("happy_mother")
    birth = mother["births"][0]
    facts = everything(birth)["facts"] | {"birth_certificate": paper(birth)}
    values = {f"{slot}.{field}": value for slot, of in facts.items() for field, value in of.items()}
    said = run(
        "node", program, folder=program.parent, BASE=f"{stack.url}/api/v1", TOKEN=id_token(stack, mother["mother"]["sub"]),
        VALUES=json.dumps(values, ensure_ascii=False),
    )  # fmt: skip
    saw = json.loads(said.strip().splitlines()[-1])
    assert "newborn" in saw["offered"]
    assert saw["refused"] == "intake.filing_not_found"
    assert saw["status"] == "done"
    assert saw["cases"] == [saw["reference"]]
    assert saw["certificates"] >= 5
    assert saw["pdf"] == "%PDF"
