"""Announcements: who is meant, who has confirmed, and what one has still to read (DAY-5)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import (
    BooleanField,
    CharField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
    Subquery,
    Value,
)

from staff.handbook.models import Announcement, AnnouncementVersion, Audience, Reading
from staff.handbook.policies.audience import Target, is_for
from staff.handbook.querysets import AnnouncementQuerySet
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.models import Posting, Site, Team
from staff.rulebook.models import Policy

PAGE_ROWS = 20
CURRENT, TO_CONFIRM, COMING, OVER, WITHDRAWN, ALL = (
    "", "unread", "coming", "over", "withdrawn", "all",
)  # fmt: skip
MINE = "mine"
COLUMNS = (
    "pk", "kind", "number", "first_day", "last_day", "must_read", "everywhere", "every_post",
    "withdrawn_at", "author_id", "author__name", "held__id", "held__title", "held__text",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Somebody's place in the department on a day."""

    person_id: int
    number: str
    name: str
    post: str
    team_id: int | None
    team: str
    site_id: int | None
    chief_id: int | None


def places(day: date) -> list[Place]:
    """Return everybody employed on a day by team and number, in one query."""
    rows = (
        Posting.objects.on(day)
        .filter(Q(person__left_on=None) | Q(person__left_on__gte=day), person__hired_on__lte=day)
        .order_by("team__name", "person__number")
        .values_list(
            "person_id", "person__number", "person__name", "post", "team_id", "team__name",
            "team__site_id", "chief_id",
        )
    )  # fmt: skip
    return [
        Place(person, number, name, post, team, team_name or "", site, chief)
        for person, number, name, post, team, team_name, site, chief in rows
    ]


@dataclass
class Row:
    """A line of the list, in the order of `COLUMNS`; the rest is filled in after.

    `meant` and `confirmed` count, of what is not withdrawn, those whose confirmations one may
    see; `read_at` is one's own.
    """

    id: int
    kind: str
    number: int
    first_day: date
    last_day: date
    must_read: bool
    everywhere: bool
    every_post: bool
    withdrawn_at: datetime | None
    author_id: int
    author: str
    edition_id: int
    title: str
    text: str
    audience: list[str] = field(default_factory=list)
    meant: int = 0
    confirmed: int = 0
    for_me: bool = False
    read_at: datetime | None = None


def narrowed(scope: Scope, wanted: Mapping[str, str]) -> AnnouncementQuerySet:
    """Apply search and filters of the list."""
    rows = _in_state(scope, wanted.get("state", CURRENT))
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if wanted.get("author") == MINE:
        rows = rows.filter(author_id=scope.person_id or 0)
    rows = _with_words(rows)
    if text := wanted.get("q", "").strip():
        rows = rows.filter(Q(held__title__icontains=text) | Q(held__text__icontains=text))
    return rows


def _in_state(scope: Scope, state: str) -> AnnouncementQuerySet:
    rows = Announcement.objects.visible_to(scope)
    if state == TO_CONFIRM:
        return Announcement.objects.to_confirm(scope)
    conditions = {
        CURRENT: Q(first_day__lte=scope.today, last_day__gte=scope.today, withdrawn_at=None),
        COMING: Q(first_day__gt=scope.today, withdrawn_at=None),
        OVER: Q(last_day__lt=scope.today),
        WITHDRAWN: Q(withdrawn_at__isnull=False),
    }
    return rows.filter(conditions.get(state, Q()))


def _with_words(rows: AnnouncementQuerySet) -> AnnouncementQuerySet:
    held = FilteredRelation("versions", condition=Q(versions__number=F("number")))
    return rows.annotate(held=held)


def rows_of(
    announcements: AnnouncementQuerySet, *, scope: Scope, start: int, size: int
) -> list[Row]:
    """Return a page of the list, newest first, in four queries; they come from `narrowed`."""
    found = announcements.order_by("-first_day", "-pk").values_list(*COLUMNS)
    rows = [Row(*values[: len(COLUMNS)]) for values in found[start : start + size]]
    targets = targets_of([row.id for row in rows])
    everybody = places(scope.today)
    readings = _readings([row.edition_id for row in rows])
    names = _names(targets)
    for row in rows:
        target, read = targets[row.id], readings[row.edition_id]
        row.audience = names[row.id]
        for place in everybody:
            if row.withdrawn_at or place.person_id == row.author_id or not _is_meant(target, place):
                continue
            if place.person_id == scope.person_id:
                row.for_me = True
            if row.author_id == scope.person_id or place.person_id in scope.below_ids:
                row.meant += 1
                row.confirmed += place.person_id in read
        row.read_at = read.get(scope.person_id or 0)
    return rows


def _is_meant(target: Target, place: Place) -> bool:
    return is_for(target, team_id=place.team_id, site_id=place.site_id, post=place.post)


def _readings(edition_ids: Collection[int]) -> Mapping[int, dict[int, datetime]]:
    """Return who confirmed each version, and when."""
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    rows = Reading.objects.filter(edition_id__in=edition_ids)
    for edition, person, at in rows.values_list("edition_id", "person_id", "at"):
        found[edition][person] = at
    return found


@dataclass(frozen=True)
class _Aim:
    announcement_id: int
    team_id: int | None
    team: str | None
    site_id: int | None
    site: str | None
    post: str


def _aims(ids: Collection[int]) -> list[_Aim]:
    rows = Audience.objects.filter(announcement_id__in=ids).order_by("pk")
    names = ("announcement_id", "team_id", "team__name", "site_id", "site__name", "post")
    return [_Aim(*row) for row in rows.values_list(*names)]


def targets_of(ids: Collection[int]) -> "Targets":
    """Return whom each announcement is for, in one query."""
    return Targets(ids, _aims(ids))


class Targets(dict[int, Target]):
    """Targets by announcement, with the names of what they aim at."""

    def __init__(self, ids: Collection[int], aims: Sequence[_Aim]) -> None:
        by_id: dict[int, list[_Aim]] = {pk: [] for pk in ids}
        for aim in aims:
            by_id[aim.announcement_id].append(aim)
        super().__init__(
            {
                pk: Target(
                    team_ids=frozenset(aim.team_id for aim in rows if aim.team_id),
                    site_ids=frozenset(aim.site_id for aim in rows if aim.site_id),
                    posts=frozenset(aim.post for aim in rows if aim.post),
                )
                for pk, rows in by_id.items()
            }
        )
        self.aims = by_id


def _names(targets: Targets) -> dict[int, list[str]]:
    return {pk: names_of(rows) for pk, rows in targets.aims.items()}


def names_of(aims: Sequence[_Aim]) -> list[str]:
    """Return the names of sites, teams and posts, in this order."""
    sites = [aim.site for aim in aims if aim.site]
    teams = [aim.team for aim in aims if aim.team]
    return sites + teams + [str(Post(aim.post).label) for aim in aims if aim.post]


def edition_of(announcement: Announcement) -> AnnouncementVersion:
    """Return the version that holds."""
    rows = AnnouncementVersion.objects.select_related("made_by")
    return rows.get(announcement=announcement, number=announcement.number)


def versions_of(announcement: Announcement) -> list[AnnouncementVersion]:
    """Return the versions, newest first."""
    rows = AnnouncementVersion.objects.filter(announcement=announcement)
    return list(rows.select_related("made_by").order_by("-number"))


@dataclass(frozen=True)
class Reader:
    """Somebody who is meant, and when they confirmed the version that holds."""

    place: Place
    post: str
    read_at: datetime | None


def readers(announcement: Announcement, edition: AnnouncementVersion, *, day: date) -> list[Reader]:
    """Return everybody who is meant on a day, in three queries: those first who have not confirmed.

    Of a withdrawal those are meant who had confirmed an earlier version.
    """
    target = targets_of([announcement.pk])[announcement.pk]
    read = _readings([edition.pk])[edition.pk]
    meant = [
        place
        for place in places(day)
        if place.person_id != announcement.author_id and _is_meant(target, place)
    ]
    if announcement.is_withdrawn:
        before = Reading.objects.filter(edition__announcement=announcement)
        knew = set(before.values_list("person_id", flat=True))
        meant = [place for place in meant if place.person_id in knew]
    found = [
        Reader(place, str(Post(place.post).label), read.get(place.person_id)) for place in meant
    ]
    return sorted(found, key=lambda one: one.read_at is not None)


def own_reading(edition: AnnouncementVersion, person_id: int) -> datetime | None:
    rows = Reading.objects.filter(edition=edition, person_id=person_id)
    return rows.values_list("at", flat=True).first()


@dataclass(frozen=True)
class Unread:
    """Something to confirm: an announcement, or the house rules from a day."""

    id: int
    title: str
    must_read: bool
    gone: bool
    day: date
    is_rules: bool


def unread_of(scope: Scope, *, most: int) -> list[Unread]:
    """Return what one has still to confirm, what must be read first, in one query.

    The house rules that hold are among it.
    """
    flag = BooleanField()
    told = (
        _with_words(Announcement.objects.to_confirm(scope))
        .annotate(
            gone=ExpressionWrapper(Q(withdrawn_at__isnull=False), output_field=flag),
            rules=Value(value=False),
        )
        .values_list("pk", "held__title", "must_read", "gone", "first_day", "rules")
    )
    held = Policy.objects.filter(valid_from__lte=scope.today).order_by("-valid_from")
    rules = (
        Policy.objects.filter(pk=Subquery(held.values("pk")[:1]))
        .exclude(acknowledgements__person_id=scope.person_id or 0)
        .values_list(
            "pk", Value("", output_field=CharField()), Value(value=True), Value(value=False),
            "valid_from", Value(value=True),
        )
    )  # fmt: skip
    rows = [Unread(*row) for row in told.order_by().union(rules.order_by(), all=True)]
    return sorted(rows, key=lambda one: (not one.must_read, one.day, one.id))[:most]


def team_choices(scope: Scope) -> list[tuple[int, str]]:
    """Return the teams that one may address: all from the deputy up, else one's own."""
    rows = Team.objects.order_by("name")
    if scope.rank < Post.DEPUTY.rank:
        rows = rows.filter(pk__in=scope.team_ids)
    return list(rows.values_list("pk", "name"))


def site_choices() -> list[tuple[int, str]]:
    return list(Site.objects.order_by("name").values_list("pk", "name"))
