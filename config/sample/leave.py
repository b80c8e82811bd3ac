"""Rest days and leave of two months: taken, coming, refused, withdrawn, and waiting."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from config.sample.department import Made
from portal.period import Month
from staff.leave import services
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.services import Wish
from staff.people.enums import Half, Post
from staff.people.models import Absence, Person

REST, PERSONAL, EMERGENCY = LeaveKind.REST, LeaveKind.PERSONAL, LeaveKind.EMERGENCY
REASONS = ["回老家看父母", "孩子家长会", "体检", "家里装修", "参加朋友婚礼", "看牙"]
SEEN_AHEAD = timedelta(days=21)
ASKED_AHEAD = timedelta(days=6)
SPECIAL = ("S001", "A001", "A002", "A004", "A007")
"""Whose days are told one by one."""


def fill(made: Made, *, now: datetime) -> None:
    """Write what was taken and approved at once, and what is fresh as people do it."""
    today = timezone.localdate(now)
    story = _Story(made, now=now)
    taken = [*_rest_days(story, today=today), *_told(story, today=today)]
    free = _without_clash(taken)
    services.import_leave(actor=made.people["S001"].user, added=free, changed=[], now=now)
    _waiting(story, today=today)
    _decided_today(story, today=today)


class _Story:
    """Who decides for whom, and requests as they would have been made."""

    def __init__(self, made: Made, *, now: datetime) -> None:
        self.made, self.now = made, now

    def person(self, number: str) -> Person:
        return self.made.people[number]

    def decider(self, number: str) -> Person:
        """The deputy above; the supervisor for deputies, a deputy for the supervisor."""
        if number == "S001":
            return self.person("D001")
        posting = self.made.posting[self.person(number).pk]
        while posting.chief_id and posting.post != Post.DEPUTY:
            posting = self.made.posting[posting.chief_id]
            if posting.post == Post.DEPUTY:
                return posting.person
        return self.person("S001")

    def approved(
        self, number: str, day: date, kind: LeaveKind = REST, *, days: int = 1,
        half: Half = Half.WHOLE, reason: str = "",
    ) -> LeaveRequest:  # fmt: skip
        person = self.person(number)
        asked_at = min(_moment(day - ASKED_AHEAD, 10, person.pk), self.now - timedelta(hours=26))
        call = None
        if kind == EMERGENCY:
            asked_at, call = _moment(day, 12, person.pk), self.decider(number)
        return LeaveRequest(
            person=person, kind=kind, first_day=day, last_day=day + timedelta(days=days - 1),
            half=half, reason=reason, call_taken_by=call, asked_at=asked_at, recorded_at=asked_at,
            recorded_by=person.user, state=LeaveState.APPROVED, decided_by=self.decider(number),
            decided_at=asked_at + timedelta(hours=3), version=2,
        )  # fmt: skip

    def ask(self, number: str, wish: Wish, *, minutes_ago: int) -> LeaveRequest:
        return services.request_leave(
            actor=self.person(number), wish=wish, form_key=uuid.uuid4(),
            now=self.now - timedelta(minutes=minutes_ago),
        )  # fmt: skip

    def decide(self, leave: LeaveRequest, *, why: str = "", minutes_ago: int) -> None:
        services.decide_leave(
            actor=self.decider(leave.person.number), leave_id=leave.pk, approve=not why, why=why,
            now=self.now - timedelta(minutes=minutes_ago),
        )  # fmt: skip


def _moment(day: date, hour: int, minute: int) -> datetime:
    clock = time(hour, minute % 60)
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def _rest_days(story: _Story, *, today: date) -> Iterator[LeaveRequest]:
    """Two rest days in the month before, and one or two in this; some of the next already."""
    this = Month.of(today)
    for place, number in enumerate(story.made.people):
        if number in SPECIAL:
            continue
        for month, days in ((this.previous(), 2), (this, 1 + place % 2), (this.next(), 1)):
            for nth in range(days):
                day = month.first_day + timedelta(days=(place * 5 + nth * 13) % 27)
                if day <= today + SEEN_AHEAD:
                    yield story.approved(number, day)


def _told(story: _Story, *, today: date) -> Iterator[LeaveRequest]:
    """Those whose balances say something."""
    this = Month.of(today)
    past = this.first_day if today.day > 5 else this.first_day + timedelta(days=14)  # noqa: PLR2004 -- so that three days lie behind or ahead
    before = this.previous().first_day
    # Three days of leave: a fourth would cost the rest days of the next month (LEAVE-5).
    yield story.approved("A001", past + timedelta(days=1), PERSONAL, days=3, reason="回老家看父母")
    yield story.approved("A001", before + timedelta(days=9))
    # Four days in the month before: no rest days in this one.
    yield story.approved("A004", before + timedelta(days=7), PERSONAL, days=4, reason="家里装修")
    yield story.approved("A007", before + timedelta(days=17), EMERGENCY, reason="孩子发烧送医院")
    yield story.approved(
        "A007", today + timedelta(days=5), PERSONAL, half=Half.FIRST, reason="去银行办事"
    )
    yield story.approved("S001", today + timedelta(days=9))
    for place in range(8, 20, 3):
        day = before + timedelta(days=place * 2 % 25)
        reason = REASONS[place % len(REASONS)]
        yield story.approved(f"A{place:03}", day, PERSONAL, half=Half.SECOND, reason=reason)


def _without_clash(rows: list[LeaveRequest]) -> list[LeaveRequest]:
    """Leave out what meets an earlier request or an absence of the same date."""
    held = set(Absence.objects.values_list("person_id", "day"))
    free: list[LeaveRequest] = []
    for row in rows:
        days = {(row.person_id, row.first_day + timedelta(days=step)) for step in range(row.days)}
        if not days & held:
            held |= days
            free.append(row)
    return free


def _waiting(story: _Story, *, today: date) -> None:
    """What waits for a decision, of every kind."""

    def on(ahead: int) -> date:
        return today + timedelta(days=ahead)

    wishes = [
        ("A002", Wish(kind=REST, first_day=on(4), last_day=on(4), reason="约了体检"), 350),
        ("A016", Wish(kind=PERSONAL, first_day=on(3), last_day=on(5), reason="参加朋友婚礼"), 290),
        (
            "A010",
            Wish(
                kind=PERSONAL, first_day=on(8), last_day=on(8), half=Half.SECOND, reason="看牙"
            ),
            200,
        ),
        (
            "A012",
            Wish(
                kind=EMERGENCY, first_day=on(-1), last_day=on(-1), reason="老人住院",
                call_taken_by_id=story.decider("A012").pk,
            ),
            120,
        ),
        ("L003", Wish(kind=PERSONAL, first_day=on(11), last_day=on(11), reason="孩子家长会"), 95),
        ("D002", Wish(kind=PERSONAL, first_day=on(12), last_day=on(13), reason="回老家"), 40),
    ]  # fmt: skip
    for number, wish, minutes_ago in wishes:
        if not _meets_something(story.person(number), wish):
            story.ask(number, wish, minutes_ago=minutes_ago)


def _meets_something(person: Person, wish: Wish) -> bool:
    return Absence.objects.filter(
        person=person, day__range=(wish.first_day, wish.last_day)
    ).exists()


def _decided_today(story: _Story, *, today: date) -> None:
    """Approved, refused with the rule in words, and withdrawn."""
    day = today + timedelta(days=6)
    wish = Wish(kind=PERSONAL, first_day=day, last_day=day, reason="家里装修")
    refused = story.ask("A001", wish, minutes_ago=600)
    why = "当天白班会低于最少人数，改期可以批；注意一个月请假超过 3 天，下月没有休假（LEAVE-5）。"
    story.decide(refused, why=why, minutes_ago=480)
    later = today + timedelta(days=15)
    wish = Wish(kind=PERSONAL, first_day=later, last_day=later, reason="看牙")
    approved = story.ask("A004", wish, minutes_ago=560)
    story.decide(approved, minutes_ago=470)
    wish = Wish(kind=PERSONAL, first_day=day, last_day=day, reason="朋友来访")
    gone = story.ask("A007", wish, minutes_ago=500)
    services.withdraw_leave(
        actor=gone.person, leave_id=gone.pk, now=story.now - timedelta(minutes=300)
    )
