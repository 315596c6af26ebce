"""What must still hold after a restore: the books, what is stored, an older version's backup brought to this one's tables."""

from pathlib import Path

import pytest

from onething.core.migrating import current, newest, upgrade
from onething.core.soundness import examine
from onething.operations.service import check
from onething.payments import service as payments
from operations.backup_world import Installation, quiet, restored
from payments.payments_world import PURSE, book, fill

OLD = "0012"


def test_the_books_add_up_after_a_restore_and_money_booked_later_is_not_in_them(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    here = Installation(tmp_path / "here").filled()
    fill(here.db)
    known = book(here.db, 3)
    backup = here.back_up()
    book(here.db, 2, prefix="later")
    there, _ = restored(backup, tmp_path / "there")
    with there.db.reading() as session:
        found = payments.audit(session)
        assert not found.problems
        assert {row.id for row in payments.listing(session)} == set(known)
        assert payments.purses(session, [PURSE])
    # The same keys again are the same payments: nothing is set aside twice.
    assert book(there.db, 3) == known
    with there.db.reading() as session:
        assert not payments.audit(session).problems


def test_everything_stored_is_whole_after_a_restore(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    here = Installation(tmp_path / "here").filled()
    fill(here.db)
    book(here.db, 2)
    there, _ = restored(here.back_up(), tmp_path / "there")
    results = list(examine(there.db))
    # The payees of these tests are nobody in the register of people, and that is told too.
    assert {each.name for each in results if not each.ok} == {"rows of payments"}
    assert any(each.name == "sealed payees" and each.about == "2 opened" for each in results)


@pytest.mark.parametrize("upgrade_after", [False, True])
def test_a_backup_of_an_older_version_is_restored_and_upgraded(tmp_path: Path, upgrade_after: bool) -> None:
    (tmp_path / "here").mkdir()
    here = Installation(tmp_path / "here")
    upgrade(here.db, OLD)
    here.known()
    backup = here.back_up()
    assert check(backup, quiet).revision == OLD
    there, done = restored(backup, tmp_path / "there", upgrade_after=upgrade_after)
    if not upgrade_after:
        assert current(there.db) == OLD
        assert done.next_steps[0] == "onething db upgrade"
        upgrade(there.db)
    assert current(there.db) == newest()
    assert "onething db upgrade" not in done.next_steps or not upgrade_after
    there.known().note()
    assert [each for each in examine(there.db) if not each.ok] == []
