"""The kind `targets` (data-formats, INC-2)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.money import Fen
from portal.period import DaySpan, Month, NotAMonth
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Row
from staff.incentives import access
from staff.incentives.enums import Aim, Bound, Measure, Reward, TargetState
from staff.incentives.models import Target
from staff.incentives.policies.targets import Refusal
from staff.incentives.services import targets as services
from staff.incentives.services.targets import Wanted
from staff.people.access import Scope, may_manage
from staff.people.enums import Post
from staff.people.models import Person, Store, Team

DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})")
POSTS = values.Choice(Post, also={"售前": Post.PRESALE, "售后": Post.POSTSALE})
AIMS = {
    "person": Aim.PERSON, "人": Aim.PERSON, "个人": Aim.PERSON, "team": Aim.TEAM, "团队": Aim.TEAM,
    "post": Aim.POST, "岗位": Aim.POST, "store": Aim.STORE, "店铺": Aim.STORE,
}  # fmt: skip
REWARDS = {
    "gift": Reward.GIFT, "礼物": Reward.GIFT, "honour": Reward.HONOUR, "荣誉": Reward.HONOUR,
}  # fmt: skip
MONEY = {"money", "现金", "奖金", ""}
NONE = {"none", "无", "-"}
COLUMNS = (
    Column("name", "名称", values.Text(80), required=True),
    Column("measure", "指标", values.Choice(Measure), required=True),
    Column("scope", "范围", values.Text(120), required=True),
    Column("period", "周期", values.Text(30), required=True),
    Column("at_least", "下限", values.Amount()),
    Column("at_most", "上限", values.Amount()),
    Column("reward", "奖励", values.Text(200)),
    Column("amount", "金额", values.Amount()),
)
ROWS = {
    "unknown_aim": _('"%(text)s" is no person:…, team:…, post:… or store:… that exists'),
    "no_period": _('"%(text)s" is no period such as 2026-10 or 2026-10-01/2026-10-15'),
    "not_aimed_at": _('you set no targets for "%(text)s"'),
    "two_bounds": _("has both at_least and at_most, or none of them"),
    "ended": _("has ended or is withdrawn; it does not change any more"),
    "stale": _("was changed by somebody else meanwhile"),
    "refused_presale_only": _("only pre-sale has a conversion target (INC-2)"),
    "refused_above_scale": _('"%(text)s" is more than the measure reaches'),
    "refused_over": _("the period is over already; a new target is set for what comes"),
    "refused_too_long": _("a period lasts a year at most"),
    "refused_too_far": _("the period begins within the next year"),
}
REFUSED = {
    Refusal.NO_POST_MEASURE: ("measure", "refused_presale_only"),
    Refusal.ABOVE_SCALE: ("at_least", "refused_above_scale"),
    Refusal.OVER: ("period", "refused_over"),
    Refusal.TOO_LONG: ("period", "refused_too_long"),
    Refusal.TOO_FAR: ("period", "refused_too_far"),
}


@dataclass(frozen=True, slots=True)
class Places:
    """The keys of what the rows of a batch aim at."""

    people: Mapping[str, int]
    teams: Mapping[str, int]
    stores: Mapping[str, int]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Places":
        named = {_split(row.values["scope"])[1] for row in rows}
        return cls(
            dict(Person.objects.filter(number__in=named).values_list("number", "pk")),
            dict(Team.objects.filter(name__in=named).values_list("name", "pk")),
            dict(Store.objects.filter(name__in=named).values_list("name", "pk")),
        )

    def aim(self, text: str, context: Context) -> dict[str, Any] | None:
        """Return the columns of the aim that a text names; None where it names none."""
        kind, name = _split(text)
        aim = AIMS.get(kind)
        if aim == Aim.POST:
            try:
                return {"aim": aim, "post": POSTS.read(name, context.zone)}
            except values.Refused:
                return None
        known = {
            Aim.PERSON: ("person_id", self.people),
            Aim.TEAM: ("team_id", self.teams),
            Aim.STORE: ("store_id", self.stores),
        }
        if aim is None or name not in known[aim][1]:
            return None
        column, keys = known[aim]
        return {"aim": aim, column: keys[name]}


def _split(text: str) -> tuple[str, str]:
    kind, _sep, name = text.replace("：", ":").partition(":")
    return kind.strip().casefold(), name.strip()


def period_of(text: str) -> DaySpan | None:
    """Read `2026-10`, or the first and the last day `2026-10-01/2026-10-15`."""
    shape = DAYS.fullmatch(text)
    try:
        if shape is None:
            return Month.parse(text).span
        return DaySpan(date.fromisoformat(shape[1]), date.fromisoformat(shape[2]))
    except (NotAMonth, ValueError):
        return None


def written_period(first: date, last: date) -> str:
    month = Month.of(first)
    if month.span == DaySpan(first, last):
        return str(month)
    return f"{first.isoformat()}/{last.isoformat()}"


class TargetResource(registry.Resource):
    """Targets that are set or changed as by hand; a period that is over is none to set any more."""

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        places = Places.of(rows)
        for row in rows:
            if (judged := self._judge(row, places, notes)) is None:
                continue
            wanted, stored = judged
            today = self.context.today
            if stored is not None and not _changes(stored, wanted):
                notes.unchanged(row)
            elif stored is not None and (
                stored.state != TargetState.RUNNING or stored.last_day < today
            ):
                notes.reject(row, "name", "ended")
            elif refusal := services.why_not(wanted, today=today):
                notes.reject(row, *REFUSED[refusal])
            elif stored is None:
                notes.added(row)
            else:
                notes.changed(row)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        places = Places.of(rows)
        for row in rows:
            if (judged := self._judge(row, places, notes)) is not None:
                self._write(row, *judged, notes)

    def _write(self, row: Row, wanted: Wanted, stored: Target | None, notes: Notes) -> None:
        actor, now = self.context.actor, self.context.now
        if stored is not None and not _changes(stored, wanted):
            notes.unchanged(row)
            return
        try:
            with transaction.atomic():
                if stored is None:
                    services.set_target(actor=actor, by=self._by(), wanted=wanted, now=now)
                else:
                    services.change_target(
                        actor=actor, target_id=stored.pk, version=stored.version, wanted=wanted,
                        now=now,
                    )  # fmt: skip
        except services.Refused as error:
            notes.reject(row, *REFUSED[error.reason])
        except services.HasEnded:
            notes.reject(row, "name", "ended")
        except (services.ChangedMeanwhile, services.NameTaken):
            notes.reject(row, "name", "stale")
        else:
            notes.added(row) if stored is None else notes.changed(row)

    def _by(self) -> Person | None:
        scope: Scope | None = self.context.scope
        return Person.objects.filter(pk=scope.person_id or 0).first() if scope else None

    def _judge(self, row: Row, places: Places, notes: Notes) -> tuple[Wanted, Target | None] | None:
        """Return what the row wants and what stands; None where it was rejected."""
        aim = places.aim(row.values["scope"], self.context)
        period = period_of(row.values["period"])
        if aim is None:
            notes.reject(row, "scope", "unknown_aim")
        elif period is None:
            notes.reject(row, "period", "no_period")
        elif not self._may_aim(aim):
            notes.reject(row, "scope", "not_aimed_at")
        else:
            return self._with_bound(row, aim, period, notes)
        return None

    def _with_bound(
        self, row: Row, aim: dict[str, Any], period: DaySpan, notes: Notes
    ) -> tuple[Wanted, Target | None] | None:
        stored = _stored(row.values["name"], aim, period)
        least, most = row.get("at_least"), row.get("at_most")
        if (least is None) == (most is None) and (stored is None or least is not None):
            notes.reject(row, "at_least", "two_bounds")
            return None
        bound, goal = _bound(stored, least, most)
        wanted = Wanted(
            name=row.values["name"], measure=row.values["measure"], period=period, bound=bound,
            goal=goal, **aim,
        )  # fmt: skip
        return _with_reward(wanted, row, stored), stored

    def _may_aim(self, aim: dict[str, Any]) -> bool:
        scope: Scope | None = self.context.scope
        return scope is None or access.may_aim_at(scope, Target(**aim))


def _bound(stored: Target | None, least: int | None, most: int | None) -> tuple[Bound, int]:
    if least is not None:
        return Bound.AT_LEAST, least
    if most is not None:
        return Bound.AT_MOST, most
    if stored is None:
        raise ValueError("a new target has a bound")
    return Bound(stored.bound), stored.goal


def _with_reward(wanted: Wanted, row: Row, stored: Target | None) -> Wanted:
    """Add the reward: money where there is an amount, `gift: …`, `honour: …`, else a gift.

    Without a word about it the stored one stays; `-` clears.
    """
    said, fen = row.get("reward", ""), row.get("amount")
    if not {"reward", "amount"} & set(row.values) and stored is not None:
        return replace(
            wanted, reward=Reward(stored.reward), reward_text=stored.reward_text,
            reward_fen=Fen(stored.reward_fen) if stored.reward_fen else None,
        )  # fmt: skip
    if fen:
        text = "" if said.casefold() in MONEY else said
        return replace(wanted, reward=Reward.MONEY, reward_text=text, reward_fen=Fen(fen))
    kind, text = _split(said)
    if kind in REWARDS and text:
        return replace(wanted, reward=REWARDS[kind], reward_text=text)
    if said.casefold() in MONEY | NONE:
        return wanted
    return replace(wanted, reward=REWARDS.get(kind, Reward.GIFT), reward_text=said)


def _stored(name: str, aim: dict[str, Any], period: DaySpan) -> Target | None:
    rows = Target.objects.filter(
        **aim, name=name, first_day=period.first_day, last_day=period.last_day
    )
    return rows.exclude(state=TargetState.WITHDRAWN).first()


def _changes(stored: Target, wanted: Wanted) -> bool:
    return any(getattr(stored, name) != value for name, value in wanted.fields().items())


def export_targets(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the targets that stand, by their last day; amounts to whom they may be shown."""
    rows = Target.objects.exclude(state=TargetState.WITHDRAWN)
    scope: Scope | None = context.scope
    if scope is not None:
        rows = rows.visible_to(scope)
    if context.month:
        month = Month.of(context.month)
        rows = rows.filter(Q(first_day__lte=month.last_day) & Q(last_day__gte=month.first_day))
    found = rows.select_related("person", "team", "store").order_by("last_day", "pk")
    for target in found.iterator(chunk_size=2000):
        shows = scope is None or access.may_see_amount(scope, target)
        yield {
            "name": target.name,
            "measure": target.measure,
            "scope": _written_aim(target),
            "period": written_period(target.first_day, target.last_day),
            "at_least": target.goal if target.bound == Bound.AT_LEAST else None,
            "at_most": target.goal if target.bound == Bound.AT_MOST else None,
            "reward": _written_reward(target),
            "amount": target.reward_fen if shows else None,
        }


def _written_aim(target: Target) -> str:
    if target.person is not None:
        return f"person:{target.person.number}"
    if target.team is not None:
        return f"team:{target.team.name}"
    if target.store is not None:
        return f"store:{target.store.name}"
    return f"post:{target.post.lower()}"


def _written_reward(target: Target) -> str | None:
    if target.reward == Reward.MONEY:
        return target.reward_text or "money"
    if target.reward == Reward.NONE:
        return None
    return f"{target.reward.lower()}: {target.reward_text}"


TARGETS = registry.register(
    registry.Kind(
        name="targets",
        label=_("Targets"),
        columns=COLUMNS,
        identity=registry.by("name", "scope", "period"),
        resource=TargetResource,
        export=export_targets,
        by_month=True,
        sentences=ROWS,
        may_import=lambda _user, scope: may_manage(scope),
        may_export=lambda _user, scope: may_manage(scope) or scope.leads,
    )
)
