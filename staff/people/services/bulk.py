"""Many people or stores at once, for imports: a constant number of queries for a batch."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, models, transaction
from django.utils import timezone

from portal import audit, bulk
from portal.models import User
from portal.money import Fen
from staff.people.enums import Platform, Post
from staff.people.models import Brand, Person, Posting, Salary, Site, Store, StoreService, Team
from staff.people.policies import spans
from staff.people.queries import State, ids_of, states
from staff.people.services.places import lock_chain, mend_spans
from staff.people.services.staffing import PRIVATE, Personal

AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person and the place from a day on.

    `team` is a name; None: no team; it counts only where the row says so. `chief` is a number,
    used where that person exists by then.
    `base_fen` None leaves the salary.
    """

    personal: Personal
    from_day: date
    post: Post
    says_team: bool
    team: str | None
    chief: str | None
    base_fen: Fen | None


@dataclass(frozen=True, kw_only=True)
class StoreRow:
    """A store, and from a day on its team; `serves` False leaves who serves it."""

    name: str
    platform: Platform
    brand: str | None
    serves: bool
    team: str | None
    from_day: date


@transaction.atomic
def import_people(
    *, actor: User | None, rows: Sequence[PersonRow], sites: Mapping[str, str], now: datetime
) -> None:
    """Write checked rows; chiefs are set afterwards by `set_chiefs`.

    `sites` gives the site of a team where the file names one. Sites and teams met for the first
    time are made.
    """
    teams = _teams({row.team for row in rows if row.team}, sites)
    _sites(set(sites.values()))
    known = states({row.personal.number for row in rows})
    added, changed = _put_people(known, rows, actor=actor, now=now)
    chiefs = ids_of({row.chief for row in rows if row.chief})
    _put_places(known, rows, (teams, chiefs), actor=actor, now=now)
    _put_salaries(known, rows, actor=actor, now=now)
    if added or changed:
        audit.record(
            actor=actor, verb="people.imported", at=now,
            after={"added": len(added), "changed": sorted(changed)[:100]},
        )  # fmt: skip


@transaction.atomic
def set_chiefs(
    *, actor: User | None, chiefs: Mapping[tuple[str, date], str | None], now: datetime
) -> int:
    """Set whom people report to from a day: number and day to the chief's number.

    Returns how many rows changed.
    """
    lock_chain()
    numbers = {number for number, _day in chiefs}
    keys = ids_of({chief for chief in chiefs.values() if chief})
    wrong = []
    rows = Posting.objects.filter(person__number__in=numbers)
    for pk, number, day, chief_id in rows.values_list(
        "pk", "person__number", "valid_from", "chief_id"
    ):
        if (number, day) in chiefs:
            wanted = keys.get(chiefs[number, day] or "")
            if wanted != chief_id:
                wrong.append(Posting(pk=pk, chief_id=wanted))
    Posting.objects.bulk_update(wrong, ["chief_id"], batch_size=AT_ONCE)
    write_history(Posting, [posting.pk for posting in wrong], "~", actor=actor, now=now)
    if wrong:
        audit.record(actor=actor, verb="people.chiefs_set", at=now, after={"changed": len(wrong)})
    return len(wrong)


@transaction.atomic
def import_stores(*, actor: User | None, rows: Sequence[StoreRow], now: datetime) -> None:
    """Write checked rows of stores and who serves them. Brands and teams are made."""
    teams = _teams({row.team for row in rows if row.team}, {})
    brands = _named(Brand, {row.brand for row in rows if row.brand})
    stores = {store.name: store for store in _stores_in(rows)}
    fresh: dict[str, Store] = {}
    changed: dict[str, Store] = {}
    for row in rows:
        store = stores.get(row.name) or Store(name=row.name)
        brand_id = brands[row.brand] if row.brand else None
        if (store.platform, store.brand_id) == (row.platform, brand_id):
            continue
        store.platform, store.brand_id = row.platform, brand_id
        stores[row.name] = store
        (changed if store.pk else fresh)[row.name] = store
    Store.objects.bulk_create(fresh.values(), batch_size=AT_ONCE)
    Store.objects.bulk_update(changed.values(), ["platform", "brand_id"], batch_size=AT_ONCE)
    stores = {store.name: store for store in _stores_in(rows)}
    served = _put_services(stores, rows, teams)
    if fresh or changed or served:
        audit.record(
            actor=actor, verb="stores.imported", at=now,
            after={"added": len(fresh), "changed": len(changed), "served": served},
        )  # fmt: skip


def write_history(
    model: type[models.Model],
    ids: Collection[int],
    kind: str,
    *,
    actor: User | None,
    now: datetime,
) -> None:
    """Copy rows as they are now into their history, in one statement for each 500.

    simple-history's own bulk helpers build every row in Python, which a file of 100,000 rows
    has no time for.
    """
    history = model.history.model  # type: ignore[attr-defined]  # added by HistoricalRecords
    quote = connection.ops.quote_name
    columns = [
        quote(field.column)
        for field in history._meta.concrete_fields
        if not field.name.startswith("history_")
    ]
    keys = list(ids)
    with connection.cursor() as cursor:
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            cursor.execute(
                f"INSERT INTO {quote(history._meta.db_table)} ({', '.join(columns)},"  # noqa: S608 -- names of our own tables and columns
                " history_date, history_type, history_user_id, history_change_reason)"
                f" SELECT {', '.join(columns)}, %s, %s, %s, NULL"
                f" FROM {quote(model._meta.db_table)}"
                f" WHERE id IN ({', '.join(['%s'] * len(some))})",
                [
                    connection.ops.adapt_datetimefield_value(now),
                    kind,
                    actor.pk if actor else None,
                    *some,
                ],
            )


def _named(model: type[Site] | type[Brand], names: Collection[str]) -> dict[str, int]:
    """Return the keys of sites or brands by name; missing ones are made."""
    known = dict(model.objects.filter(name__in=names).values_list("name", "pk"))
    missing = sorted(set(names) - set(known))
    if missing:
        for name in missing:
            model.objects.get_or_create(name=name)
        known = dict(model.objects.filter(name__in=names).values_list("name", "pk"))
    return known


def _sites(names: Collection[str]) -> dict[str, int]:
    return _named(Site, names)


def _teams(names: Collection[str], sites: Mapping[str, str]) -> dict[str, int]:
    """Return the keys of teams by name; missing ones are made, at their site where it is known."""
    known = {team.name: team for team in Team.objects.filter(name__in=names)}
    keys = _sites({sites[name] for name in names if name in sites})
    missing = [
        Team(name=name, site_id=keys.get(sites.get(name, "")))
        for name in sorted(set(names) - set(known))
    ]
    settled = [team for team in known.values() if team.site_id is None and team.name in sites]
    for team in settled:
        team.site_id = keys[sites[team.name]]
    Team.objects.bulk_update(settled, ["site_id"], batch_size=AT_ONCE)
    if missing:
        Team.objects.bulk_create(missing, ignore_conflicts=True)
    return dict(Team.objects.filter(name__in=names).values_list("name", "pk"))


def _put_people(
    known: dict[str, State], rows: Sequence[PersonRow], *, actor: User | None, now: datetime
) -> tuple[set[str], set[str]]:
    """Create and change people; `known` gets the new ones. Returns the numbers of both."""
    today = timezone.localdate(now)
    fresh: dict[str, Person] = {}
    changed: dict[str, Person] = {}
    for row in rows:
        number, wanted = row.personal.number, asdict(row.personal)
        state = known.get(number)
        if state is None:
            fresh[number] = Person(**wanted)
            known[number] = State(fresh[number])
            continue
        if any(getattr(state.person, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(state.person, name, value)
            if number not in fresh:
                changed[number] = state.person
    _create(fresh, today=today)
    for person in changed.values():
        person.version += 1
    fields = ["name", "hired_on", "left_on", *PRIVATE, "version"]
    Person.objects.bulk_update(changed.values(), fields, batch_size=AT_ONCE)
    _let_users_follow(changed.values(), today=today)
    write_history(Person, [each.pk for each in fresh.values()], "+", actor=actor, now=now)
    write_history(Person, [each.pk for each in changed.values()], "~", actor=actor, now=now)
    return set(fresh), set(changed)


def _is_open(person: Person, today: date) -> bool:
    return person.left_on is None or person.left_on >= today


def _create(people: Mapping[str, Person], *, today: date) -> None:
    users = [
        User(
            username=number,
            first_name=person.name[:150],
            email=person.email,
            password=f"{UNUSABLE_PASSWORD_PREFIX}{secrets.token_urlsafe(30)}",
            is_active=_is_open(person, today),
        )
        for number, person in people.items()
    ]
    if not users:
        return
    bulk.insert(users)
    for user in users:
        people[user.username].user = user
    Person.objects.bulk_create(people.values(), batch_size=AT_ONCE)


def _let_users_follow(people: Iterable[Person], *, today: date) -> None:
    by_user = {person.user_id: person for person in people if person.user_id}
    users = list(User.objects.filter(pk__in=by_user))
    for user in users:
        person = by_user[user.pk]
        user.first_name, user.email = person.name[:150], person.email
        if not _is_open(person, today):
            user.is_active = False
    User.objects.bulk_update(users, ["first_name", "email", "is_active"], batch_size=AT_ONCE)


def _put_places(
    known: Mapping[str, State],
    rows: Sequence[PersonRow],
    keys: tuple[Mapping[str, int], Mapping[str, int]],
    *,
    actor: User | None,
    now: datetime,
) -> None:
    teams, chiefs = keys
    fresh: list[Posting] = []
    changed: dict[int, Posting] = {}
    touched: list[State] = []
    for row in sorted(rows, key=lambda row: (row.personal.number, row.from_day)):
        state = known[row.personal.number]
        held = state.posting_on(row.from_day)
        team_id = held.team_id if held else None
        if row.says_team:
            team_id = teams[row.team] if row.team else None
        posting = state.postings.get(row.from_day)
        if posting is None:
            posting = Posting(
                person=state.person,
                valid_from=row.from_day,
                post=row.post,
                team_id=team_id,
                chief_id=chiefs.get(row.chief or "", held.chief_id if held else None),
            )
            state.postings[row.from_day] = posting
            fresh.append(posting)
            touched.append(state)
        elif (posting.post, posting.team_id) != (row.post, team_id):
            posting.post, posting.team_id = row.post, team_id
            if posting.pk:
                changed[posting.pk] = posting
    moved = [posting for state in touched for posting in _mended(state)]
    Posting.objects.bulk_create(fresh, batch_size=AT_ONCE)
    Posting.objects.bulk_update(
        {posting.pk: posting for posting in [*moved, *changed.values()] if posting.pk}.values(),
        ["post", "team_id", "valid_until"],
        batch_size=AT_ONCE,
    )
    write_history(Posting, [each.pk for each in fresh], "+", actor=actor, now=now)
    write_history(Posting, list(changed), "~", actor=actor, now=now)


def _mended(state: State) -> list[Posting]:
    """Let each posting end on the eve of the next; return the stored ones that moved."""
    moved = []
    for first, last in spans(state.postings).items():
        posting = state.postings[first]
        if posting.valid_until != last:
            posting.valid_until = last
            if posting.pk:
                moved.append(posting)
    return moved


def _put_salaries(
    known: Mapping[str, State], rows: Sequence[PersonRow], *, actor: User | None, now: datetime
) -> None:
    fresh: list[Salary] = []
    changed: dict[int, Salary] = {}
    for row in sorted(rows, key=lambda row: (row.personal.number, row.from_day)):
        state = known[row.personal.number]
        if row.base_fen is None or state.salary_on(row.from_day) == row.base_fen:
            continue
        salary = state.salaries.get(row.from_day)
        if salary is None:
            salary = Salary(person=state.person, valid_from=row.from_day, base_fen=row.base_fen)
            state.salaries[row.from_day] = salary
            fresh.append(salary)
        else:
            salary.base_fen = row.base_fen
            if salary.pk:
                changed[salary.pk] = salary
    Salary.objects.bulk_create(fresh, batch_size=AT_ONCE)
    Salary.objects.bulk_update(changed.values(), ["base_fen"], batch_size=AT_ONCE)
    write_history(Salary, [each.pk for each in fresh], "+", actor=actor, now=now)
    write_history(Salary, list(changed), "~", actor=actor, now=now)


def _stores_in(rows: Sequence[StoreRow]) -> models.QuerySet[Store]:
    return Store.objects.filter(name__in={row.name for row in rows})


def _put_services(
    stores: Mapping[str, Store], rows: Sequence[StoreRow], teams: Mapping[str, int]
) -> int:
    """Write who serves the stores; returns how many rows changed."""
    known = {
        (service.store_id, service.valid_from): service
        for service in StoreService.objects.filter(store__in=stores.values())
    }
    wrong: dict[tuple[int, date], StoreService] = {}
    for row in rows:
        if not row.serves:
            continue
        key = (stores[row.name].pk, row.from_day)
        team_id = teams[row.team] if row.team else None
        service = known.get(key)
        if service is None or service.team_id != team_id:
            service = service or StoreService(store_id=key[0], valid_from=key[1])
            service.team_id = team_id
            known[key] = wrong[key] = service
    fresh = [service for service in wrong.values() if not service.pk]
    changed = [service for service in wrong.values() if service.pk]
    StoreService.objects.bulk_create(fresh, batch_size=AT_ONCE)
    StoreService.objects.bulk_update(changed, ["team_id"], batch_size=AT_ONCE)
    mend_spans(StoreService, "store_id", {service.store_id for service in wrong.values()})
    return len(wrong)
