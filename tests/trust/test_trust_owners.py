"""Processes of a trial that start together agree on one passphrase."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from onething.trust.sealing.owners import _made_up


def test_whoever_starts_at_the_same_moment_gets_the_same_passphrase(tmp_path: Path) -> None:
    for number in range(10):
        folder, together = tmp_path / str(number) / "keys", Barrier(6)

        def start(folder: Path = folder, together: Barrier = together) -> str:
            together.wait(20)
            return _made_up(folder)

        with ThreadPoolExecutor(6) as pool:
            said = [each.result(20) for each in [pool.submit(start) for _ in range(6)]]
        assert len(set(said)) == 1
        assert [each.name for each in folder.parent.iterdir()] == ["trial-passphrase"], "no drafts are left"
