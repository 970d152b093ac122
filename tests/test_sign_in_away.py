"""While the database is away, who was signed in reads on, and who was signed out stays out."""

import time

from tests.support.eventually import eventually
from tests.support.postgresql import empty_database, throwaway_postgresql
from tests.support.scripted_aws import ScriptedAws
from tests.support.served import Browser, portal_with_people

PAGE = "/experiments/default/read-on/"


def test_an_outage_lets_nobody_back_in(scripted_aws: ScriptedAws) -> None:
    scripted_aws.describes("read-on")
    people = {"PORTAL_WORKERS": "2"}
    with (
        throwaway_postgresql() as server,
        empty_database(server.url) as url,
        portal_with_people(scripted_aws, PORTAL_DATABASE_URL=url, **people) as portal,
    ):
        reader, leaver = (portal.sign_in(portal.add("viewer")) for _ in range(2))
        # Both processes know both of them.
        for _ in range(20):
            assert {each.get(PAGE).status_code for each in (reader, leaver)} == {200}
        assert leaver.post("/sign-out/").status_code == 303
        eventually(
            lambda: [leaver.get(PAGE).status_code for _ in range(6)],
            lambda seen: 200 not in seen,
        )
        # Both processes have heard of that, and look anew at who else is there.
        time.sleep(1)
        assert {reader.get(PAGE).status_code for _ in range(20)} == {200}
        server.stop()
        try:
            reading = [reader.get(PAGE).status_code for _ in range(8)]
            leaving = [leaver.get(PAGE).status_code for _ in range(8)]
            stranger = [Browser(portal.url).get(PAGE).status_code for _ in range(2)]
        finally:
            server.start()
    assert 200 not in leaving
    assert reading.count(200) >= 6, reading
    assert set(stranger) <= {302, 503}
