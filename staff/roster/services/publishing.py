"""A draft becomes the roster: as a whole, with a word to each whose days changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal import audit, notices
from portal.models import User
from staff.people.models import Person, Team
from staff.people.services import Refused
from staff.roster.enums import PublicationKind
from staff.roster.models import (
    Assignment,
    DraftCell,
    DraftStep,
    Publication,
    PublicationReceipt,
    ShiftType,
)
from staff.roster.policies import drafts, times_of
from staff.roster.policies.checks import Cell, Finding
from staff.roster.policies.exchange import ALWAYS
from staff.roster.queries.duty import user_ids
from staff.roster.queries.month import last_day, month_of

Key = tuple[int, date]
PUBLISHED = "roster.published"
ONE_DAY = timedelta(days=1)
AT_ONCE = 500


class NothingToPublish(Refused):
    """The draft changes nothing."""

    code = "nothing_to_publish"


class Conflicts(Refused):
    """What a draft was made upon has changed; the days must be looked at first."""

    code = "conflicts"


class BrokenRules(Refused):
    """Rules that must be kept are broken on days that the draft changes."""

    code = "broken_rules"

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(count=len(found))
        self.found = found


@dataclass(frozen=True, kw_only=True)
class Change:
    """A day of somebody, before and after."""

    person_id: int
    day: date
    before: Cell
    after: Cell
    reason: str = ""
    reason_by_id: int | None = None


@transaction.atomic
def publish(*, actor: User, team_id: int, month: date, now: datetime) -> Publication:
    """Publish the draft of a team and month.

    Raises NothingToPublish, Conflicts, and BrokenRules where a rule that must be kept is broken
    on a day that changes.
    """
    Team.objects.select_for_update().get(pk=team_id)
    first = month.replace(day=1)
    held = DraftCell.objects.select_for_update().filter(
        team_id=team_id, day__range=(first, last_day(first))
    )
    rows = {(row.person_id, row.day): row for row in held}
    _lock_people({person for person, _day in rows})
    found = month_of(team_id, month)
    changes = [
        Change(
            person_id=key[0],
            day=key[1],
            before=found.published(key),
            after=drafts.cell_of(row.turns),
            reason=row.reason,
            reason_by_id=row.reason_by_id,
        )
        for key, row in sorted(rows.items(), key=lambda one: (one[0][1], one[0][0]))
        if key in found.drafted
    ]
    telling = [change for change in changes if change.before != change.after]
    if not telling and not any(change.reason for change in changes):
        raise NothingToPublish
    if conflicts := [key for key in found.conflicts if key in rows]:
        raise Conflicts(count=len(conflicts))
    broken = _broken(found.findings, {(one.person_id, one.day) for one in changes})
    if broken:
        raise BrokenRules(broken)
    publication = write_changes(
        actor=actor, team_id=team_id, month=found.first, changes=changes, now=now
    )
    _clear_draft(rows.values(), team_id=team_id, month=found.first)
    return publication


def _broken(found: Iterable[Finding], keys: Collection[Key]) -> list[Finding]:
    """Return the broken rules that forbid it: hard ones about days that the draft changes."""
    days = {day for _person, day in keys}
    people = {person for person, _day in keys}
    return [
        one
        for one in found
        if (one.is_hard or one.code in ALWAYS) and _touches(one, keys, days, people)
    ]


def _touches(
    found: Finding, keys: Collection[Key], days: Collection[date], people: Collection[int]
) -> bool:
    if found.person_id is None:
        return found.day in days
    if found.day is None:
        return found.person_id in people
    near = {(found.person_id, found.day), (found.person_id, found.day - ONE_DAY)}
    return not near.isdisjoint(keys)


def _clear_draft(rows: Iterable[DraftCell], *, team_id: int, month: date) -> None:
    """Drop what is published; a fixed day stays fixed upon what it is now."""
    for row in rows:
        if row.is_fixed:
            row.base = drafts.fingerprint(drafts.cell_of(row.turns))
            row.version += 1
            row.save(update_fields=["base", "version"])
        else:
            row.delete()
    DraftStep.objects.filter(team_id=team_id, month=month).delete()


def _lock_people(ids: Collection[int]) -> None:
    """Hold everybody whose shifts change, in one order for all."""
    list(Person.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def write_changes(
    *,
    actor: User,
    team_id: int,
    month: date,
    changes: Sequence[Change],
    now: datetime,
    tell: bool = True,
) -> Publication:
    """Write changed days into the roster, with receipts, notices and an audit entry.

    In the caller's transaction, under the lock of the team and its people. `tell` False leaves
    out the notices, where the caller tells more.
    """
    _write_assignments(changes)
    telling = [change for change in changes if change.before != change.after]
    earlier = Publication.objects.filter(team_id=team_id, month=month)
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    publication = Publication.objects.create(
        team_id=team_id,
        month=month,
        number=number,
        kind=PublicationKind.CHANGES if number > 1 else PublicationKind.MONTH,
        changed_days=len(telling),
        published_by=actor,
        published_at=now,
    )
    by_person: dict[int, list[Change]] = {}
    for change in telling:
        by_person.setdefault(change.person_id, []).append(change)
    users = user_ids(by_person)
    _keep_receipts(publication, by_person, users, actor=actor, now=now)
    if tell:
        _tell(publication, by_person, users, actor=actor, now=now)
    audit.record(
        actor=actor, verb=PUBLISHED, target=publication, at=now,
        after={"team": team_id, "month": month.isoformat(), "days": len(telling)},
    )  # fmt: skip
    return publication


def _write_assignments(changes: Sequence[Change]) -> None:
    """Take away first, then set: a lead steps down before the next one is written."""
    people = {change.person_id for change in changes}
    days = {change.day for change in changes}
    wanted = {(change.person_id, change.day): change for change in changes}
    stored: dict[tuple[int, date, int], Assignment] = {}
    for row in Assignment.objects.select_for_update().filter(person_id__in=people, day__in=days):
        if (row.person_id, row.day) in wanted:
            stored[row.person_id, row.day, row.shift_type_id] = row
    kept = {
        (change.person_id, change.day, turn.shift): turn
        for change in changes
        for turn in change.after
    }
    gone = [row.pk for key, row in stored.items() if key not in kept]
    Assignment.objects.filter(pk__in=gone).delete()
    stepping = [row.pk for key, row in stored.items() if key in kept and row.is_lead]
    Assignment.objects.filter(pk__in=stepping).update(is_lead=False)
    kinds = ShiftType.objects.in_bulk({shift for _person, _day, shift in kept})
    fresh: list[Assignment] = []
    changed: list[Assignment] = []
    for key, turn in kept.items():
        row = stored.get(key) or _fresh(key, kinds[key[2]])
        change = wanted[key[0], key[1]]
        row.team_id, row.is_lead = turn.team_id, turn.is_lead
        if change.reason:
            row.rest_reason, row.rest_reason_by_id = change.reason, change.reason_by_id
        (changed if row.pk else fresh).append(row)
    Assignment.objects.bulk_create(fresh, batch_size=AT_ONCE)
    Assignment.objects.bulk_update(
        changed, ["team", "is_lead", "rest_reason", "rest_reason_by"], batch_size=AT_ONCE
    )


def _fresh(key: tuple[int, date, int], kind: ShiftType) -> Assignment:
    person, day, _shift = key
    starts_at, ends_at = times_of(
        day, starts=kind.starts, ends=kind.ends, zone=timezone.get_default_timezone()
    )
    return Assignment(
        person_id=person, shift_type=kind, day=day, starts_at=starts_at, ends_at=ends_at
    )


def _keep_receipts(
    publication: Publication,
    by_person: Mapping[int, Sequence[Change]],
    users: Mapping[int, int],
    *,
    actor: User,
    now: datetime,
) -> None:
    PublicationReceipt.objects.bulk_create(
        [
            PublicationReceipt(
                publication=publication,
                person_id=person,
                changes=[
                    [one.day.isoformat(), drafts.stored(one.before), drafts.stored(one.after)]
                    for one in days
                ],
                seen_at=now if users.get(person) == actor.pk else None,
            )
            for person, days in by_person.items()
        ],
        batch_size=AT_ONCE,
    )


def _tell(
    publication: Publication,
    by_person: Mapping[int, Sequence[Change]],
    users: Mapping[int, int],
    *,
    actor: User,
    now: datetime,
) -> None:
    """Write a notice for each person; whoever published knows it."""
    names = _names([one for days in by_person.values() for one in days])
    notices.send(
        [
            notices.Draft(
                receiver_id=users[person],
                key=f"roster:{publication.pk}",
                kind=PUBLISHED,
                params={
                    "month": publication.month.isoformat(),
                    "kind": publication.kind,
                    "days": [
                        [one.day.isoformat(), said(one.before, names), said(one.after, names)]
                        for one in days
                    ],
                },
                subject=f"roster:{publication.team_id}:{publication.month:%Y-%m}",
            )
            for person, days in by_person.items()
            if person in users and users[person] != actor.pk
        ],
        now=now,
    )


def _names(changes: Iterable[Change]) -> Mapping[int, tuple[str, str]]:
    keys = {turn.shift for one in changes for cell in (one.before, one.after) for turn in cell}
    rows = ShiftType.objects.filter(pk__in=keys).values_list("pk", "name_zh", "name_en")
    return {pk: (zh, en) for pk, zh, en in rows}


def said(cell: Cell, names: Mapping[int, tuple[str, str]]) -> list[list[Any]]:
    """Return shifts for a notice: both names, and whether they are led."""
    return [[*names[turn.shift], turn.is_lead] for turn in cell]


def mark_seen(*, person_id: int, now: datetime) -> int:
    """Note that somebody has opened their own roster; returns how many receipts that settles."""
    return PublicationReceipt.objects.filter(person_id=person_id, seen_at=None).update(seen_at=now)
