from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from portal.models import AuditEntry
from staff.rulebook.models import Policy, SpecialDay
from tests.factories.staff import Department, PolicyFactory, SpecialDayFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DECEMBER = date(2026, 12, 1)
ADD = reverse("admin:staff_policy_add")


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def as_deputy(client):
    client.force_login(Department().deputy.user)
    client.cookies["django_language"] = "en"
    return client


def filled(response):
    form = response.context["adminform"].form
    return {name: str(form[name].value() or "") for name in form.fields}


def change(policy):
    return reverse("admin:staff_policy_change", args=[policy.pk])


def test_a_version_that_has_begun_is_read_only(as_deputy):
    begun = Policy.objects.get()
    assert as_deputy.get(change(begun)).status_code == 200
    for sent in ({"rest_days": "5"}, {"rest_days": "5", "apply": "yes"}):
        assert as_deputy.post(change(begun), sent).status_code == 403
    assert (
        as_deputy.post(
            reverse("admin:staff_policy_delete", args=[begun.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    assert Policy.objects.get().rest_days == 2


def test_a_new_version_is_previewed_then_saved(as_deputy):
    sent = filled(as_deputy.get(ADD)) | {"valid_from": "2026-12-01", "late_1_fen": "15.00"}
    preview = as_deputy.post(ADD, sent)
    page = preview.content.decode()
    assert "10.00 yuan" in page
    assert "15.00 yuan" in page
    assert Policy.objects.count() == 1
    again = dict(preview.context["sent"]) | {"apply": "yes"}
    assert as_deputy.post(ADD, again).status_code == 302
    assert Policy.objects.get(valid_from=DECEMBER).late_1_fen == 15_00
    assert as_deputy.post(ADD, again).status_code == 302  # sent twice: saved once
    assert Policy.objects.count() == 2
    assert AuditEntry.objects.filter(verb="policy.added").count() == 1


@pytest.mark.parametrize("day", ["2026-11-02", "2020-01-01", "2019-01-01", "x"])
@pytest.mark.parametrize("apply", [{}, {"apply": "yes"}])
def test_no_version_begins_before_tomorrow(as_deputy, day, apply):
    sent = filled(as_deputy.get(ADD)) | {"valid_from": day} | apply
    response = as_deputy.post(ADD, sent)
    assert response.context["adminform"].form.errors["valid_from"]
    assert Policy.objects.count() == 1


def test_a_coming_version_is_changed_and_withdrawn(as_deputy):
    coming = PolicyFactory(valid_from=date(2086, 12, 1))
    sent = filled(as_deputy.get(change(coming))) | {"rest_days": "4"}
    preview = as_deputy.post(change(coming), sent)
    assert "4 days" in preview.content.decode()
    assert as_deputy.post(change(coming), sent | {"apply": "yes"}).status_code == 302
    coming.refresh_from_db()
    assert (coming.rest_days, coming.version) == (4, 2)
    again = as_deputy.post(change(coming), sent | {"rest_days": "5", "apply": "yes"})
    assert "Somebody else has saved this meanwhile" in again.content.decode()
    as_deputy.post(reverse("admin:staff_policy_delete", args=[coming.pk]), {"post": "yes"})
    assert not Policy.objects.filter(pk=coming.pk).exists()
    assert AuditEntry.objects.filter(verb="policy.removed").count() == 1


def test_steps_that_descend_are_refused(as_deputy):
    sent = filled(as_deputy.get(ADD)) | {"valid_from": "2026-12-01", "late_2_minutes": "5"}
    response = as_deputy.post(ADD, sent)
    assert list(response.context["adminform"].form.errors) == ["late_2_minutes"]


def test_special_days_are_added_and_removed_with_audit(as_deputy):
    url = reverse("admin:staff_specialday_add")
    sent = {"day": "2026-08-08", "kind": "OTHER", "name_zh": "店庆", "name_en": "Anniversary"}
    assert as_deputy.post(url, sent).status_code == 302
    day = SpecialDay.objects.get(day=date(2026, 8, 8))
    other = SpecialDayFactory()
    as_deputy.post(reverse("admin:staff_specialday_delete", args=[day.pk]), {"post": "yes"})
    as_deputy.post(
        reverse("admin:staff_specialday_changelist"),
        {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"},
    )
    assert not SpecialDay.objects.filter(pk__in=[day.pk, other.pk]).exists()
    assert AuditEntry.objects.filter(verb="specialday.removed").count() == 2
