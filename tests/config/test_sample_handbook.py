"""The handbook of the sample department looks lived-in, and everything in it lies in the past."""

from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from config import sample
from staff.handbook.models import (
    Acknowledgement,
    Announcement,
    Article,
    ArticleVote,
    Completion,
    PlanRun,
    PlanTask,
    Proposal,
    Reading,
)
from staff.handbook.queries import announcements
from staff.people.access import scope_of
from staff.people.models import Person

pytestmark = pytest.mark.django_db


def test_the_handbook_of_the_sample_has_something_of_everything():
    now = datetime(2026, 11, 1, 9, 30, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(now, tick=False):
        assert sample.fill(now=now)
    today = now.date()
    assert Article.objects.to_check(today).exists()
    assert Article.objects.filter(number=2).exists()
    assert Article.objects.exclude(archived_at=None).exists()
    assert Article.objects.filter(no_help__gt=0).exists()
    agent = Person.objects.get(number="A001")
    waiting = announcements.unread_of(scope_of(agent.user, today=today), most=9)
    assert {row.is_rules for row in waiting} == {True, False}
    assert PlanRun.objects.running().count() == 1
    assert PlanRun.objects.exclude(reviewed_at=None).count() == 1
    assert PlanTask.objects.open().filter(owner=agent).exists()
    assert Proposal.objects.open().count() == 1
    assert Completion.objects.counted().filter(due_on__lt=today).exists()
    for model, moment in (
        (ArticleVote, "at"), (Reading, "at"), (Acknowledgement, "at"), (Announcement, "made_at"),
        (PlanTask, "done_at"), (Completion, "recorded_at"),
    ):  # fmt: skip
        assert model.objects.exists()
        assert not model.objects.filter(**{f"{moment}__gt": now}).exists(), model
