"""Who sees an import and who may write it."""

import pytest
from django.db.models import F
from django.urls import reverse

from portal import tasks
from portal.enums import RunState
from portal.models import Heartbeat, ImportRun
from portal.transfer import registry
from tests.factories.portal import UserFactory
from tests.factories.staff import Department, PersonFactory, SalaryFactory
from tests.portal.transfer import kinds
from tests.portal.transfer_pages.steps import (
    GOOD,
    MIXED,
    act,
    buttons,
    page,
    send,
    uploaded,
    written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_only_the_uploader_sees_a_run_and_the_administrator_reads_it(client, signed_in):
    run = uploaded(signed_in, MIXED)
    addresses = [
        reverse("portal:transfer_run", args=[run.pk]),
        reverse("portal:transfer_rejections", args=[run.pk]),
    ]
    client.force_login(UserFactory())
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert act(client, run, "discard").status_code == 404
    client.force_login(UserFactory(is_superuser=True, language="en"))
    shown = client.get(addresses[0])
    assert (shown.status_code, buttons(shown)) == (200, [])
    assert b"soon" not in shown.content
    assert client.get(addresses[1]).status_code == 403
    assert [act(client, run, name).status_code for name in ("discard", "partial")] == [403, 403]
    assert ImportRun.objects.get().state == RunState.REJECTED


@pytest.mark.usefixtures("kind")
def test_whoever_may_nothing_finds_no_page(client):
    client.force_login(UserFactory())
    assert client.get(reverse("portal:transfers")).status_code == 404
    assert client.get(reverse("portal:export_kind", args=["beats"])).status_code == 404
    assert send(client, GOOD).status_code == 403
    assert reverse("portal:transfers") not in client.get(reverse("portal:home")).content.decode()


def test_the_navigation_shows_the_page_to_whoever_may_something(signed_in):
    assert reverse("portal:transfers") in signed_in.get(reverse("portal:home")).content.decode()


def test_a_right_that_was_lost_stops_the_import(signed_in):
    run = uploaded(signed_in, GOOD)
    registry.unregister("beats")
    registry.register(kinds.beats(may_export=registry.everybody))
    assert act(signed_in, run, "import").status_code == 403
    assert buttons(page(signed_in, run)) == ["discard"]
    ImportRun.objects.update(state=RunState.CHECKING, dry_run=False, moved_at=F("started_at"))
    tasks.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, Heartbeat.objects.count()) == (RunState.FAILED, 0)
    assert b"may not import it any more" in page(signed_in, run).content
    registry.unregister("beats")
    assert page(signed_in, run).status_code == 200


@pytest.mark.parametrize("address", ["99999999999999999999999", "0"])
def test_numbers_of_no_run_are_not_found(signed_in, address):
    assert signed_in.get(f"/transfers/{address}/").status_code == 404


def test_people_are_imported_by_a_deputy_within_the_own_department(client):
    department = Department()
    client.force_login(department.deputy.user)
    content = (
        "number,name,post,reports_to,base_salary,hired_on\n"
        f"E900,新人,postsale,{department.lead.number},6000,2026-11-01\n"
    )
    run = uploaded(client, content, kind="people", name="人员.csv")
    assert (run.state, run.added) == (RunState.READY, 1), run.messages
    run = written(client, run, "import")
    assert (run.state, run.added) == (RunState.DONE, 1)
    stranger = PersonFactory()
    SalaryFactory(person=stranger, base_fen=777_700)
    above = uploaded(
        client,
        "number,name,post,reports_to,base_salary,hired_on\n"
        f"E901,别人,postsale,{stranger.number},6000,2026-11-01\n",
        kind="people",
        name="people.csv",
    )
    assert above.state == RunState.REJECTED
    export = client.get(reverse("portal:export_kind", args=["people"]), {"format": "csv"})
    numbers = export.getvalue().decode("utf-8-sig")
    assert "E900" in numbers
    assert "7777.00" not in numbers


def test_an_agent_exports_what_agents_may_and_imports_nothing(client):
    department = Department()
    client.force_login(department.agent.user)
    assert client.get(reverse("portal:export_kind", args=["people"])).status_code == 404
    assert send(client, GOOD, kind="people").status_code == 403
