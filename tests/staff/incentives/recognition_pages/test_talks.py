"""Demerits and coaching."""

from datetime import timedelta

import pytest
from django.urls import reverse

from staff.incentives.models import Coaching, Demerit
from tests.factories.recognition import CoachingFactory
from tests.staff.browser import as_
from tests.staff.incentives.recognition_pages.steps import NOW, TODAY, key, page, send

pytestmark = pytest.mark.django_db


def test_a_demerit_is_recorded_and_withdrawn_with_reasons(client, them):
    data = {
        "person": them.agent.pk, "day": "2026-11-04", "kind": "GAME", "reason": "玩手机",
        "evidence": "截图 12", "form_key": key(),
    }  # fmt: skip
    for broken in (
        {"evidence": ""}, {"reason": ""}, {"day": "2026-11-06"}, {"day": "2020-01-01"},
        {"person": them.stranger.pk}, {"person": them.lead.pk}, {"kind": "X"}, {"form_key": "x"},
    ):  # fmt: skip
        send(client, "demerit_new", **data | {"form_key": key()} | broken, status=422)
    first = send(client, "demerit_new", **data)
    assert send(client, "demerit_new", **data)["Location"] == first["Location"]
    demerit = Demerit.objects.get()
    assert "截图 12" in page(as_(client, them.agent), "demerit", demerit.pk)
    send(client, "demerit_withdraw", demerit.pk, why="没有", status=403)
    as_(client, them.deputy)
    send(client, "demerit_withdraw", demerit.pk, why=" ", status=422)
    send(client, "demerit_withdraw", demerit.pk, why="看错了人")
    send(client, "demerit_withdraw", demerit.pk, why="再来一次")
    demerit.refresh_from_db()
    assert demerit.withdrawn_why == "看错了人"
    assert "看错了人" in page(as_(client, them.agent), "demerit", demerit.pk)
    assert client.get(reverse("staff:demerits"), {"state": "standing"}).context["count"] == 0
    assert client.get(reverse("staff:demerits"), {"state": "withdrawn"}).context["count"] == 1


def coaching_data(**more):
    return {
        "held_on": "2026-11-05", "topic": "响应时间", "agreement": "两周后再看",
        "due_on": "2026-11-19",
    } | more  # fmt: skip


def test_a_talk_is_written_confirmed_and_closed(client, them):
    data = coaching_data(person=them.agent.pk, form_key=key())
    late = {"due_on": "2026-11-04", "form_key": key()}
    send(client, "coaching_new", **data | late, status=422)
    send(client, "coaching_new", **data)
    send(client, "coaching_new", **data)
    entry = Coaching.objects.get()
    send(client, "coaching_confirm", entry.pk, version=1, status=403)
    as_(client, them.agent)
    assert "响应时间" in client.get(reverse("portal:tile_open")).content.decode()
    send(client, "coaching_confirm", entry.pk, version=1)
    entry.refresh_from_db()
    assert entry.read_at == NOW
    send(client, "coaching_close", entry.pk, version=1, outcome="达标", status=403)
    as_(client, them.lead)
    send(client, "coaching_close", entry.pk, version=1, status=422)
    send(client, "coaching_close", entry.pk, version=1, outcome="达标")
    assert "达标" in page(client, "coaching", entry.pk)
    send(client, "coaching_change", entry.pk, version=2, **coaching_data())


def test_the_second_of_two_changes_sees_both_and_loses_nothing(client, them):
    entry = CoachingFactory(person=them.agent, coach=them.lead)
    send(client, "coaching_change", entry.pk, version=1, **coaching_data(agreement="甲"))
    send(client, "coaching_change", entry.pk, version=1, **coaching_data(agreement="甲"))
    answer = send(
        client, "coaching_change", entry.pk, version=1, **coaching_data(agreement="乙"), status=409
    )
    shown = answer.content.decode()
    assert "甲" in shown
    assert "乙" in shown
    assert 'name="version" value="2"' in shown
    send(client, "coaching_change", entry.pk, version=2, **coaching_data(agreement="乙"))
    entry.refresh_from_db()
    assert (entry.agreement, entry.version) == ("乙", 3)
    as_(client, them.agent)
    send(client, "coaching_confirm", entry.pk, version=2)
    send(client, "coaching_confirm", entry.pk, version="x")
    entry.refresh_from_db()
    assert entry.read_at is None


def test_the_filter_finds_follow_ups_that_are_due(client, them):
    CoachingFactory(person=them.agent, due_on=TODAY)
    CoachingFactory(person=them.agent, due_on=TODAY + timedelta(days=1))
    for state, count in (("due", 1), ("open", 2), ("closed", 0), ("", 2)):
        assert (
            client.get(reverse("staff:coaching_list"), {"state": state}).context["count"] == count
        )
