from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint, TimelineEntry
from complaints.policies.waiting import Refusal
from complaints.queries import deadlines as queries
from complaints.services import cases, deadlines
from complaints.services.deadlines import Refused
from portal.models import Notice
from tests.complaints.scene import HOUR, MINUTE, NINE, facts
from tests.factories.complaints import ComplaintFactory

pytestmark = pytest.mark.django_db
HOSTILE = ("\x00", b"\xed\xa0\x80", "1_000", "٣", "9" * 400, "2026-13-45T99:99")


def received(department, *, at=NINE, **more):
    """Return a case of the team's store with its deadlines."""
    case = ComplaintFactory(
        store=department.store, owner=department.agent, registered_at=at, **more
    )
    deadlines.recount([case.pk], now=at)
    case.refresh_from_db()
    return case


def after(case, act, at, **more):
    act(complaint_id=case.pk, now=at, **more)
    case.refresh_from_db()
    return case


@pytest.mark.both
def test_a_case_received_in_the_morning_is_due_in_30_minutes_and_at_the_end_of_the_day(department):
    case = received(department)
    assert case.acknowledge_by == case.due_at == NINE + 30 * MINUTE
    assert case.answer_by == NINE + 16 * HOUR


def test_acknowledged_in_time_leaves_the_answer_due(department):
    case = received(department)
    after(case, deadlines.acknowledge, NINE + 30 * MINUTE, actor=department.agent)
    assert (case.acknowledged_late, case.due_at) == (None, case.answer_by)
    with pytest.raises(Refused) as refused:
        deadlines.acknowledge(actor=department.agent, complaint_id=case.pk, now=NINE + HOUR)
    assert refused.value.reason == Refusal.ACKNOWLEDGED


def test_an_answer_37_minutes_late_stays_so_whatever_comes(department):
    case = received(department, severity="SERIOUS")
    due = case.answer_by
    after(case, deadlines.answer, due + 37 * MINUTE, actor=department.agent, text="已换货")
    assert (case.answered_late, case.due_at) == (37 * 60, None)
    Complaint.objects.filter(pk=case.pk).update(severity="MINOR")
    deadlines.note_severities(
        [deadlines.Graded(complaint_id=case.pk, before="SERIOUS", after="MINOR")],
        actor=department.agent,
        now=due + HOUR,
    )
    assert deadlines.recount([case.pk], now=NINE) == 0
    with pytest.raises(Refused):
        deadlines.answer(actor=department.agent, complaint_id=case.pk, text="又", now=due + HOUR)


@pytest.mark.both
def test_waiting_moves_the_deadline_and_ends_by_itself_once(department):
    case = received(department)
    before = case.answer_by
    after(
        case,
        deadlines.wait,
        NINE + HOUR,
        actor=department.agent,
        reason="等照片",
        until=NINE + 5 * HOUR,
    )
    assert case.waiting_until == NINE + 5 * HOUR
    assert case.answer_by == before + 4 * HOUR + timedelta(hours=7.5)  # over the night
    assert deadlines.end_waits(NINE + 4 * HOUR) == 0
    assert [deadlines.end_waits(NINE + 5 * HOUR) for _ in range(2)] == [1, 0]
    case.refresh_from_db()
    assert (case.waiting_until, deadlines.recount([case.pk], now=NINE)) == (None, 0)
    notice = Notice.objects.get(kind="complaint.wait_over")
    assert notice.receiver == department.agent.user


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (timedelta(0), Refusal.NOT_AHEAD),
        (timedelta(days=7, seconds=1), Refusal.TOO_LONG),
    ],
)
def test_a_wait_ends_in_the_future_and_in_time(department, until, reason):
    case = received(department)
    with pytest.raises(Refused) as refused:
        deadlines.wait(
            actor=department.agent, complaint_id=case.pk, reason="x", until=NINE + until, now=NINE
        )
    assert refused.value.reason == reason


def test_all_waits_together_have_an_end(department):
    case = received(department)
    week = timedelta(days=7)
    for number in range(2):
        start = NINE + number * week
        after(case, deadlines.wait, start, actor=department.agent, reason="x", until=start + week)
        deadlines.end_waits(start + week)
    with pytest.raises(Refused) as refused:
        deadlines.wait(
            actor=department.agent,
            complaint_id=case.pk,
            reason="x",
            until=NINE + 2 * week + HOUR,
            now=NINE + 2 * week,
        )
    assert refused.value.reason == Refusal.USED_UP


def test_answering_ends_the_wait(department):
    case = received(department)
    act = {"actor": department.agent}
    after(case, deadlines.wait, NINE, reason="x", until=NINE + HOUR, **act)
    after(case, deadlines.answer, NINE + 10 * MINUTE, text="好", **act)
    assert case.waiting_until is None
    with pytest.raises(Refused) as refused:
        deadlines.resume(complaint_id=case.pk, now=NINE + 20 * MINUTE, **act)
    assert refused.value.reason == Refusal.NOT_WAITING


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["acknowledge", "answer", "wait", "resume", "grade", "tick"]),
        st.integers(0, 900),
        st.sampled_from(["MINOR", "ORDINARY", "SERIOUS", "CRITICAL"]),
    ),
    max_size=8,
)


@pytest.mark.both
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS, chance=st.randoms())
def test_deadlines_are_worked_out_again_from_the_history_in_any_order(department, acts, chance):
    case, now = received(department), NINE
    for name, minutes, severity in acts:
        now += minutes * MINUTE
        _try(case, name, department.agent, now, severity)
    case.refresh_from_db()
    history = queries.histories([case.pk])[case.pk]
    chance.shuffle(history.events)

    found = queries.rules().outcome(
        queries.policies.Case(
            received_at=case.registered_at, severity=history.began_as or case.severity
        ),
        history.events,
    )

    answer = found["ANSWER"]
    assert (case.answer_by, case.answered_at) == (answer.due_at, answer.met_at)
    assert case.answered_late == (answer.late and answer.late // timedelta(seconds=1))
    assert case.acknowledge_by == found["ACKNOWLEDGE"].due_at
    assert deadlines.recount([case.pk], now=NINE) == 0


def _try(case, name, actor, now, severity):
    act = {"actor": actor, "complaint_id": case.pk, "now": now}
    try:
        if name == "grade":
            before = Complaint.objects.values_list("severity", flat=True).get(pk=case.pk)
            Complaint.objects.filter(pk=case.pk).update(severity=severity)
            graded = deadlines.Graded(complaint_id=case.pk, before=before, after=severity)
            deadlines.note_severities([graded], actor=actor, now=now)
            deadlines.recount([case.pk], now=now)
        elif name == "tick":
            deadlines.end_waits(now)
        elif name == "wait":
            deadlines.wait(reason="x", until=now + timedelta(hours=3), **act)
        elif name == "answer":
            deadlines.answer(text="x", **act)
        else:
            getattr(deadlines, name)(**act)
    except Refused:
        pass


def test_registering_sets_deadlines_and_a_change_of_severity_moves_them(department):
    case = cases.register(actor=department.agent, facts=facts(department.store), now=NINE)
    assert case.due_at == NINE + 30 * MINUTE

    graver = replace(facts(department.store), severity="SERIOUS")
    cases.change(
        actor=department.agent, complaint_id=case.pk, facts=graver, version=1, now=NINE + MINUTE
    )

    case.refresh_from_db()
    assert case.due_at == NINE + 15 * MINUTE
    line = case.timeline.get(kind="SEVERITY")
    assert line.params == {"from": "ORDINARY", "to": "SERIOUS"}
    assert deadlines.recount([case.pk], now=NINE) == 0


@pytest.mark.parametrize("met", ["acknowledged", "answered"])
@pytest.mark.both
def test_lateness_without_a_moment_is_refused(met):
    case = ComplaintFactory()
    with pytest.raises(IntegrityError):
        Complaint.objects.filter(pk=case.pk).update(**{f"{met}_late": 1})


def sign_in(client, person):
    client.force_login(person.user)
    return client


def test_the_page_says_what_is_owed_and_takes_the_answer(client, department):
    case = received(department)
    page = sign_in(client, department.agent).get(
        reverse("complaints:case", args=[case.number]), headers={"accept-language": "en"}
    )
    assert "What we owe the customer" in page.content.decode()
    for name in ("acknowledge", "answer"):
        client.post(reverse(f"complaints:{name}", args=[case.number]), {"text": "已给出换货方案"})
    case.refresh_from_db()
    assert None not in (case.acknowledged_at, case.answered_at)
    note = case.notes.get()
    assert (note.text, note.author) == ("已给出换货方案", department.agent)
    kinds = set(TimelineEntry.objects.filter(complaint=case).values_list("kind", flat=True))
    assert {"ACKNOWLEDGED", "ANSWERED"} <= kinds


def test_a_refused_wait_keeps_what_was_typed(client, department):
    case = received(department)
    sign_in(client, department.agent)
    page = client.post(
        reverse("complaints:wait", args=[case.number]),
        {"until": "2020-01-01T00:00", "reason": "等客户寄回"},
    )
    assert page.status_code == 422
    assert "等客户寄回" in page.content.decode()


@pytest.mark.both
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_never_breaks_the_clocks(client, department, text):
    case = received(department)
    sign_in(client, department.agent)
    for name in ("acknowledge", "answer", "wait", "resume"):
        address = reverse(f"complaints:{name}", args=[case.number])
        answer = client.post(address, {"text": text, "until": text, "reason": text})
        assert answer.status_code < 500


@pytest.mark.parametrize("rows", [1, 3])
def test_who_waits_costs_the_same_for_any_number_of_rows(
    client, department, rows, django_assert_num_queries
):
    people = [department.agent, department.mate, department.lead][:rows]
    for person in people:
        case = ComplaintFactory(store=department.store, owner=person)
        deadlines.recount([case.pk], now=NINE)
    sign_in(client, department.lead).get(reverse("complaints:waits"))
    with django_assert_num_queries(8):
        page = client.get(reverse("complaints:waits"))
    assert page.content.count(b"<tr>") == rows + 1


def test_who_waits_shows_own_people_and_their_share(client, department):
    case = received(department)
    act = {"actor": department.agent}
    now = timezone.now()
    Complaint.objects.filter(pk=case.pk).update(
        answered_at=now, due_at=None, used_seconds=3600, waited_seconds=1800
    )
    received(department, at=NINE)
    other = ComplaintFactory(store=department.other_store, owner=department.stranger)
    deadlines.recount([other.pk], now=NINE)
    sign_in(client, department.lead)
    page = client.get(reverse("complaints:waits")).content.decode()
    assert act["actor"].name in page
    assert "33 %" in page
    assert department.stranger.name not in page


@pytest.mark.parametrize(
    ("clock", "shown"),
    [("late", 1), ("waiting", 1), ("unacknowledged", 2), ("unanswered", 2), ("missed", 1)],
)
def test_the_list_is_filtered_by_the_clock(client, department, clock, shown):
    now = timezone.now()
    received(department, at=now - timedelta(days=3))
    waiting = received(department, at=now - MINUTE)
    deadlines.wait(
        actor=department.agent,
        complaint_id=waiting.pk,
        reason="x",
        until=now + timedelta(days=1),
        now=now,
    )
    missed = received(department, at=now - timedelta(days=4))
    deadlines.answer(actor=department.agent, complaint_id=missed.pk, text="x", now=now)
    sign_in(client, department.agent)
    page = client.get(reverse("complaints:list"), {"clock": clock, "sort": "newest"})
    assert page.content.count(b'class="key"') == shown
