"""Cases that are merged, and incidents of several cases: CMP-14."""

import pytest

from complaints.enums import Revisited
from complaints.models import CauseKind, Complaint, Proposal
from complaints.policies.stages import Need
from complaints.queries import customers
from complaints.services import closing, deadlines, incidents, merging, stages
from staff.people.access import scope_of
from tests.complaints.scene import HOUR, NINE
from tests.complaints.way.steps import (
    K,
    S,
    agreed,
    at_investigation,
    at_revisit,
    attempt,
    decided,
    fresh,
    merged,
    move,
    proposed,
    told_cause,
)
from tests.factories.complaints import ComplaintFactory, PreventiveMeasureFactory, ProcedureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_merged_case_takes_its_work_along_and_nothing_is_there_twice(department, case):
    other = at_investigation(department)
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    agreed(department, proposal)
    merged(department, case, other)
    case, other = fresh(case), fresh(other)
    assert (case.stage, case.merged_into, case.due_at) == (S.MERGED, other, None)
    assert other.tasks.count() == other.followups.count() == 1
    assert Proposal.objects.get().complaint == other
    with pytest.raises(merging.Refused) as refused:
        merged(department, case, other)
    assert refused.value.reason == merging.Refusal.ENDED
    with pytest.raises(merging.Refused) as refused:
        merged(department, other, case)
    assert refused.value.reason == merging.Refusal.TARGET_MERGED
    with pytest.raises(merging.Refused) as refused:
        merged(department, other, other)
    assert refused.value.reason == merging.Refusal.SAME
    assert deadlines.recount([case.pk, other.pk], now=NINE) == 0


def test_what_runs_on_a_merged_case_goes_on_at_the_one_that_stays(department, case):
    into = ComplaintFactory(store=department.store, owner=department.agent, registered_at=NINE)
    told_cause(department, case, "packing", now=NINE + HOUR)
    measure = PreventiveMeasureFactory(complaint=case)
    lost, twice = ProcedureFactory(complaint=case), ProcedureFactory(complaint=case, kind="MISSING")
    ProcedureFactory(complaint=into, kind="MISSING")
    behind = incidents.Behind(title="杯盖开裂")
    made = incidents.begin(actor=department.lead, complaints=[case], behind=behind, now=NINE + HOUR)
    merged(department, case, into)
    into = fresh(into)
    assert (into.root_cause.kind.code, into.assessment.findings) == ("packing", "包装太薄")
    for row, at in ((measure, into), (lost, into), (twice, case)):
        row.refresh_from_db()
        assert row.complaint == at
    assert list(made.cases.all()) == [into]


def test_the_stricter_deadline_wins_whichever_way_two_cases_are_merged(department):
    strict = at_investigation(department, severity="CRITICAL")
    usual = at_investigation(department)
    now = NINE + HOUR
    left = strict.answer_by
    assert left < usual.answer_by
    merged(department, strict, usual, now=now)
    assert fresh(usual).answer_by == left
    strict, usual = (at_investigation(department, severity=one) for one in ("CRITICAL", "MINOR"))
    before = strict.answer_by
    merged(department, usual, strict, now=now)
    assert fresh(strict).answer_by == before
    assert deadlines.recount(Complaint.objects.values_list("pk", flat=True), now=NINE) == 0


def test_a_merged_case_is_not_counted_as_a_repeat(department):
    first = at_investigation(department)
    second = at_investigation(department, customer=first.customer)
    scope = scope_of(department.lead.user, today=NINE.date())
    asked = {"customer_id": first.customer_id, "now": NINE + HOUR, "today": NINE.date()}
    assert customers.repeated(scope, **asked).count == 2
    merged(department, second, first)
    assert customers.repeated(scope, **asked).count == 1


def test_one_cause_and_one_measure_close_all_cases_of_an_incident(department, case):
    other = at_investigation(department)
    behind = incidents.Behind(
        title="杯盖开裂", cause=CauseKind.objects.get(code="packing"), message="已停售，全部换新",
    )  # fmt: skip
    made = incidents.begin(
        actor=department.lead, complaints=[case, other], behind=behind, now=NINE + HOUR
    )
    assert made.number.startswith("I20261102-")
    assert (
        incidents.tell_all(actor=department.lead, incident_id=made.pk, version=1, now=NINE + HOUR)
        == 2
    )
    assert fresh(other).answered_at == NINE + HOUR
    with pytest.raises(incidents.NoMessage):
        incidents.tell_all(actor=department.lead, incident_id=made.pk, version=2, now=NINE + HOUR)
    at_revisit(department, fresh(case))
    closing.revisit(
        actor=department.agent,
        complaint_id=case.pk,
        attempt=attempt(Revisited.SATISFIED, thanked=True),
        now=NINE + 6 * HOUR,
    )
    with pytest.raises(stages.Refused) as refused:
        move(department.agent, case, S.SATISFIED, NINE + 7 * HOUR)
    assert refused.value.answer.missing == (Need.PREVENTION,)
    with pytest.raises(incidents.ChangedMeanwhile):
        incidents.change(
            actor=department.lead, incident_id=made.pk, behind=behind, version=1, now=NINE
        )
    incidents.change(
        actor=department.lead, incident_id=made.pk, version=2, now=NINE + 7 * HOUR,
        behind=incidents.Behind(title="杯盖开裂", cause=behind.cause, measure="换供应商"),
    )  # fmt: skip
    assert move(department.agent, case, S.SATISFIED, NINE + 7 * HOUR).stage == S.SATISFIED
