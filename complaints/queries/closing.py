"""Reads of the end of a case: tasks, root cause, measures; and their lists."""

from datetime import date, datetime

from complaints.models import CaseTask, Complaint, PreventiveMeasure, RootCause
from complaints.querysets import MeasureQuerySet, TaskQuerySet
from staff.people.models import Person

OPEN, LATE, DONE = "open", "late", "done"
TABS = (OPEN, LATE, DONE)


def cause_of(complaint: Complaint) -> RootCause | None:
    rows = RootCause.objects.filter(complaint=complaint).select_related("kind", "by")
    return rows.first()


def measures_of(complaint: Complaint) -> list[PreventiveMeasure]:
    rows = PreventiveMeasure.objects.filter(complaint=complaint).select_related("owner")
    return list(rows.order_by("due_on", "pk"))


def people(*, today: date) -> list[tuple[int, str]]:
    """Return who can see to a measure: everybody employed, by name."""
    rows = Person.objects.employed(today).order_by("name", "number")
    return [
        (key, f"{name} ({number})")
        for key, name, number in rows.values_list("pk", "name", "number")
    ]


def tasks_page(
    tasks: TaskQuerySet, *, tab: str, now: datetime, start: int, size: int
) -> list[CaseTask]:
    """Return a page of the list of tasks: open ones by due time, done ones newest first."""
    rows = tasks.select_related(
        "department", "owner", "done_by", "complaint__store", "remedy"
    ).defer("complaint__words")
    if tab == DONE:
        rows = rows.exclude(state="OPEN").order_by("-done_at", "-pk")
    else:
        rows = rows.open().order_by("due_at", "pk")
        if tab == LATE:
            rows = rows.filter(due_at__lt=now)
    return list(rows[start : start + size])


def measures_page(
    measures: MeasureQuerySet, *, tab: str, today: date, start: int, size: int
) -> list[PreventiveMeasure]:
    """Return a page of the list of measures: open ones by day, done ones newest first."""
    rows = measures.select_related("owner", "complaint__root_cause__kind", "complaint__store")
    rows = rows.defer("complaint__words")
    if tab == DONE:
        rows = rows.exclude(done_on=None).order_by("-done_on", "-pk")
    else:
        rows = rows.filter(done_on=None).order_by("due_on", "pk")
        if tab == LATE:
            rows = rows.filter(due_on__lt=today)
    return list(rows[start : start + size])
