"""The clocks of a case say the same as its history, in whatever order things come."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint
from complaints.services import deadlines, merging, stages
from tests.complaints.scene import HOUR, MINUTE, NINE
from tests.complaints.way.steps import S, at_investigation, fresh, merged, move
from tests.factories.complaints import ComplaintFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


ACTS = ("acknowledge", "answer", "wait", "resume", "grade", "end", "reopen", "merge")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 900)), max_size=14))
def test_in_whatever_order_things_come_the_history_says_the_same(department, acts):
    case = at_investigation(department)
    now, frozen = NINE + HOUR, None
    for act, minutes in acts:
        now += minutes * MINUTE
        with suppress(deadlines.Refused, stages.Refused, merging.Refused), transaction.atomic():
            DONE[act](department, fresh(case), now)
        deadlines.end_waits(now)
        assert deadlines.recount(Complaint.objects.values_list("pk", flat=True), now=NINE) == 0
        late = fresh(case).answered_late
        assert frozen is None or late == frozen
        frozen = late


def _grade(department, case, now):
    after = "CRITICAL" if case.severity != "CRITICAL" else "MINOR"
    Complaint.objects.filter(pk=case.pk).update(severity=after)
    graded = deadlines.Graded(complaint_id=case.pk, before=case.severity, after=after)
    deadlines.note_severities([graded], actor=department.agent, now=now)
    deadlines.recount([case.pk], now=NINE)


def _merge(department, case, now):
    other = ComplaintFactory(store=department.store, owner=department.agent, registered_at=now)
    deadlines.recount([other.pk], now=NINE)
    merged(department, other, case, now=now + MINUTE)


def _acting(act, **more):
    return lambda department, case, now: act(
        actor=department.agent, complaint_id=case.pk, now=now, **more
    )


DONE = {
    "acknowledge": _acting(deadlines.acknowledge),
    "answer": _acting(deadlines.answer, text="已答复"),
    "wait": lambda department, case, now: deadlines.wait(
        actor=department.agent, complaint_id=case.pk, reason="等照片", until=now + HOUR, now=now
    ),
    "resume": _acting(deadlines.resume),
    "grade": _grade,
    "end": lambda department, case, now: move(
        department.agent, case, S.WITHDRAWN, now, reason="撤诉"
    ),
    "reopen": lambda department, case, now: move(
        department.agent, case, S.INVESTIGATION, now, reason="又来"
    ),
    "merge": _merge,
}
