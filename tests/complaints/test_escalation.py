from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from complaints.enums import AlarmClock, EntryKind
from complaints.models import CaseAlarm, Complaint
from complaints.services import alarms, cases, escalation, intake
from complaints.services.customers import Buyer
from complaints.services.escalation import AlreadyEscalated
from complaints.texts import cases as texts
from portal.models import AuditEntry, Notice
from staff.people.enums import Platform
from tests.at_once import problems_of
from tests.complaints.ladder.steps import received, tick
from tests.complaints.scene import HOUR, MINUTE, NINE, facts
from tests.complaints.test_clocks import HOSTILE
from tests.factories.complaints import ComplaintFactory, CustomerFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def register(department, *, now=NINE, name="tb小王", **more):
    buyer = Buyer(name=name, platform=Platform.TMALL)
    return cases.register(
        actor=department.agent,
        facts=facts(department.store, buyer=buyer, **more),
        now=now,
        owner_id=department.agent.pk,
    )


def heard(now=NINE):
    """Return who heard of an escalation, and why, once the tick has run."""
    tick(now)
    rows = Notice.objects.filter(kind=alarms.ALARM, params__clock="AT_ONCE").order_by("pk")
    return [(row.receiver.username, row.params["because"]) for row in rows]


def above(department):
    return [department.lead.number, department.deputy.number, department.supervisor.number]


@pytest.mark.parametrize("threat", ["PUBLIC", "PLATFORM"])
def test_a_threat_goes_up_at_once_to_lead_deputy_and_supervisor_once(department, threat):
    case = register(department, threat=threat)
    case.refresh_from_db()
    assert (case.escalated_at, case.reasons) == (NINE, [threat])
    assert heard() == [(who, [threat]) for who in above(department)]
    line = case.timeline.get(kind=EntryKind.ESCALATED)
    assert "%" not in texts.of_entry(line, owner=None)


def test_without_a_reason_nothing_goes_up(department):
    case = register(department)
    assert case.escalated_at is None
    assert heard() == []


def test_the_third_complaint_within_the_days_goes_up(department):
    marked = [
        register(department, now=NINE + days * timedelta(days=1)).escalated_because
        for days in (0, 29, 30, 61, 62)
    ]
    assert marked == ["", "", "REPEATED", "", ""]


def test_complaints_of_others_do_not_count(department):
    for number in range(3):
        case = register(department, name=f"tb{number}")
        assert case.escalated_at is None


def test_a_change_goes_up_too_and_a_further_reason_tells_nobody_again(department):
    case = register(department)
    later = NINE + HOUR
    change = {"actor": department.agent, "complaint_id": case.pk}
    known = Buyer(name="tb小王", platform=Platform.TMALL)
    for version, threat in ((1, "PUBLIC"), (2, "PLATFORM"), (3, "PUBLIC")):
        said = facts(department.store, buyer=known, threat=threat)
        cases.change(facts=said, version=version, now=later, **change)
    case.refresh_from_db()
    assert case.reasons == ["PUBLIC", "PLATFORM"]
    assert heard(later) == [(who, ["PUBLIC", "PLATFORM"]) for who in above(department)]
    lines = case.timeline.filter(kind=EntryKind.ESCALATED).order_by("pk")
    because = [line.params["because"] for line in lines if "because" in line.params]
    assert because == [["PUBLIC"], ["PLATFORM"]]


def test_the_owner_of_a_higher_post_is_not_told_and_a_missing_post_is_told_once(department):
    department.deputy.postings.all().delete()
    case = received(department, owner=None)
    escalation.escalate(actor=department.agent, complaint_id=case.pk, reason="顾客很激动", now=NINE)
    assert len(heard()) == 1  # the chain ends at the lead: all three rungs pass there
    led = received(department, owner="lead")
    escalation.escalate(actor=department.lead, complaint_id=led.pk, reason="顾客很激动", now=NINE)
    stages = CaseAlarm.objects.filter(complaint=led, clock=AlarmClock.AT_ONCE)
    assert set(stages.values_list("stage", flat=True)) == {"DEPUTY", "SUPERVISOR"}


def test_a_customer_of_high_value_takes_open_cases_up_and_coming_ones(department):
    case = register(department)
    done = register(department, name="tb小王")
    Complaint.objects.filter(pk=done.pk).update(due_at=None)
    value = {"actor": department.lead, "customer_id": case.customer_id, "now": NINE}
    assert escalation.value(is_valued=True, **value)
    assert not escalation.value(is_valued=True, **value)
    coming = register(department, now=NINE + MINUTE)
    found = dict(Complaint.objects.values_list("pk", "escalated_because"))
    assert found == {case.pk: "VALUED", done.pk: "", coming.pk: "VALUED REPEATED"}
    assert AuditEntry.objects.filter(verb="customer.valued").count() == 1


def test_a_file_marks_recent_cases_and_tells_of_them_in_one_digest(department):
    customer = CustomerFactory()
    times = [NINE - timedelta(days=days) for days in (60, 59, 58, 2, 1, 0.5)]
    rows = [
        ComplaintFactory.build(
            number="", store=department.store, customer=customer, registered_at=at
        )
        for at in times
    ]
    intake.write_cases(fresh=rows, changed=[], actor=None, now=NINE)
    marked = Complaint.objects.exclude(escalated_at=None)
    assert list(marked.order_by("registered_at").values_list("registered_at", flat=True)) == [
        times[-1]
    ]
    assert heard() == []
    digest = Notice.objects.get(kind="followup.digest", receiver=department.lead.user)
    assert digest.params["cases"] >= 1


def test_by_hand_it_goes_up_once_with_the_reason_in_a_note(department):
    case = received(department)
    act = {"actor": department.agent, "complaint_id": case.pk, "now": NINE}
    escalation.escalate(reason="顾客提到律师", **act)
    with pytest.raises(AlreadyEscalated):
        escalation.escalate(reason="又一次", **act)
    assert case.notes.get().text == "顾客提到律师"
    assert [who for who, _why in heard()] == above(department)


def test_a_mark_without_a_reason_is_refused():
    case = ComplaintFactory()
    with pytest.raises(IntegrityError):
        Complaint.objects.filter(pk=case.pk).update(escalated_at=NINE)


@pytest.mark.django_db(transaction=True)
def test_two_who_escalate_at_the_same_moment_do_it_once():
    department = Department()
    case = received(department)

    def escalate():
        escalation.escalate(
            actor=department.agent, complaint_id=case.pk, reason="顾客提到律师", now=NINE
        )

    problems = problems_of(escalate, escalate)

    assert [type(problem) for problem in problems] == [AlreadyEscalated]
    assert CaseAlarm.objects.filter(clock=AlarmClock.AT_ONCE).count() == 3


def sign_in(client, person):
    client.force_login(person.user)
    return client


def test_the_page_escalates_and_says_so(client, department):
    case = received(department)
    sign_in(client, department.agent)
    page = client.get(reverse("complaints:case", args=[case.number]))
    address = reverse("complaints:escalate", args=[case.number])
    assert address in page.content.decode()
    refused = client.post(address, {"reason": " "})
    assert refused.status_code == 422
    for _ in range(2):
        client.post(address, {"reason": "顾客提到律师"})
    page = client.get(reverse("complaints:case", args=[case.number]))
    assert address not in page.content.decode()
    assert "顾客提到律师" in page.content.decode()
    assert case.notes.count() == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_never_breaks_escalating(client, department, text):
    case = received(department)
    sign_in(client, department.lead)
    answer = client.post(reverse("complaints:escalate", args=[case.number]), {"reason": text})
    assert answer.status_code < 500
    value = reverse("complaints:value", args=[case.customer_id])
    assert client.post(value, {"value": text}).status_code < 500


def test_leads_say_who_is_of_high_value(client, department):
    case = received(department)
    address = reverse("complaints:value", args=[case.customer_id])
    page = reverse("complaints:customer", args=[case.customer_id])
    assert address not in sign_in(client, department.agent).get(page).content.decode()
    assert client.post(address, {"value": "1"}).status_code == 403
    assert address in sign_in(client, department.lead).get(page).content.decode()
    client.post(address, {"value": "1"})
    case.customer.refresh_from_db()
    assert case.customer.is_valued
    client.post(address, {"usual": "1"})
    case.customer.refresh_from_db()
    assert not case.customer.is_valued


def test_the_list_marks_and_filters_what_was_escalated(client, department):
    case = received(department, at=timezone.now())
    received(department, at=timezone.now())
    escalation.escalate(actor=department.agent, complaint_id=case.pk, reason="x", now=NINE)
    sign_in(client, department.agent)
    everything = client.get(reverse("complaints:list"))
    found = client.get(reverse("complaints:list"), {"escalated": "yes"})
    assert everything.content.count(b"bi-arrow-up-circle-fill") == 1
    assert [row.number for row in found.context["rows"]] == [case.number]


def test_the_form_takes_a_threat(client, department):
    sign_in(client, department.agent)
    data = {
        "channel": "PHONE", "store": department.store.pk, "shipping": "UNKNOWN", "name": "tb小王",
        "description": "杯子碎了", "severity": "ORDINARY", "threat": "PUBLIC", "take": "on",
    }  # fmt: skip
    client.post(reverse("complaints:create"), data)
    case = Complaint.objects.get()
    assert (case.threat, case.owner, case.owner_pinned) == ("PUBLIC", department.agent, True)
    assert case.reasons == ["PUBLIC"]


@pytest.mark.parametrize(("open_still", "reasons"), [(True, ["PUBLIC"]), (False, [])])
def test_an_old_case_goes_up_for_a_threat_while_it_owes_something(department, open_still, reasons):
    case = register(department)
    if not open_still:
        Complaint.objects.filter(pk=case.pk).update(due_at=None)
    known = Buyer(name="tb小王", platform=Platform.TMALL)
    cases.change(
        actor=department.agent,
        complaint_id=case.pk,
        facts=facts(department.store, buyer=known, threat="PUBLIC"),
        version=1,
        now=NINE + timedelta(days=40),
    )
    case.refresh_from_db()
    assert case.reasons == reasons
