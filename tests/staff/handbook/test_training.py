"""Courses: who has done them, when again, and what was recorded by mistake."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal import submissions
from portal.models import AuditEntry, Notice
from staff.handbook.enums import TrainingState
from staff.handbook.models import Completion, Course
from staff.handbook.policies.training import due_again, state_of
from staff.handbook.services import training as services
from tests.at_once import at_once
from tests.factories.handbook import CompletionFactory, CourseFactory
from tests.staff.handbook.conftest import NOW
from tests.staff.handbook.inputs import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("done", "months", "expected"),
    [
        (date(2026, 11, 5), None, None),
        (date(2026, 11, 5), 1, date(2026, 12, 5)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 1, 15), 60, date(2031, 1, 15)),
    ],
)
def test_a_course_is_due_again_on_the_same_day_of_a_later_month(done, months, expected):
    assert due_again(done, months=months) == expected


@pytest.mark.parametrize(
    ("done", "due", "expected"),
    [
        (None, None, "MISSING"),
        (TODAY, None, "VALID"),
        (TODAY, TODAY + timedelta(days=15), "VALID"),
        (TODAY, TODAY + timedelta(days=14), "SOON"),
        (TODAY, TODAY, "SOON"),
        (TODAY, TODAY - timedelta(days=1), "OVERDUE"),
    ],
)
def test_how_somebody_stands(done, due, expected):
    assert state_of(done_on=done, due_on=due, today=TODAY) == TrainingState(expected)


def record(them, course, *people, day=TODAY, key=None, by=None):
    return services.record_done(
        actor=by or them.lead, course_id=course.pk, form_key=key or uuid.uuid4(), now=NOW,
        done=services.Done(person_ids=[one.pk for one in people], done_on=day, note="合格"),
    )  # fmt: skip


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("receiver__person__number", flat=True))


def latest(course, person):
    rows = Completion.objects.counted().filter(course=course, person=person)
    return rows.values_list("done_on", flat=True).first()


def test_the_newest_that_stands_counts(them):
    course, key = CourseFactory(), uuid.uuid4()
    assert record(them, course, them.agent, them.mate, key=key) == 2
    with pytest.raises(submissions.AlreadySubmitted):
        record(them, course, them.agent, key=key)
    assert record(them, course, them.agent) == 0
    assert told(services.RECORDED) == {them.agent.number, them.mate.number}
    assert record(them, course, them.agent, day=date(2026, 5, 1)) == 1
    assert latest(course, them.agent) == TODAY
    newest = Completion.objects.counted().get(person=them.agent)
    assert newest.due_on == date(2027, 5, 5)
    for _twice in range(2):
        services.withdraw(actor=them.lead, completion_id=newest.pk, now=NOW)
    assert latest(course, them.agent) == date(2026, 5, 1)
    assert AuditEntry.objects.filter(verb="training.withdrawn").count() == 1
    assert record(them, course, them.agent) == 1
    assert latest(course, them.agent) == TODAY


def test_an_archived_course_is_not_recorded(them):
    with pytest.raises(services.CourseGone):
        record(them, CourseFactory(archived_at=NOW), them.agent)


@pytest.mark.django_db(transaction=True)
def test_two_leads_at_once_record_once(them):
    course = CourseFactory()
    both = at_once(
        lambda: record(them, course, them.agent),
        lambda: record(them, course, them.agent, by=them.deputy),
    )
    assert sorted(both) == [0, 1]


def test_what_is_due_again_is_told_two_weeks_before_once(them):
    due = CompletionFactory(
        person=them.agent, done_on=date(2026, 5, 19), due_on=TODAY + timedelta(days=14)
    )
    CompletionFactory(person=them.mate, done_on=date(2026, 5, 20), due_on=date(2026, 11, 20))
    CompletionFactory(
        person=them.mate, done_on=date(2025, 5, 20), due_on=date(2025, 11, 20), is_latest=False
    )
    CompletionFactory(person=them.mate, due_on=date(2026, 11, 6), course__archived_at=NOW)
    assert services.oldest_due(NOW) is not None
    assert [services.remind_due(NOW) for _twice in range(2)] == [1, 0]
    assert told(services.DUE) == {them.agent.number, them.lead.number}
    assert services.oldest_due(NOW) is None
    due.refresh_from_db()
    assert due.reminded_at == NOW


def test_who_has_left_is_not_reminded(them):
    CompletionFactory(person=them.agent, due_on=date(2026, 11, 6))
    them.agent.postings.update(valid_until=TODAY - timedelta(days=1))
    assert services.remind_due(NOW) == 1
    assert not Notice.objects.exists()


def test_the_database_refuses_what_must_not_be(them):
    course = CourseFactory(title="一")
    CompletionFactory(course=course, person=them.agent)
    for act in (
        lambda: CompletionFactory(course=course, person=them.agent, is_latest=False),
        lambda: CompletionFactory(course=course, person=them.agent, done_on=date(2026, 1, 1)),
        lambda: CompletionFactory(due_on=date(2026, 11, 2)),
        lambda: CompletionFactory(withdrawn_at=NOW, withdrawn_by=them.lead),
        lambda: CourseFactory(again_months=0),
        lambda: CourseFactory(title="一"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# Pages


def form(them, **more):
    data = {
        "form_key": str(uuid.uuid4()), "title": "防诈骗", "text": "识别骗局", "posts": ["POSTSALE"],
        "again_months": "6", "owner": them.deputy.pk,
    }  # fmt: skip
    return data | more


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_number_of_rows(client, them, rows, django_assert_num_queries):
    courses = CourseFactory.create_batch(rows)
    for who in (them.agent, them.mate, them.stranger)[:rows]:
        CompletionFactory(course=courses[0], person=who)
    client.force_login(them.deputy.user)
    for url, count in (
        (reverse("staff:courses"), 11), (reverse("staff:course", args=[courses[0].pk]), 9),
    ):  # fmt: skip
        client.get(url)
        with django_assert_num_queries(count):
            client.get(url)


def test_a_course_is_set_up_once_and_changed_without_loss(page, send, them):
    data = form(them)
    first = send(them.deputy, "course_new", **data)
    assert send(them.deputy, "course_new", **data)["Location"] == first["Location"]
    course = Course.objects.get()
    send(them.deputy, "course_new", **form(them), status=422)
    page(them.lead, "course_new", status=403)
    change = {**form(them, text="新的内容"), "version": 1}
    assert "识别骗局" in page(them.deputy, "course_edit", course.pk)
    send(them.deputy, "course_edit", course.pk, **change)
    late = change | {"text": "更新的内容"}
    shown = send(them.supervisor, "course_edit", course.pk, **late, status=409).content.decode()
    assert "新的内容" in shown
    assert "更新的内容" in shown
    send(them.supervisor, "course_edit", course.pk, **late | {"version": 2})
    CourseFactory(title="别的")
    send(
        them.deputy, "course_edit", course.pk, **late | {"version": 3, "title": "别的"}, status=422
    )
    send(them.deputy, "course_edit", course.pk, **late | {"title": ""}, status=422)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("title", ["", "x" * 81, "a\x00b"]),
        ("text", ["", "x" * 2001]),
        ("posts", HOSTILE),
        ("again_months", ["0", "61", *HOSTILE]),
        ("owner", ["", *HOSTILE]),
        ("form_key", ["", *HOSTILE]),
    ],
)
def test_hostile_courses_are_refused_beside_the_field(send, them, name, values):
    for value in values:
        answer = send(them.deputy, "course_new", **form(them, **{name: value}), status=422)
        assert name in answer.context["form"].errors, value


def test_leads_record_their_own_people(page, send, them):
    course = CourseFactory(posts=["POSTSALE"])
    data = {"form_key": str(uuid.uuid4()), "done_on": "2026-11-04", "people": [them.agent.pk]}
    shown = page(them.lead, "course_record", course.pk)
    assert them.agent.name in shown
    assert them.mate.name not in shown
    assert them.stranger.name not in shown
    for broken in (
        {"people": []}, {"people": [them.stranger.pk]}, {"done_on": "2026-11-06"},
        {"note": "x" * 201}, *({"people": [value]} for value in HOSTILE),
        *({"done_on": value} for value in HOSTILE),
    ):  # fmt: skip
        send(them.lead, "course_record", course.pk, **data | broken, status=422)
    for _twice in range(2):
        send(them.lead, "course_record", course.pk, **data)
    found = Completion.objects.get()
    page(them.agent, "course_record", course.pk, status=403)
    assert "05/04/2027" in page(them.agent, "course", course.pk)
    assert "1 of 1" in page(them.lead, "courses")
    send(them.agent, "completion_withdraw", found.pk, status=403)
    send(them.other_lead, "completion_withdraw", found.pk, status=404)
    send(them.lead, "completion_withdraw", found.pk)
    assert "not done yet" in page(them.agent, "course", course.pk)


def test_one_sees_oneself_and_the_people_below(page, them):
    course = CourseFactory()
    for who in (them.agent, them.stranger):
        CompletionFactory(course=course, person=who, note="机密备注")
    shown = page(them.lead, "course", course.pk)
    assert them.agent.name in shown
    assert them.stranger.name not in shown
    assert them.agent.name not in page(them.mate, "course", course.pk).split("<main")[1]
    shown = page(them.deputy, "course", course.pk, state="MISSING")
    assert them.mate.name in shown
    assert them.agent.name not in shown
    assert "Nobody fits." in page(them.deputy, "course", course.pk, q="x9")
    other = CourseFactory(posts=["SUPERVISOR"])
    assert "This course is not for you" in page(them.agent, "course", other.pk)


@pytest.mark.parametrize("value", HOSTILE)
def test_lists_stand_hostile_addresses(page, them, value):
    course = CourseFactory()
    status = 400 if "\x00" in value else 200
    for name in ("q", "state", "team", "page"):
        page(them.lead, "courses", status=status, **{name: value})
        page(them.lead, "course", course.pk, status=status, **{name: value})


def test_courses_are_archived_and_restored(page, send, them):
    assert "There is no course yet." in page(them.agent, "courses")
    assert reverse("staff:course_new") in page(them.deputy, "courses")
    course = CourseFactory(title="旧课")
    send(them.lead, "course_archive", course.pk, status=403)
    send(them.deputy, "course_archive", course.pk)
    assert "旧课" not in page(them.agent, "courses")
    assert "旧课" in page(them.agent, "courses", state="archived")
    assert "No course fits." in page(them.agent, "courses", q="x9")
    data = {"form_key": str(uuid.uuid4()), "done_on": "2026-11-04", "people": [them.agent.pk]}
    send(them.lead, "course_record", course.pk, **data)
    assert not Completion.objects.exists()
    other = CourseFactory(title="旧课")
    send(them.deputy, "course_archive", course.pk, restore="1")
    other.delete()
    send(them.deputy, "course_archive", course.pk, restore="1")
    course.refresh_from_db()
    assert not course.is_archived


def test_what_was_done_is_exported_as_far_as_one_sees_it(client, them):
    for who in (them.agent, them.stranger):
        CompletionFactory(person=who)
    client.force_login(them.lead.user)
    answer = client.get(reverse("portal:export_kind", args=["trainings"]), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert them.agent.number in text
    assert them.stranger.number not in text
