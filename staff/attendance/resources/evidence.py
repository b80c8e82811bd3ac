"""When two punches are one, whichever file says so first.

A file gives a punch to the second, or only to the minute (DingTalk's daily report). Of one
person,

- the same second is one punch;
- a punch to the minute is the same as any punch to the second in that minute: the one to the
  second is kept, and takes the place of one to the minute that came before it;
- two punches to the same minute are one.

So the punches that are kept do not depend on the order of files and rows. What a file says about
a punch of the same second (kind, source, serial number) changes it, what it does not say stays,
and remarks are gathered.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from portal.transfer import registry
from portal.transfer.registry import Context, Notes, Place, Row
from staff.attendance.models import Punch
from staff.attendance.services import imports

DINGTALK = "dingtalk"
DINGTALK_MINUTES = "dingtalk-minutes"
"""The source of a punch of which DingTalk shows no seconds."""
MINUTE = timedelta(minutes=1)
FEW_PEOPLE = 30
SHORT = timedelta(days=3)
LONGEST_REMARK = 200
REMARKS_BETWEEN = " · "
NAMED = ("kind", "source", "reference", "remark")

Key = tuple[int, datetime]
"""A person and the beginning of a minute."""


@dataclass(slots=True)
class Brought:
    """A punch as a row brings it; `says` holds what the row says besides its time."""

    row: Row
    person_id: int
    punched_at: datetime
    exact: bool
    says: Mapping[str, str]
    source: str
    """For a punch that was not known; empty where the row says none, which leaves a known one."""
    place: Place

    @property
    def key(self) -> Key:
        return self.person_id, self.punched_at.replace(second=0)


@dataclass(slots=True)
class Kept:
    """A punch in the database, or one that the file has brought before."""

    punched_at: datetime
    said: dict[str, str]
    pk: int | None = None
    by: Brought | None = None
    """What changed it last, if anything of this import did."""
    told: Brought | None = None
    """The first row of this file that spoke of it."""

    @property
    def exact(self) -> bool:
        return self.said["source"] != DINGTALK_MINUTES


@dataclass
class Minutes:
    """The punches in the minutes that a file speaks of, as they are after the rows so far."""

    found: dict[Key, list[Kept]] = field(default_factory=lambda: defaultdict(list))
    looked_up: set[Key] = field(default_factory=set)

    def look_up(self, brought: Sequence[Brought]) -> None:
        """Read what is stored in minutes that were not met before, with one query."""
        new = {each.key for each in brought} - self.looked_up
        if not new:
            return
        self.looked_up |= new
        stored = Punch.objects.filter(_around(new)).values_list(
            "person_id", "punched_at", "pk", *NAMED
        )
        for person_id, moment, pk, *said in stored.iterator(chunk_size=2000):
            key = person_id, moment.replace(second=0, microsecond=0)
            if key in new:
                self.found[key].append(Kept(moment, dict(zip(NAMED, said, strict=True)), pk))

    def contradicted(self, new: Brought) -> tuple[str, int] | None:
        """Return what the file has said otherwise of the same second, and in which row."""
        for each in self.found[new.key]:
            if each.told and each.punched_at == new.punched_at:
                before = each.told.says
                for name, text in new.says.items():
                    if name != "remark" and before.get(name, text) != text:
                        return name, each.told.row.number
        return None

    def take(self, new: Brought) -> str:
        """Bring a punch in and return the outcome."""
        kept = self.found[new.key]
        same = next((each for each in kept if each.punched_at == new.punched_at), None)
        if same is not None and same.told is None:
            same.told = new
        if not new.exact and any(each.exact for each in kept):
            return registry.UNCHANGED
        rough = next((each for each in kept if not each.exact), None)
        if new.exact and rough is not None and (rough is not same or new.source):
            rough.punched_at = new.punched_at
            return self._put(rough, new, {**dict.fromkeys(NAMED, ""), "source": new.source})
        if same is None:
            fresh = Kept(new.punched_at, {})
            kept.append(fresh)
            self._put(fresh, new, {**dict.fromkeys(NAMED, ""), "source": new.source})
            return registry.ADDED
        says = _with_remarks(same.said, new.says)
        if all(same.said[name] == text for name, text in says.items()):
            return registry.UNCHANGED
        return self._put(same, replace(new, says=says), same.said)

    @staticmethod
    def _put(kept: Kept, new: Brought, base: Mapping[str, str]) -> str:
        kept.said = {**base, **new.says}
        kept.by = new
        kept.told = kept.told or new
        return registry.CHANGED

    def written(self, context: Context) -> tuple[list[Punch], list[Punch]]:
        """Return the punches that are new and those that changed."""
        touched = [each for kept in self.found.values() for each in kept if each.by]
        punches = [_punch(each, context) for each in touched]
        return [each for each in punches if not each.pk], [each for each in punches if each.pk]


def _with_remarks(said: Mapping[str, str], says: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a row says, with all remarks that files have made about the punch, sorted."""
    if not says.get("remark") or not said["remark"]:
        return says
    parts = {*said["remark"].split(REMARKS_BETWEEN), *says["remark"].split(REMARKS_BETWEEN)}
    remark = REMARKS_BETWEEN.join(sorted(parts))
    return {**says, "remark": remark if len(remark) <= LONGEST_REMARK else said["remark"]}


def _around(keys: Collection[Key]) -> Q:
    """Return a condition that holds for these minutes and for not many more."""
    moments: dict[int, list[datetime]] = defaultdict(list)
    for person_id, minute in keys:
        moments[person_id].append(minute)
    first, last = min(minute for _, minute in keys), max(minute for _, minute in keys)
    if last - first <= SHORT or len(moments) <= FEW_PEOPLE:
        return Q(person_id__in=moments, punched_at__gte=first, punched_at__lt=last + MINUTE)
    return reduce(
        or_,
        (
            Q(person_id=person_id, punched_at__gte=min(own), punched_at__lt=max(own) + MINUTE)
            for person_id, own in moments.items()
        ),
    )


def _punch(kept: Kept, context: Context) -> Punch:
    new = kept.by
    if new is None:
        raise ValueError("nothing has changed this punch")
    return Punch(
        pk=kept.pk,
        person_id=new.person_id,
        punched_at=kept.punched_at,
        **kept.said,
        file_name=context.file_name[:255],
        file_sha256=context.file_sha256,
        sheet=new.place.sheet[:80],
        row=new.place.row,
        column=new.place.column,
        recorded_at=context.now,
        recorded_by=context.actor,
    )


class PunchesResource(registry.Resource):
    """Brings punches in. What a row means, `brought` says."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.minutes = Minutes()

    @abstractmethod
    def brought(self, rows: Sequence[Row], notes: Notes) -> Iterable[Brought]:
        """Return the punches of the rows in order; other rows are rejected."""

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        self._take(self.minutes, list(self.brought(rows, notes)), notes)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        brought = list(self.brought(rows, notes))
        imports.lock_people({each.person_id for each in brought})
        minutes = Minutes()
        self._take(minutes, brought, notes)
        added, changed = minutes.written(self.context)
        imports.import_punches(
            actor=self.context.actor, added=added, changed=changed, now=self.context.now
        )

    def _take(self, minutes: Minutes, brought: Sequence[Brought], notes: Notes) -> None:
        minutes.look_up(brought)
        judge: dict[str, Any] = {
            registry.ADDED: notes.added,
            registry.CHANGED: notes.changed,
            registry.UNCHANGED: notes.unchanged,
        }
        for each in brought:
            if otherwise := minutes.contradicted(each):
                name, first = otherwise
                notes.reject(each.row, name, "said_otherwise", first=first)
            else:
                judge[minutes.take(each)](each.row)
