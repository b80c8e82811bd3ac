"""The weekly digest: one's open work and the figures of the week, once for each person and week.

Due from the department's moment on; whoever has no notice of the week yet gets one. The key of the
notice makes it appear once, however many ticks run.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import audit, notices
from portal.models import DigestPlan, Notice, User

KIND = "week.digest"
AT_ONCE = 200
LATEST = timedelta(days=3)  # after an outage longer than that the week's digest is stale news
WEEK, ONE_DAY = timedelta(days=7), timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The service days of the week that is over, `[begins_at, ends_at)`, and when it is told."""

    first_day: date
    begins_at: datetime
    ends_at: datetime
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a digest. `count` gives it for many users at once, `says` its sentence."""

    code: str
    position: int
    count: Callable[[Collection[int], Span], Mapping[int, int]]
    says: Callable[[int], str]


_figures: dict[str, Figure] = {}
_readers: list[Callable[[datetime], Collection[int]]] = []
_ends: list[Callable[[date], datetime]] = []


def register_figure(figure: Figure) -> None:
    """Add a number to the digest; called when an app is ready."""
    _figures[figure.code] = figure


def register_readers(provider: Callable[[datetime], Collection[int]]) -> None:
    """Say whose digests there are: `(now)` -> ids of users."""
    _readers[:] = [provider]


def register_end_of_day(provider: Callable[[date], datetime]) -> None:
    """Say when a service day is over (SHIFT-5); staff does so."""
    _ends[:] = [provider]


def due_moment(plan: DigestPlan, now: datetime) -> datetime:
    """Return the last moment at which a digest was due, in the department's zone."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    day = local.date() - timedelta(days=(local.isoweekday() - plan.weekday) % 7)
    moment = timezone.make_aware(datetime.combine(day, plan.at), timezone.get_default_timezone())
    return moment if moment <= now else moment - WEEK


def span_of(moment: datetime) -> Span:
    """Return the service days, Monday to Sunday, of the week before a moment."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    sunday = local.date() - timedelta(days=local.isoweekday())
    begins, ends = (_ends[0](day) for day in (sunday - WEEK, sunday))
    return Span(first_day=sunday - WEEK + ONE_DAY, begins_at=begins, ends_at=ends, now=moment)


def send_due(now: datetime) -> int:
    """Write the digests that are due, at most one batch; returns how many. Safe to run twice."""
    when = plan()
    moment = due_moment(when, now)
    if not when.is_on or now - moment > LATEST or not _readers:
        return 0
    span = span_of(moment)
    key = f"week:{span.first_day.isoformat()}"
    told = Exists(Notice.objects.filter(receiver=OuterRef("pk"), key=key))
    readers = User.objects.filter(pk__in=_readers[0](now), is_active=True).exclude(told)
    users = list(readers.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if not users:
        return 0
    params = _numbers(users, span)
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=key,
                kind=KIND,
                params={"first": span.first_day.isoformat(), "numbers": params[user]},
            )
            for user in users
        ],
        now=now,
    )
    return len(users)


def _numbers(users: Collection[int], span: Span) -> dict[int, list[list[object]]]:
    found: dict[int, list[list[object]]] = {user: [] for user in users}
    for figure in sorted(_figures.values(), key=lambda each: each.position):
        counts = figure.count(users, span)
        for user in users:
            if count := counts.get(user, 0):
                found[user].append([figure.code, count])
    return found


def _text(params: notices.Params) -> str:
    first = date.fromisoformat(params["first"])
    sentences = [
        _("Your week from %(first)s to %(last)s.")
        % {
            "first": date_format(first, "SHORT_DATE_FORMAT"),
            "last": date_format(first + timedelta(days=6), "SHORT_DATE_FORMAT"),
        }
    ]
    sentences += [
        _figures[code].says(count) for code, count in params["numbers"] if code in _figures
    ]
    if not params["numbers"]:
        sentences.append(_("Nothing of yours is open, and nothing was counted."))
    return " ".join(sentences)


DIGEST = notices.Kind(
    code=KIND,
    icon="calendar-week",
    label=gettext_lazy("Weekly digest"),
    text=_text,
    url=lambda _params: reverse("portal:home"),
)


def plan() -> DigestPlan:
    """Return when the digest is written: the department's row, or the defaults."""
    return DigestPlan.objects.first() or DigestPlan()


def save_plan(*, actor: User, plan: DigestPlan, changed: Sequence[str], now: datetime) -> None:
    """Save the department's moment and audit it, where something changed."""
    if changed:
        plan.pk = 1
        plan.save()
        audit.record(actor=actor, verb="notices.plan_changed", target=plan, at=now)
