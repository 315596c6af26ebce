"""After a person's data was erased, no page shows a picture of hers: not even one that was shown a moment ago."""

from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient

from onething.core.access import Principal, Role
from onething.core.db import get_database
from onething.core.identifiers import citizen_id_check_digit
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.intake import service as intake
from onething.subjects.service import ensure_person
from onething.trust.sealing.service import SubjectSealer
from onething.trust.service import key_store
from onething.web.http import sessions
from stores import with_tables


@pytest.mark.parametrize("small", [0, 1])
def test_a_picture_that_was_shown_is_gone_with_its_owners_key(small: int) -> None:
    database = with_tables(get_database())
    picture = BytesIO()
    Image.new("RGB", (640, 480), (200, 180, 160)).save(picture, "PNG")
    with database.transaction() as session:
        number = "31010119950302122"
        number += citizen_id_check_digit(number)
        person = ensure_person(session, oidc_sub="m", name="李晓燕", id_number=number, phone=None)
        me = Principal(Role.CITIZEN, "m", "李晓燕", person.id)
        filing = intake.start_filing(session, me, "newborn").id
        paper = intake.add_upload(session, me, filing, picture.getvalue(), "photo.png").document_id
        token = sessions.open_signed_in(session, me)
    with TestClient(create_app(with_background=False), base_url="http://127.0.0.1:8000") as client:
        client.cookies.set(sessions.cookie_name(get_settings()), token)
        address = f"/filing/{filing}/documents/{paper}/image?small={small}"
        before = client.get(address)
        assert (before.status_code, before.headers["content-type"].split("/")[0]) == (200, "image")
        with database.transaction() as session:
            assert SubjectSealer(key_store()).erase(session, person.id)
        after = client.get(address)
    assert after.status_code == 410
    assert "image" not in after.headers["content-type"]
