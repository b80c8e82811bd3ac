"""Satisfaction by store, channel, product, topic and agent, this month against last (FBK-5)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, IntegerField, Q, When
from django.db.models.functions import Cast

from complaints.queries.cases import in_chinese
from feedback.enums import ItemKind
from feedback.policies import figures
from feedback.policies.figures import Share
from feedback.queries import scores, teams
from feedback.queries.scores import Scores
from feedback.queries.teams import Name
from feedback.querysets import InvitationQuerySet, ItemQuerySet, negative

STORE, CHANNEL, PRODUCT, TOPIC, AGENT, TEAM = (
    "store", "channel", "product", "topic", "agent", "team",
)  # fmt: skip
GROUPS = (STORE, TEAM, AGENT, CHANNEL, PRODUCT, TOPIC)
MOST_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many items, how many rated, with four or five stars, negative (FBK-3), answered."""

    items: int = 0
    rated: int = 0
    good: int = 0
    bad: int = 0
    answered: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in vars(self)})

    @property
    def csat(self) -> Share | None:
        return figures.wilson(self.good, self.rated)

    @property
    def negative(self) -> Share | None:
        return figures.wilson(self.bad, self.rated)

    @property
    def reply_rate(self) -> Share | None:
        return figures.wilson(self.answered, self.items)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the figures; `key` None is what names none."""

    key: int | None
    label: str
    now: Counts
    last: Counts
    scores: Scores
    scores_last: Scores

    @property
    def has_scores(self) -> bool:
        """Whether a survey asked anybody in these two months."""
        return bool(self.scores or self.scores_last)


@dataclass(frozen=True, kw_only=True)
class Figures:
    total: Line
    lines: Sequence[Line]
    cut: bool


def month_of(day: date) -> tuple[date, date]:
    """Return the first and the last day of the month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def month_before(day: date) -> tuple[date, date]:
    return month_of(day.replace(day=1) - timedelta(days=1))


def month_after(day: date) -> date:
    """Return the first day of the month after that of the day."""
    return month_of(day)[1] + timedelta(days=1)


def _columns(group: str) -> tuple[Name, Name]:
    topic = "topics__name_zh" if in_chinese() else "topics__name_en"
    columns: dict[str, tuple[Name, Name]] = {
        STORE: ("store_id", "store__name"),
        CHANNEL: ("channel_id", "channel__name"),
        PRODUCT: ("product_id", "product__name"),
        TOPIC: ("topics", topic),
        AGENT: ("agent_id", "agent__name"),
        TEAM: (
            teams.serving("store", "service_day", "team_id"),
            teams.serving("store", "service_day", "team__name"),
        ),
    }
    return columns[group]


def _counts(numbers: Sequence[int]) -> Counts:
    """Return the counts in the order of the fields."""
    items, rated, good, bad, answered = numbers
    return Counts(items=items, rated=rated, good=good, bad=bad, answered=answered)


def of_month(
    items: ItemQuerySet, *, invitations: InvitationQuerySet, group: str, month: date
) -> Figures:
    """Return the figures of a month beside those of the month before: three queries.

    By topic there is one more, because an item may be about several.
    """
    (first, last), (since, _before_last) = month_of(month), month_before(month)
    rows = items.filter(service_day__range=(since, last)).exclude(kind=ItemKind.SPAM).order_by()
    period = Case(When(service_day__gte=first, then=1), default=0, output_field=IntegerField())
    counted = _counted()
    key, label = _columns(group)
    found: dict[scores.Key, dict[int, Counts]] = defaultdict(dict)
    named = rows.values(
        period=period, group_key=teams.of(key), group_label=Cast(teams.of(label), CharField())
    )
    parts = named.annotate(**counted)
    for at, one, text, *numbers in parts.values_list(
        "period", "group_key", "group_label", *counted
    ):
        found[one, text or ""][at] = _counts(numbers)
    given = scores.of_months(items, invitations, group=group, since=since, last=last, first=first)
    lines = [
        _line(key, found.get(key, {}), given.groups.get(key, {}))
        for key in dict.fromkeys([*found, *given.groups])
    ]
    lines.sort(key=lambda line: (-line.now.items, -line.last.items, line.label, line.key or 0))
    if group == TOPIC:
        whole = rows.values(period=period).annotate(**counted)
        totals = {at: _counts(numbers) for at, *numbers in whole.values_list("period", *counted)}
    else:
        totals = {
            1: sum((line.now for line in lines), Counts()),
            0: sum((line.last for line in lines), Counts()),
        }
    total = _line((None, ""), totals, given.total)
    return Figures(total=total, lines=lines[:MOST_ROWS], cut=len(lines) > MOST_ROWS)


def _counted() -> dict[str, Count]:
    return {
        "items": Count("pk"),
        "rated": Count("rating"),
        "good": Count("pk", filter=Q(rating__gte=4)),
        "bad": Count("pk", filter=negative()),
        "answered": Count("answered_at"),
    }


def _line(
    key: scores.Key, counts: Mapping[int, Counts], given: Mapping[int, scores.Scores]
) -> Line:
    return Line(
        key=key[0],
        label=key[1],
        now=counts.get(1, Counts()),
        last=counts.get(0, Counts()),
        scores=given.get(scores.NOW, scores.Scores()),
        scores_last=given.get(scores.LAST, scores.Scores()),
    )
