"""Import and export of people and stores (data-formats)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Context, Notes, Row
from staff.people import access, queries, services, texts
from staff.people.access import Scope
from staff.people.enums import Platform, Post
from staff.people.models import Person, Posting, Store, StoreService
from staff.people.policies import Link, circles, rungs_above, salary_may_start, unfit_chiefs
from staff.people.queries import State
from staff.people.services import Personal, PersonRow, StoreRow

NUMBER = re.compile(r"[\w.@+-]+")
PERSONAL = ("name", "hired_on", "left_on", "email", "phone", "dingtalk_id")
EXPORTED_AT_ONCE = 500
ONE_DAY = timedelta(days=1)
RANKS = {str(post.value): post.rank for post in Post}
LEAVES = "\x00"  # no number: the row leaves the chief as it is

POST = values.Choice(
    Post,
    also={
        "客服主管": Post.SUPERVISOR,
        "主管": Post.SUPERVISOR,
        "客服副主管": Post.DEPUTY,
        "副主管": Post.DEPUTY,
        "组长": Post.LEAD,
        "售前客服": Post.PRESALE,
        "售前": Post.PRESALE,
        "售后客服": Post.POSTSALE,
        "售后": Post.POSTSALE,
    },
)
PLATFORM = values.Choice(
    Platform,
    also={
        "天猫": Platform.TMALL,
        "淘宝": Platform.TAOBAO,
        "京东": Platform.JD,
        "拼多多": Platform.PINDUODUO,
        "抖音": Platform.DOUYIN,
        "其他": Platform.OTHER,
    },
)

COLUMNS = (
    registry.Column("number", "工号", values.Text(20), required=True),
    registry.Column("name", "姓名", values.Text(80), required=True),
    registry.Column("post", "岗位", POST, required=True),
    registry.Column("site", "站点", values.Text(80), keeps=True),
    registry.Column("team", "团队", values.Text(80)),
    registry.Column("reports_to", "上级工号", values.Text(20)),
    registry.Column("base_salary", "基本工资", values.Amount(), keeps=True),
    registry.Column("hired_on", "入职日期", values.Day(), required=True),
    registry.Column("left_on", "离职日期", values.Day()),
    registry.Column("email", "邮箱", values.Text(254)),
    registry.Column("phone", "手机", values.Text(30)),
    registry.Column("dingtalk_id", "钉钉ID", values.Text(64)),
    registry.Column("from", "生效日期", values.Day(), keeps=True),
)


def from_day(row: Row) -> date:
    day: date = row.get("from") or row.values["hired_on"]
    return day


def _identity(row: Row) -> tuple[str, date]:
    return row.values["number"], from_day(row)


def personal_of(row: Row, stored: Person | None) -> Personal:
    """Return what holds for the person after the row: an empty cell leaves, `-` clears."""
    fields: dict[str, Any] = {name: getattr(stored, name) for name in PERSONAL} if stored else {}
    for name in PERSONAL:
        if name in row.values:
            value = row.values[name]
            fields[name] = registry.cleared(Person, name) if value is None else value
    return Personal(number=row.values["number"], **fields)


@dataclass(slots=True)
class Claim:
    """What a row says of the chain: post, and whom the person reports to from the day on."""

    row: int
    post: Post
    says_chief: bool
    chief: str | None
    amount: int | None
    """Base salary in fen."""


@dataclass(slots=True)
class Said:
    """What the rows of one person say together."""

    first: int
    values: tuple[object, ...]
    """In the order of PERSONAL; Ellipsis for what no row has said."""
    hired_on: date
    left_on: date | None
    rows: tuple[int, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What the database knows of the rows of one batch."""

    states: Mapping[str, State]
    sites: Mapping[str, str | None]
    users: AbstractSet[str]
    dingtalk: Mapping[str, str]


Refusal = tuple[str, str, dict[str, Any]]


class PeopleResource(registry.Resource):
    """One import of people. Persons and places are written first, chiefs in a second sweep."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.scope: Scope | None = context.scope
        self.said: dict[str, Said] = {}
        self.claims: dict[tuple[str, date], Claim] = {}
        self.salaries: dict[str, dict[date, int]] = {}
        self.dingtalk: dict[str, str] = {}
        self.sites: dict[str, str] = {}
        self.chain: list[tuple[str, date, str, str | None]] | None = None
        self.reach: frozenset[str] | None = None

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        batch = self._batch(rows)
        for row in rows:
            state = batch.states.get(row.values["number"])
            code = self._why_refuse(row, state, batch)
            if code:
                notes.reject(row, code[0], code[1], **code[2])
                continue
            self._remember(row, state)
            if row.get("site") and not row.get("team"):
                notes.warn(row, "site", "site_without_team")
            self._judge(row, state, notes)

    def _batch(self, rows: Sequence[Row]) -> Batch:
        numbers = {row.values["number"] for row in rows}
        teams = {row.get("team") for row in rows} - {None}
        ids = {row.get("dingtalk_id") for row in rows} - {None}
        taken = Person.objects.filter(dingtalk_id__in=ids).values_list("dingtalk_id", "number")
        users = User.objects.filter(username__in=numbers, person=None)
        return Batch(
            states=queries.states(numbers),
            sites=queries.sites_of_teams(teams),
            users=set(users.values_list("username", flat=True)),
            dingtalk=dict(taken),
        )

    def _why_refuse(self, row: Row, state: State | None, batch: Batch) -> Refusal | None:
        """Return field, code and parameters of the first thing that is wrong with a row."""
        rules = (self._about_sign_in, self._about_days, self._about_texts, self._about_money)
        return next((found for rule in rules if (found := rule(row, state, batch))), None)

    def _about_sign_in(self, row: Row, state: State | None, batch: Batch) -> Refusal | None:
        number = row.values["number"]
        if not NUMBER.fullmatch(number):
            return "number", "bad_number", {}
        if state is None:
            return ("number", "number_taken", {}) if number in batch.users else None
        scope = self.scope
        if scope and not scope.is_admin and state.person.pk not in scope.below_ids:
            return "number", "not_below", {}
        return None

    def _about_days(self, row: Row, state: State | None, _batch: Batch) -> Refusal | None:
        personal = personal_of(row, state.person if state else None)
        day = from_day(row)
        if personal.left_on and personal.left_on < personal.hired_on:
            return "left_on", "before_hired", {}
        if day < personal.hired_on:
            return "from", "before_hired", {}
        if personal.left_on and day > personal.left_on:
            return "from", "after_left", {}
        return None

    def _about_texts(self, row: Row, _state: State | None, batch: Batch) -> Refusal | None:
        number, dingtalk, email = row.values["number"], row.get("dingtalk_id"), row.get("email")
        if email and not _is_email(email):
            return "email", "not_an_email", {}
        holder = batch.dingtalk.get(dingtalk) or self.dingtalk.get(dingtalk) if dingtalk else None
        if holder not in {None, number}:
            return "dingtalk_id", "dingtalk_taken", {}
        team, site = row.get("team"), row.get("site")
        settled = (batch.sites.get(team) or self.sites.get(team)) if team else None
        if site and settled and settled != site:
            return "site", "other_site", {"text": settled}
        earlier = self.said.get(number)
        if earlier:
            for name, value in zip(PERSONAL, earlier.values, strict=True):
                if value is not ... and row.values.get(name, value) != value:
                    return name, "differs_from_row", {"first": earlier.first}
        return None

    def _about_money(self, row: Row, state: State | None, _batch: Batch) -> Refusal | None:
        number = row.values["number"]
        said = row.get("base_salary")
        if said is None:
            new = state is None and number not in self.said
            return ("base_salary", "missing", {}) if new else None
        if state and self.scope and not access.may_set_salary(self.scope, state.person.pk):
            return "base_salary", "salary_hidden", {"text": ""}
        return None

    def _remember(self, row: Row, state: State | None) -> None:
        """Keep what the later rows and `finish` have to look at."""
        number = row.values["number"]
        self.claims[_identity(row)] = Claim(
            row.number,
            row.values["post"],
            "reports_to" in row.values,
            row.get("reports_to"),
            row.get("base_salary"),
        )
        personal = personal_of(row, state.person if state else None)
        values_said = tuple(row.values.get(name, ...) for name in PERSONAL)
        earlier = self.said.get(number)
        if earlier is None:
            self.said[number] = Said(
                row.number, values_said, personal.hired_on, personal.left_on, (row.number,),
                state is None,
            )  # fmt: skip
        else:
            pairs = zip(values_said, earlier.values, strict=True)
            earlier.values = tuple(old if new is ... else new for new, old in pairs)
            if "left_on" in row.values or state:
                earlier.left_on = personal.left_on
            earlier.rows += (row.number,)
        if state and state.salaries:
            self.salaries[number] = {day: salary.base_fen for day, salary in state.salaries.items()}
        if dingtalk := row.get("dingtalk_id"):
            self.dingtalk[dingtalk] = number
        if row.get("team") and row.get("site"):
            self.sites[row.values["team"]] = row.values["site"]

    def _judge(self, row: Row, state: State | None, notes: Notes) -> None:
        posting = state.postings.get(from_day(row)) if state else None
        if state is None or posting is None:
            notes.added(row)
        elif self._is_stored(row, state):
            notes.unchanged(row)
        else:
            notes.changed(row)

    def _is_stored(self, row: Row, state: State) -> bool:
        day = from_day(row)
        posting = state.postings[day]
        stored = {
            "post": posting.post,
            "team": posting.team.name if posting.team else None,
            "site": _site_of(posting),
            "reports_to": posting.chief.number if posting.chief else None,
            "base_salary": state.salary_on(day),
        }
        if not row.get("team", stored["team"]) or stored["site"]:
            del stored["site"]  # it has no place without a team, and else agrees with it
        return personal_of(row, state.person) == personal_of(
            Row(row.number, {"number": row.values["number"]}, {}), state.person
        ) and all(row.values.get(name, value) == value for name, value in stored.items())

    def finish(self, notes: Notes, rejected: AbstractSet[int]) -> None:
        claims = {key: claim for key, claim in self.claims.items() if claim.row not in rejected}
        self._check_chiefs(claims, notes, rejected)
        self._check_salaries(claims, notes)
        if not notes.rejections:
            self._check_chain(claims, notes)

    def _check_chiefs(
        self,
        claims: Mapping[tuple[str, date], Claim],
        notes: Notes,
        rejected: AbstractSet[int],
    ) -> None:
        fresh = {
            number
            for number, said in self.said.items()
            if said.is_new and not rejected >= set(said.rows)
        }
        wanted = {claim.chief for claim in claims.values() if claim.chief}
        left = queries.left_on(wanted)
        left |= {number: self.said[number].left_on for number in wanted & fresh}
        reach = self._reach()
        for (_number, day), claim in claims.items():
            if claim.chief is None:
                continue
            if claim.chief not in left:
                notes.reject(claim.row, "reports_to", "unknown_person", text=claim.chief)
            elif (last := left[claim.chief]) and last < day:
                notes.reject(claim.row, "reports_to", "chief_has_left", text=claim.chief)
            elif reach is not None and claim.chief not in reach | fresh:
                notes.reject(claim.row, "reports_to", "not_below", text=claim.chief)
        if reach is not None:
            self._must_stay_below(claims, fresh, notes)

    def _must_stay_below(
        self, claims: Mapping[tuple[str, date], Claim], fresh: AbstractSet[str], notes: Notes
    ) -> None:
        """Somebody new must come below whoever imports, else nobody could mend the row."""
        for (number, _day), claim in claims.items():
            if number in fresh and claim.chief is None and claim.row == self.said[number].first:
                notes.reject(claim.row, "reports_to", "missing")

    def _reach(self) -> frozenset[str] | None:
        """Return the numbers that a deputy or supervisor may name as chiefs; None: all."""
        if self.scope is None or self.scope.is_admin:
            return None
        if self.reach is None:
            people = Person.objects.filter(pk__in={self.scope.person_id, *self.scope.below_ids})
            self.reach = frozenset(people.values_list("number", flat=True))
        return self.reach

    def _check_salaries(self, claims: Mapping[tuple[str, date], Claim], notes: Notes) -> None:
        """Refuse salaries that change within a month, seen over all rows of a person."""
        amounts: dict[str, dict[date, tuple[int, int]]] = {}
        for (number, day), claim in claims.items():
            said = self.said[number]
            if claim.amount is None or (said.is_new and len(said.rows) == 1):
                continue
            if number not in amounts:
                stored = self.salaries.get(number, {})
                amounts[number] = {each: (0, fen) for each, fen in stored.items()}
            amounts[number][day] = (claim.row, claim.amount)
        for number, dated in amounts.items():
            before: int | None = None
            for day in sorted(dated):
                row, amount = dated[day]
                fine = salary_may_start(day, hired_on=self.said[number].hired_on)
                if row and not fine and amount != before:
                    notes.reject(row, "base_salary", "salary_in_month", text=day.isoformat())
                before = amount

    def _check_chain(self, claims: Mapping[tuple[str, date], Claim], notes: Notes) -> None:
        links, rows = self._links(claims)
        above = rungs_above(links)
        for index in sorted(unfit_chiefs(links, above)):
            link = links[index]
            guilty = rows[index] or next(
                (row for at, row in enumerate(rows) if row and links[at].person == link.chief), 0
            )
            if guilty:
                notes.reject(guilty, "reports_to", "agent_as_chief", text=str(link.chief))
        for index in sorted(circles(links, above)):
            if rows[index]:
                notes.reject(rows[index], "reports_to", "circle", text=str(links[index].chief))

    def _links(self, claims: Mapping[tuple[str, date], Claim]) -> tuple[list[Link], list[int]]:
        """Return the chain as it would be, and the row of the file that each link comes from."""
        if self.chain is None:
            self.chain = list(queries.chain_rows())
        entries: list[tuple[str, date, str, str | None, int]] = [
            (number, day, post, chief, 0)
            for number, day, post, chief in self.chain
            if (number, day) not in claims
        ]
        for (number, day), claim in claims.items():
            chief = claim.chief if claim.says_chief else LEAVES
            entries.append((number, day, claim.post, chief, claim.row))
        entries.sort(key=lambda entry: entry[:2])
        links: list[Link] = []
        for at, (number, day, post, said, _row) in enumerate(entries):
            chief = said
            if said == LEAVES:
                before = links[-1] if links and links[-1].person == number else None
                chief = str(before.chief) if before and before.chief else None
            following = entries[at + 1] if at + 1 < len(entries) else None
            last = following[1] - ONE_DAY if following and following[0] == number else None
            links.append(Link(number, chief, RANKS[post], day, last))
        return links, [entry[4] for entry in entries]

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:
        if sweep:
            self._write_chiefs(rows)
            return
        known = queries.states({row.values["number"] for row in rows})
        sites: dict[str, str] = {}
        wanted = []
        for row in rows:
            state = known.get(row.values["number"])
            self._judge(row, state, notes)
            if row.get("team") and row.get("site"):
                sites[row.values["team"]] = row.values["site"]
            if notes.outcomes[row.number] != registry.UNCHANGED:
                wanted.append(self._row(row, state))
        services.import_people(
            actor=self.context.actor, rows=wanted, sites=sites, now=self.context.now
        )

    def _row(self, row: Row, state: State | None) -> PersonRow:
        return PersonRow(
            personal=personal_of(row, state.person if state else None),
            from_day=from_day(row),
            post=row.values["post"],
            says_team="team" in row.values,
            team=row.get("team"),
            chief=row.get("reports_to"),
            base_fen=row.get("base_salary"),
        )

    def _write_chiefs(self, rows: Sequence[Row]) -> None:
        chiefs = {
            _identity(row): row.get("reports_to") for row in rows if "reports_to" in row.values
        }
        services.set_chiefs(actor=self.context.actor, chiefs=chiefs, now=self.context.now)


def _site_of(posting: Posting) -> str | None:
    return posting.team.site.name if posting.team and posting.team.site else None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def export_people(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give a row for each posting; contact and salary only to whom they are shown."""
    scope: Scope | None = context.scope
    people = Person.objects.visible_to(scope) if scope else Person.objects.all()
    if context.filters:
        people = queries.narrowed(people, context.filters, day=context.today)
    numbers = list(people.order_by("number").values_list("number", flat=True))
    for start in range(0, len(numbers), EXPORTED_AT_ONCE):
        found = queries.states(numbers[start : start + EXPORTED_AT_ONCE])
        for number in sorted(found):
            yield from _exported(found[number], scope)


def _exported(state: State, scope: Scope | None) -> Iterator[Mapping[str, Any]]:
    person = state.person
    contact = scope is None or access.may_see_contact(scope, person.pk)
    money = scope is None or access.may_see_salary(scope, person.pk)
    for day in sorted(state.postings):
        posting = state.postings[day]
        yield {
            "number": person.number,
            "name": person.name,
            "post": posting.post,
            "site": _site_of(posting),
            "team": posting.team.name if posting.team else None,
            "reports_to": posting.chief.number if posting.chief else None,
            "base_salary": state.salary_on(day) if money else None,
            "hired_on": person.hired_on,
            "left_on": person.left_on,
            "email": person.email if contact else None,
            "phone": person.phone if contact else None,
            "dingtalk_id": person.dingtalk_id if contact else None,
            "from": day,
        }


def _managers(_user: User, scope: Scope) -> bool:
    return access.may_manage(scope)


PEOPLE = registry.register(
    registry.Kind(
        name="people",
        label=_("People"),
        columns=COLUMNS,
        identity=_identity,
        resource=PeopleResource,
        export=export_people,
        sentences=texts.ROWS,
        sweeps=2,
        may_import=_managers,
        may_export=_managers,
    )
)

STORE_COLUMNS = (
    registry.Column("store", "店铺", values.Text(80), required=True),
    registry.Column("brand", "品牌", values.Text(80)),
    registry.Column("platform", "平台", PLATFORM, required=True),
    registry.Column("team", "团队", values.Text(80)),
    registry.Column("from", "生效日期", values.Day(), keeps=True),
)


class StoreResource(registry.Resource):
    """One import of stores: a row is a store and, from a day on, the team that serves it."""

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        known = self._known(rows)
        for row in rows:
            self._judge(row, known.get(row.values["store"]), notes)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- this kind has one sweep
        known = self._known(rows)
        wanted = []
        for row in rows:
            stored = known.get(row.values["store"])
            self._judge(row, stored, notes)
            if notes.outcomes[row.number] != registry.UNCHANGED:
                wanted.append(self._row(row, stored))
        services.import_stores(actor=self.context.actor, rows=wanted, now=self.context.now)

    @staticmethod
    def _known(rows: Sequence[Row]) -> dict[str, tuple[Store, list[StoreService]]]:
        names = {row.values["store"] for row in rows}
        stores = list(Store.objects.filter(name__in=names).select_related("brand"))
        served = queries.services_by_store([store.pk for store in stores])
        return {store.name: (store, served.get(store.pk, [])) for store in stores}

    def _service(self, row: Row, served: Sequence[StoreService]) -> StoreService | None:
        """Return what the row is about: the service from its day, without one today's."""
        day = row.get("from")
        if day:
            return next((each for each in served if each.valid_from == day), None)
        return next((each for each in served if each.valid_from <= self.context.today), None)

    def _judge(
        self, row: Row, stored: tuple[Store, list[StoreService]] | None, notes: Notes
    ) -> None:
        if stored is None:
            notes.added(row)
            return
        store, served = stored
        brand = store.brand.name if store.brand else None
        same = store.platform == row.values["platform"] and row.values.get("brand", brand) == brand
        service = self._service(row, served)
        team = service.team.name if service and service.team else None
        if "team" in row.values and row.get("from") and service is None:
            notes.added(row)
        elif same and (row.values.get("team", team) == team):
            notes.unchanged(row)
        else:
            notes.changed(row)

    def _row(self, row: Row, stored: tuple[Store, list[StoreService]] | None) -> StoreRow:
        brand = stored[0].brand.name if stored and stored[0].brand else None
        return StoreRow(
            name=row.values["store"],
            platform=row.values["platform"],
            brand=row.values.get("brand", brand),
            serves="team" in row.values or stored is None,
            team=row.get("team"),
            from_day=row.get("from") or self.context.today,
        )


def export_stores(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give a row for each change of who serves a store; a store that nobody serves has one."""
    stores = Store.objects.visible_to(context.scope) if context.scope else Store.objects.all()
    chosen = list(stores.select_related("brand").order_by("name"))
    served = queries.services_by_store([store.pk for store in chosen])
    for store in chosen:
        for service in _dated(served.get(store.pk, [])):
            yield {
                "store": store.name,
                "brand": store.brand.name if store.brand else None,
                "platform": store.platform,
                "team": service.team.name if service and service.team else None,
                "from": service.valid_from if service else None,
            }


def _dated(served: Sequence[StoreService]) -> Sequence[StoreService | None]:
    """Return the services from the oldest on; one empty row for a store that never had any."""
    return [*reversed(served)] or [None]


STORES = registry.register(
    registry.Kind(
        name="stores",
        label=_("Stores"),
        columns=STORE_COLUMNS,
        identity=lambda row: (row.values["store"], row.get("from")),
        resource=StoreResource,
        export=export_stores,
        sentences=texts.ROWS,
        may_import=_managers,
        may_export=_managers,
    )
)
