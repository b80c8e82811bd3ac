"""Punches of six weeks with what goes wrong in a department, make-ups, red packets, weeks."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from config.sample.department import Made
from portal.period import DaySpan
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp, Punch, RedPacketPayment, WeekPublication
from staff.attendance.policies.redpackets import WEEK, first_of_week, publication_of
from staff.attendance.queries.records import days_of_people
from staff.attendance.resources.evidence import DINGTALK
from staff.attendance.services import clocking, publication
from staff.people.enums import Post
from staff.people.models import Person
from staff.roster.models import Assignment
from staff.rulebook import queries as rulebook

SEED = 20261102
WEEKS_BACK = timedelta(days=42)
ON_THE_WEB = timedelta(days=2)
LEFT_TO_ASK = timedelta(days=2)
DECIDED_AFTER = timedelta(days=4)
ASKS, CERTIFIED, PAYS = 0.8, 0.85, 0.8
REASONS = [
    "手机没电，未能打卡",
    "处理客户来电，忘记打卡",
    "打卡机故障，已在现场",
    "定位异常，打卡失败",
]
ANSWERS = {True: ["已核实，当天在岗", "监控可见，同意"], False: ["当天未见到岗，请下次及时打卡"]}
# Minutes at the start and at the end of a shift, None for a missing punch: how often, and which.
STARTS: list[tuple[int, tuple[int, int] | None]] = [
    (905, (-16, 0)),
    (48, (1, 10)),
    (17, (11, 20)),
    (8, (21, 30)),
    (4, (31, 55)),
    (18, None),
]
ENDS: list[tuple[int, tuple[int, int] | None]] = [
    (815, (0, 9)),
    (145, (10, 46)),
    (16, (-9, -1)),
    (4, (-18, -11)),
    (20, None),
]
# What whoever signs in finds on their own page: the how-manieth shift back, and its two punches.
STORIES: dict[str, dict[int, tuple[int | None, int | None]]] = {
    "A001": {1: (-4, None), 3: (11, 7), 5: (None, 3), 8: (4, 24), 12: (-6, -3)},
    "A002": {1: (8, 12), 2: (None, 5), 6: (-7, 38), 10: (23, 4)},
    "L001": {2: (-9, 31), 4: (-5, None)},
}


@dataclass(frozen=True)
class _Turn:
    """A shift of somebody and how many minutes off its two punches are; None: missing."""

    shift: Assignment
    minutes: dict[Side, int | None]

    def planned(self, side: Side) -> datetime:
        return self.shift.starts_at if side == Side.IN else self.shift.ends_at


def fill(made: Made, *, now: datetime) -> None:
    """Write what the clock saw until now, and what people made of it."""
    today = timezone.localdate(now)
    span = DaySpan(today - WEEKS_BACK, today)
    dice = random.Random(SEED)  # noqa: S311 -- a sample, the same every time
    turns = list(_turns(span, dice=dice, now=now))
    punches: list[Punch] = []
    for turn in turns:
        for side in Side:
            punches += _punch(turn, side, row=len(punches), dice=dice, now=now)
    Punch.objects.bulk_create(punches, batch_size=500)
    asked = (_asked(made, turn, dice=dice, now=now) for turn in turns)
    MakeUp.objects.bulk_create([makeup for makeup in asked if makeup])
    _pay(made, span, dice=dice, now=now)
    _publish(made, span, now=now)


def _turns(span: DaySpan, *, dice: random.Random, now: datetime) -> Iterator[_Turn]:
    """Give the shifts that have begun, the latest first."""
    begun = Assignment.objects.filter(day__gte=span.first_day, starts_at__lte=now)
    seen: Counter[int] = Counter()
    for shift in begun.select_related("person__user").order_by("-starts_at", "person__number"):
        told = STORIES.get(shift.person.number)
        back = seen[shift.person_id]
        seen[shift.person_id] += 1
        if told is None:
            first, last = _drawn(dice, STARTS), _drawn(dice, ENDS)
        else:
            first, last = told.get(back, (-dice.randint(2, 14), dice.randint(0, 9)))
        yield _Turn(shift, {Side.IN: first, Side.OUT: last})


def _drawn(dice: random.Random, among: list[tuple[int, tuple[int, int] | None]]) -> int | None:
    bounds = dice.choices([one for _, one in among], [often for often, _ in among])[0]
    return None if bounds is None else dice.randint(*bounds)


def _punch(turn: _Turn, side: Side, *, row: int, dice: random.Random, now: datetime) -> list[Punch]:
    """Return the punch of a side if it has come; those of the last days came by the web."""
    after = turn.minutes[side]
    if after is None:
        return []
    at = turn.planned(side) + timedelta(minutes=after, seconds=dice.randrange(60))
    if at > now:
        return []
    person = turn.shift.person
    if now - turn.shift.starts_at < ON_THE_WEB:
        return [
            Punch(
                person=person, punched_at=at, kind=side, source=clocking.SOURCE,
                recorded_at=at, recorded_by=person.user,
            )
        ]  # fmt: skip
    month = timezone.localdate(at)
    return [
        Punch(
            person=person, punched_at=at, source=DINGTALK,
            file_name=f"云栖客服_考勤报表_{month:%Y%m}.xlsx", sheet="原始记录", row=4 + row,
            column="I", remark="正常", recorded_at=min(now, at + timedelta(days=1)),
        )
    ]  # fmt: skip


def _asked(made: Made, turn: _Turn, *, dice: random.Random, now: datetime) -> MakeUp | None:
    """Return the request for what is missing of a shift; four of five ask, old ones are decided."""
    missing = [side for side in Side if turn.minutes[side] is None]
    told = turn.shift.person.number in STORIES
    if len(missing) != 1 or (not told and dice.random() > ASKS):
        return None
    (side,) = missing
    asked_at = turn.planned(side) + timedelta(minutes=dice.choice((9, 25, 50, 600)))
    if asked_at > now or (told and now - asked_at < LEFT_TO_ASK):
        return None
    makeup = MakeUp(
        person=turn.shift.person, day=turn.shift.day, side=side, asked_at=asked_at,
        reason=dice.choice(REASONS),
    )  # fmt: skip
    if now - asked_at > DECIDED_AFTER:
        fine = told or dice.random() < CERTIFIED
        by = _decider(made, turn.shift.person)
        makeup.state = MakeUpState.CERTIFIED if fine else MakeUpState.REFUSED
        makeup.certified_by, makeup.decided_by = by, by.user
        makeup.decided_at = asked_at + timedelta(hours=20)
        makeup.answer, makeup.version = dice.choice(ANSWERS[fine]), 2
    return makeup


def _decider(made: Made, person: Person) -> Person:
    """Return the deputy above somebody, or the supervisor."""
    by_key = {one.pk: one for one in made.people.values()}
    posting = made.posting[person.pk]
    while posting.chief_id is not None:
        posting = made.posting[posting.chief_id]
        if Post(posting.post).rank >= Post.DEPUTY.rank:
            break
    return by_key[posting.person_id]


def _pay(made: Made, span: DaySpan, *, dice: random.Random, now: datetime) -> None:
    """Give most of the red packets that are some days old, a few only after the doubling."""
    people = {one.pk: one for one in made.people.values()}
    found = days_of_people(people, span=span, now=now)
    by = made.people["L001"].user
    rows = []
    for person_id in sorted(found, key=lambda pk: people[pk].number):
        for packet in found[person_id].packets:
            paid_at = packet.doubles_at + timedelta(hours=dice.choice((-70, -46, -20, -3, 5)))
            early = timezone.localdate(paid_at) <= packet.day
            mine = people[person_id].number in STORIES and packet.day > span.last_day - WEEK
            if early or paid_at > now or mine or dice.random() > PAYS:
                continue
            rows.append(
                RedPacketPayment(
                    person_id=person_id, day=packet.day, side=packet.side, paid_at=paid_at,
                    recorded_at=paid_at, recorded_by=by,
                )
            )  # fmt: skip
    RedPacketPayment.objects.bulk_create(rows)


def _publish(made: Made, span: DaySpan, *, now: datetime) -> None:
    """Write the weeks that were due; only the last is still told to its team."""
    versions, zone = rulebook.versions(), timezone.get_default_timezone()
    first_day = first_of_week(span.first_day)
    due: list[tuple[datetime, date]] = []
    while first_day <= span.last_day:
        rules = versions.attendance_on(first_day + WEEK - timedelta(days=1))
        due_at = publication_of(first_day, rules=rules, zone=zone)
        if due_at <= now:
            due.append((due_at, first_day))
        first_day += WEEK
    teams = sorted({row.team_id for row in made.posting.values() if row.team_id})
    WeekPublication.objects.bulk_create(
        [
            WeekPublication(team_id=team, first_day=day, published_at=due_at)
            for due_at, day in due[:-1]
            for team in teams
        ]
    )
    for due_at, day in due[-1:]:
        for team in teams:
            publication.publish(team_id=team, first_day=day, due_at=due_at, now=due_at)
