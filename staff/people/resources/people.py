"""Import and export of people, with post, team, chief and salary by date."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.transfer import registry
from portal.transfer.registry import Context, Notes, Row
from staff.people import access, queries, services, texts
from staff.people.access import Scope
from staff.people.models import Person
from staff.people.policies import Link, circles, rungs_above, salary_may_start, unfit_chiefs
from staff.people.queries import State
from staff.people.resources.rows import (
    COLUMNS,
    LEAVES,
    NUMBER,
    ONE_DAY,
    PERSONAL,
    RANKS,
    Batch,
    Claim,
    Refusal,
    Said,
    from_day,
    identity,
    is_email,
    personal_of,
    site_of,
)
from staff.people.services import PersonRow

EXPORTED_AT_ONCE = 500


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
        if email and not is_email(email):
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
        self.claims[identity(row)] = Claim(
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
            "site": site_of(posting),
            "reports_to": posting.chief.number if posting.chief else None,
            "base_salary": state.salary_on(day),
        }
        if not row.get("team", stored["team"]) or stored["site"]:
            del stored["site"]  # it has no place without a team, and else agrees with it
        return personal_of(row, state.person) == personal_of(
            Row(row.number, {"number": row.values["number"]}, {}), state.person
        ) and all(row.values.get(name, value) == value for name, value in stored.items())

    def finish(self, notes: Notes, rejected: AbstractSet[int]) -> None:
        claims = self.claims
        if rejected:
            claims = {key: claim for key, claim in claims.items() if claim.row not in rejected}
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
        entries.sort()  # no two are of one person and day
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
        for remembered in (self.said, self.claims, self.salaries, self.dingtalk, self.sites):
            remembered.clear()
        self.chain = None
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
            identity(row): row.get("reports_to") for row in rows if "reports_to" in row.values
        }
        services.set_chiefs(actor=self.context.actor, chiefs=chiefs, now=self.context.now)


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
            "site": site_of(posting),
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


def managers(_user: User, scope: Scope) -> bool:
    return access.may_manage(scope)


PEOPLE = registry.register(
    registry.Kind(
        name="people",
        label=_("People"),
        columns=COLUMNS,
        identity=identity,
        resource=PeopleResource,
        export=export_people,
        sentences=texts.ROWS,
        sweeps=2,
        may_import=managers,
        may_export=managers,
    )
)
