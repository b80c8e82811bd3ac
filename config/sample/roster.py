"""What the rosters need, the next month half drafted, and shifts that are about to change hands."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from config.sample.department import Made
from staff.people.enums import Post
from staff.people.models import Person
from staff.roster.enums import PublicationKind
from staff.roster.models import (
    Assignment,
    DraftCell,
    OpenShift,
    PersonSkill,
    Publication,
    PublicationReceipt,
    Requirement,
    ShiftType,
    Skill,
    Swap,
    Wish,
)
from staff.roster.policies import drafts
from staff.roster.policies.checks import FREE, Cell, Turn
from staff.roster.queries.marks import months_back
from staff.roster.queries.month import last_day

PATTERN = "DDEE--D"
OPENED_ON = date(2024, 3, 1)


def fill(made: Made, *, now: datetime) -> None:
    """Write needs, wishes, a draft, publications and exchanges."""
    today = timezone.localdate(now)
    kinds = {row.code: row for row in ShiftType.objects.filter(code__in=("day", "evening"))}
    teams = sorted({row.team_id for row in made.posting.values() if row.team_id})
    _needs(made, teams, kinds)
    for team in teams:
        members = [one for one in made.people.values() if made.posting[one.pk].team_id == team]
        _publications(made, team, members, today=today, now=now)
        _draft(made, team, members, kinds=kinds, first=_next_month(today), now=now)
        _wishes(members, kinds, first=_next_month(today), now=now)
    _exchanges(made, kinds, today=today, now=now)


def _next_month(today: date) -> date:
    return last_day(today.replace(day=1)) + timedelta(days=1)


def _needs(made: Made, teams: list[int], kinds: dict[str, ShiftType]) -> None:
    skill = Skill.objects.create(name="退款审核")
    able = [one for one in made.people.values() if made.posting[one.pk].post == Post.POSTSALE]
    PersonSkill.objects.bulk_create([PersonSkill(person=one, skill=skill) for one in able])
    Requirement.objects.bulk_create(
        [
            Requirement(
                team_id=team, shift_type=kind, valid_from=OPENED_ON, minimum=2, wanted=4
            )
            for team in teams
            for kind in kinds.values()
        ]
        + [
            Requirement(
                team_id=team, shift_type=kinds["day"], skill=skill, valid_from=OPENED_ON,
                minimum=1, wanted=1,
            )
            for team in teams
        ]
    )  # fmt: skip


def _publications(
    made: Made, team: int, members: list[Person], *, today: date, now: datetime
) -> None:
    """This month and the last are published; a part of the people has not looked yet."""
    by = made.people["D001"].user
    for back in (1, 0):
        month = months_back(today.replace(day=1), back)
        row = Publication.objects.create(
            team_id=team, month=month, number=1, kind=PublicationKind.MONTH,
            changed_days=len(members) * 24, published_by=by,
            published_at=now - timedelta(days=30 * back + 3),
        )  # fmt: skip
        PublicationReceipt.objects.bulk_create(
            [
                PublicationReceipt(
                    publication=row, person=one,
                    seen_at=None if not back and place % 4 == 3 else row.published_at,  # noqa: PLR2004 -- every fourth
                )
                for place, one in enumerate(members)
            ]
        )  # fmt: skip


def _draft(
    made: Made,
    team: int,
    members: list[Person],
    *,
    kinds: dict[str, ShiftType],
    first: date,
    now: datetime,
) -> None:
    """A rotation through the next month, which breaks some rules here and there."""
    last = last_day(first)
    held: dict[tuple[int, date], Cell] = {}
    rows = Assignment.objects.filter(person__in=members, day__range=(first, last))
    for pk, day, shift, of_team, is_lead in rows.values_list(
        "person_id", "day", "shift_type_id", "team_id", "is_lead"
    ):
        held[pk, day] = (*held.get((pk, day), FREE), Turn(shift, of_team, is_lead))
    lead = next(one for one in members if made.posting[one.pk].post == Post.LEAD)
    led: set[tuple[date, str]] = set()
    cells: list[DraftCell] = []
    shifts = {"D": kinds["day"].pk, "E": kinds["evening"].pk}
    for place, person in enumerate(members):
        for step in range((last - first).days + 1):
            day = first + timedelta(days=step)
            letter = PATTERN[(step + place * 2) % len(PATTERN)]
            cell: Cell = FREE
            if letter in shifts:
                leads = (day, letter) not in led and day.day % 9 > 0  # now and then nobody does
                cell = (Turn(shifts[letter], team, leads),)
                led.add((day, letter))
            before = held.get((person.pk, day), FREE)
            if cell != before:
                cells.append(
                    DraftCell(
                        person=person, team_id=team, day=day, turns=drafts.stored(cell),
                        base=drafts.fingerprint(before), changed_by=lead.user, changed_at=now,
                    )
                )  # fmt: skip
    DraftCell.objects.bulk_create(cells, batch_size=500)


def _wishes(
    members: list[Person], kinds: dict[str, ShiftType], *, first: date, now: datetime
) -> None:
    Wish.objects.bulk_create(
        [
            Wish(
                person=one,
                day=first + timedelta(days=3 + place * 2),
                shift_type=None if place % 3 else kinds["day"],
                note="" if place % 2 else "家里有事",
                made_at=now,
            )
            for place, one in enumerate(members[::2])
        ]
    )


def _exchanges(made: Made, kinds: dict[str, ShiftType], *, today: date, now: datetime) -> None:
    """Let A001 ask a colleague for a swap, and one shift of the team be open."""
    asker = made.people["A001"]
    team = made.posting[asker.pk].team_id
    ahead = Assignment.objects.filter(person=asker, day__gt=today + timedelta(days=2))
    given = ahead.order_by("day").first()
    lead_user = made.people["L001"].user
    if given is None or team is None or lead_user is None:
        return
    busy = Assignment.objects.filter(day=given.day).values("person_id")
    mates = [one.pk for one in made.in_team(team, posts=(Post.PRESALE, Post.POSTSALE))]
    mate = Person.objects.filter(pk__in=mates).exclude(pk__in=busy).exclude(pk=asker.pk).first()
    if mate:
        Swap.objects.create(
            asker=asker, colleague=mate, team_id=team, given_day=given.day,
            given_shift=given.shift_type, note="孩子家长会，能帮我代一天吗？", asked_at=now,
        )  # fmt: skip
    OpenShift.objects.create(
        team_id=team, day=today + timedelta(days=4), shift_type=kinds["evening"],
        posted_by=lead_user, posted_at=now,
    )  # fmt: skip
