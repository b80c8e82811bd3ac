"""Recommendation, effort and response of the surveys, this month against last (FBK-5)."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, CharField, Count, F, IntegerField, Value, When
from django.db.models.functions import Cast

from feedback.enums import ItemKind
from feedback.models import Answer
from feedback.policies import figures
from feedback.policies.figures import Share
from feedback.queries import teams
from feedback.queries.items import SCORES
from feedback.queries.teams import Name
from feedback.querysets import InvitationQuerySet, ItemQuerySet

ASKED = "ASKED"
COLUMNS = ("period", "group_key", "group_label", "told", "score", "n")
OF_ITEMS = {
    "store": ("store_id", "store__name"),
    "channel": ("channel_id", "channel__name"),
    "product": ("product_id", "product__name"),
    "agent": ("agent_id", "agent__name"),
}
OF_INVITATIONS = {
    "store": ("survey__store_id", "survey__store__name"),
    "product": ("order__product_id", "order__product__name"),
    "agent": ("agent_id", "agent__name"),
}
"""Nobody is invited to a channel, or about a topic."""
TEAM = "team"

NOW, LAST = 1, 0
Key = tuple[int | None, str]


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How often each score was given, how many were invited, and how many of these answered."""

    nps_counts: Mapping[int, int] = field(default_factory=dict)
    ces_counts: Mapping[int, int] = field(default_factory=dict)
    invited: int = 0
    returned: int = 0

    def __bool__(self) -> bool:
        return bool(self.nps_counts or self.ces_counts or self.invited)

    @property
    def nps(self) -> Share | None:
        return figures.nps_of(self.nps_counts)

    @property
    def ces(self) -> Share | None:
        return figures.mean_of(self.ces_counts)

    @property
    def rate(self) -> Share | None:
        return figures.wilson(self.returned, self.invited)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The scores of all, and of each group; by the period, `NOW` or `LAST`."""

    total: Mapping[int, Scores]
    groups: Mapping[Key, Mapping[int, Scores]]


def of_months(
    items: ItemQuerySet, invitations: InvitationQuerySet, *, group: str, since: date, last: date,
    first: date,
) -> Found:  # fmt: skip
    """Return the scores from `since` to `last`, in one query; from `first` on it is now.

    Answers count on the service day of their item, invitations on that when they were made. A
    topic has no lines of its own: one answer may be about several.
    """
    told = items.filter(service_day__range=(since, last)).exclude(kind=ItemKind.SPAM).order_by()
    key, label = _of_items(group)
    given = Answer.objects.filter(response__item__in=told, question__kind__in=SCORES).values(
        period=_period("response__item__service_day", first),
        group_key=_key(key),
        group_label=_label(label),
        told=Cast(F("question__kind"), CharField()),
        score=Cast(F("value"), IntegerField()),
    )
    key, label = _of_invitations(group)
    asked = invitations.filter(service_day__range=(since, last)).values(
        period=_period("service_day", first),
        group_key=_key(key),
        group_label=_label(label),
        told=Cast(Value(ASKED), CharField()),
        score=Case(When(answered_at=None, then=0), default=1, output_field=IntegerField()),
    )
    counted = [rows.order_by().annotate(n=Count("pk")).values_list(*COLUMNS)
               for rows in (given, asked)]  # fmt: skip
    total: dict[int, dict[str, Counter[int]]] = {NOW: _empty(), LAST: _empty()}
    groups: dict[Key, dict[int, dict[str, Counter[int]]]] = defaultdict(
        lambda: {NOW: _empty(), LAST: _empty()}
    )
    for period, one, text, what, score, n in counted[0].union(counted[1], all=True):
        total[period][what][score] += n
        if group == TEAM or group in (OF_INVITATIONS if what == ASKED else OF_ITEMS):
            groups[one, text or ""][period][what][score] += n
    return Found(total=_scores(total), groups={key: _scores(both) for key, both in groups.items()})


def _period(name: str, first: date) -> Case:
    return Case(
        When(**{f"{name}__gte": first}, then=NOW), default=LAST, output_field=IntegerField()
    )


def _of_items(group: str) -> tuple[Name, Name]:
    """Return where an answer finds key and label of its group."""
    if group == TEAM:
        place = ("response__item__store", "response__item__service_day")
        return teams.serving(*place, "team_id"), teams.serving(*place, "team__name")
    key, label = OF_ITEMS.get(group, ("", ""))
    return (f"response__item__{key}", f"response__item__{label}") if key else ("", "")


def _of_invitations(group: str) -> tuple[Name, Name]:
    if group == TEAM:
        place = ("survey__store", "service_day")
        return teams.serving(*place, "team_id"), teams.serving(*place, "team__name")
    return OF_INVITATIONS.get(group, ("", ""))


def _key(name: Name) -> Cast:
    return Cast(teams.of(name) if name else Value(None), IntegerField())


def _label(name: Name) -> Cast:
    return Cast(teams.of(name) if name else Value(""), CharField())


def _empty() -> dict[str, Counter[int]]:
    return {what: Counter() for what in (*SCORES, ASKED)}


def _scores(both: Mapping[int, Mapping[str, Counter[int]]]) -> dict[int, Scores]:
    return {
        period: Scores(
            nps_counts=counts["NPS"], ces_counts=counts["CES"], invited=counts[ASKED].total(),
            returned=counts[ASKED][1],
        )
        for period, counts in both.items()
    }  # fmt: skip
