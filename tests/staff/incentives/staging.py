"""The worked example in the database, brought in by its files as anybody would."""

import random
from datetime import date, timedelta

from django.db import connection

from portal.period import Month
from staff.incentives.queries.months import settlement_of
from staff.incentives.queries.statements import statement_of
from staff.incentives.services import closing, settling
from staff.models import Assignment, Person, Punch, ShiftType
from staff.people.enums import Post
from tests.conftest import guards_lifted, tables_of
from tests.factories.staff import PersonFactory, SalaryFactory
from tests.staff.attendance import example
from tests.staff.attendance.bringing import bring_file
from tests.staff.attendance.record import at

KINDS = ("people", "roster", "punches", "makeups", "leave", "red_packets")


def bring_example(tmp_path, *, kinds=KINDS, seed=None):
    """Import the files, people first; with a seed their rows in another order."""
    for kind in kinds:
        path = example.FILES / f"{kind}.csv"
        if seed is not None:
            path = shuffled(path, tmp_path, seed)
        counts, lines = bring_file(kind, path)
        assert counts[3] == 0, lines[:5]


def shuffled(path, tmp_path, seed):
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    random.Random(seed).shuffle(rows)  # noqa: S311 -- an order, not a secret
    target = tmp_path / path.name
    target.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return target


def person(number):
    return Person.objects.get(number=number)


def first(month):
    return date.fromisoformat(f"{month}-01")


def works(someone, month, *, without=(), late=()):
    """Give somebody daily shifts of a month with a punch at each end; `late` are minutes by day."""
    kind = ShiftType.objects.get(code="day")
    minutes = dict(late)
    shifts, punches = [], []
    for day in Month.parse(month).span:
        start = at(f"{day} 08:30")
        shifts.append(
            Assignment(
                person=someone, shift_type=kind, day=day, starts_at=start,
                ends_at=at(f"{day} 17:30"),
            )
        )  # fmt: skip
        if day.day not in without:
            came = start + timedelta(minutes=minutes.get(day.day, -5))
            punches += [came, at(f"{day} 17:35")]
    Assignment.objects.bulk_create(shifts)
    Punch.objects.bulk_create(
        [Punch(person=someone, punched_at=moment, recorded_at=moment) for moment in punches]
    )


def paid_person(chief=None, *, base=600000, post=Post.PRESALE, **more):
    """An agent with a base salary."""
    found = PersonFactory(posting__chief=chief, posting__post=post, **more)
    SalaryFactory(person=found, base_fen=base)
    return found


class Office:
    """A supervisor, a deputy and an agent, each with a salary, and October 2026 as worked."""

    def __init__(self, month="2026-10", **worked):
        self.supervisor = paid_person(post=Post.SUPERVISOR)
        self.deputy = paid_person(self.supervisor, post=Post.DEPUTY)
        self.agent = paid_person(self.deputy)
        works(self.agent, month, **worked)


OCTOBER = Month(2026, 10)


def settled(month=OCTOBER, *, now):
    return settling.settle(month, actor=None, now=now)


def published(month=OCTOBER, *, now):
    return settling.publish(month, actor=None, now=now)


def closed(office, month=OCTOBER, *, now):
    """Publish a month and close it a week later."""
    published(month, now=now)
    return closing.close(
        month, by=office.supervisor, also_by=office.deputy, actor=None,
        now=now + timedelta(days=7),
    )  # fmt: skip


def statement(person, month=OCTOBER):
    return statement_of(settlement_of(month), person.pk)


def lines(person, month=OCTOBER):
    """The lines of a statement in short: rule, day, amount, and the month that it is about."""
    return [
        (row.line.rule, f"{row.line.day:%m-%d}", row.line.amount)
        for row in statement(person, month).lines
    ]


def shift(someone, day, code, start, end):
    """Give somebody one shift between two times of a day."""
    Assignment.objects.create(
        person=someone, shift_type=ShiftType.objects.get(code=code), day=date.fromisoformat(day),
        starts_at=at(f"{day} {start}"), ends_at=at(f"{day} {end}"),
    )  # fmt: skip


def punch(someone, text):
    moment = at(text)
    Punch.objects.create(person=someone, punched_at=moment, recorded_at=moment)


def without_guards():
    """Take the triggers away, as somebody may who has the database itself."""
    with connection.cursor() as cursor:
        tables = [name for name in tables_of("default") if name.startswith("staff_")]
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in guards_lifted(connection, tables)[0]:
            cursor.execute(statement)
