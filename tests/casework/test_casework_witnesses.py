"""The witnesses of an installation as it comes: one that lies cannot help a lying log to two histories that both count."""

from itertools import combinations
from pathlib import Path

import pytest

from onething.casework.certificates import trust_keys
from onething.catalog.service import load_city
from onething.core.errors import Problem
from onething.trust.keys.algorithms import generate_secret, make_signer
from onething.trust.log.cosigning import LocalWitness, publish
from onething.trust.log.notes import NoteKey
from onething.trust.log.policy import LogPolicy, TrustedKey
from onething.trust.log.store import FileLogStore
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.log.witness import Witness, WitnessMemory
from onething.trust.models import Algorithm, HashName

CITIES = Path(__file__).parents[2] / "cities"
ORIGIN = "city.example/certificates"


@pytest.mark.parametrize("city", sorted(each.name for each in CITIES.iterdir() if (each / "city.yaml").exists()))
def test_in_every_city_one_lying_witness_does_no_harm(city: str) -> None:
    names, needed = trust_keys.witness_rule(load_city(CITIES / city))
    assert len(set(names)) == len(names) >= 3
    assert 2 * needed - len(names) - 1 >= 1, "any two sets that count share more witnesses than may lie"
    assert needed <= len(names) - (1 if len(names) > 3 else 0), "one may be away"


def test_a_log_and_one_witness_that_lie_together_cannot_make_a_fork_count(tmp_path: Path) -> None:
    names, needed = trust_keys.witness_rule(load_city(CITIES / "shanghai"))
    log_signer = make_signer(Algorithm.ED25519, generate_secret(Algorithm.ED25519), b"")
    signers = {name: make_signer(Algorithm.ED25519, generate_secret(Algorithm.ED25519), b"") for name in names}
    trusted = tuple(TrustedKey(NoteKey(name, each.public_key, cosigner=True)) for name, each in signers.items())
    logs = (TrustedKey(NoteKey(ORIGIN, log_signer.public_key)),)
    policy = LogPolicy(ORIGIN, HashName.SHA256, logs, trusted, needed)

    def history(word: str) -> Log:
        log = Log(ORIGIN, lambda: log_signer, FileLogStore(tmp_path / word), HashName.SHA256)
        log.append_many([NewEntry(f"{word} {n}".encode()) for n in range(10)])
        return log

    def witness(name: str, memory: str = "") -> LocalWitness:
        return LocalWitness(
            Witness(name, lambda: signers[name], WitnessMemory(tmp_path / f"{memory or name}.db"), {ORIGIN: policy})
        )

    told_to_police, told_to_the_court = history("true"), history("forged")
    # Before honest witnesses split: any of them sees one of the two histories first, whichever the log shows it.
    for first in combinations(names[1:], needed - 1):
        for each in names:
            (tmp_path / f"{each}.db").unlink(missing_ok=True)
        liar = names[0]
        shown = [witness(liar, f"lie-{'-'.join(first)}-1"), *(witness(name) for name in first)]
        assert publish(told_to_police, policy, shown).counted.checkpoint.size == 10
        rest = [witness(liar, f"lie-{'-'.join(first)}-2"), *(witness(name) for name in names[1:])]
        with pytest.raises(Problem) as refused:
            publish(told_to_the_court, policy, rest)
        assert refused.value.kind.code == "trust.not_enough_witnesses"
