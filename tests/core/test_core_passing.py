"""What is only passed on is heard and never written down."""

from sqlalchemy import select

from onething.core import events
from onething.core.db import Database
from onething.core.events import Event
from onething.core.events.declaring import declaration
from onething.core.tables import EventRow
from onething.intake.events import SignatureInvited


def test_the_one_time_code_of_an_invitation_is_in_no_row_of_the_log(db: Database) -> None:
    declared = declaration(SignatureInvited.NAME)
    assert declared is not None
    data = {field.name: "483920" if field.name == "code" else "x" for field in declared.fields if not field.optional}
    heard: list[str] = []
    events.subscribe(SignatureInvited, lambda _session, happened: heard.append(happened.data["code"]))
    with db.transaction() as session:
        one = events.append(session, Event("s", SignatureInvited.NAME, "system", data))
        many = events.append_many(session, [Event("s", SignatureInvited.NAME, "system", data)])
        assert [one.data["code"], many[0].data["code"]] == ["483920", "483920"]
    assert heard[-2:] == ["483920", "483920"]
    with db.reading() as session:
        kept = session.scalars(select(EventRow.data).where(EventRow.type == SignatureInvited.NAME)).all()
        assert [row["code"] for row in kept] == ["", ""]
        assert "483920" not in str(session.execute(select(EventRow)).all())
