"""Times as people say them: "in 25 min", with the exact moment on hover."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.dateformat import DateFormat, re_escaped, re_formatchars
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SPAN_UP_TO = timedelta(hours=6)
LATE_IN_DAYS_FROM = timedelta(hours=48)
NOTHING = SafeString('<span class="text-body-secondary">–</span>')


def local(moment: datetime) -> datetime:
    """Return the moment in the department's zone, whatever zone is active."""
    return timezone.localtime(moment, timezone.get_default_timezone())


@lru_cache(maxsize=64)
def _pieces(pattern: str) -> list[tuple[str, bool]]:
    """Return the pieces of a date's pattern, and of each whether it stands for a part of it."""
    split = re_formatchars.split(pattern)
    return [
        (piece if at % 2 else re_escaped.sub(r"\1", piece), bool(at % 2))
        for at, piece in enumerate(split)
        if piece
    ]


def _formatted(moment: datetime, name: str) -> str:
    """Write a local moment as formats.date_format does; a list writes a hundred of them."""
    parts = DateFormat(moment)
    return "".join(
        str(getattr(parts, piece)()) if stands else piece
        for piece, stands in _pieces(formats.get_format(name))
    )


def exact(moment: datetime) -> str:
    """Return date and time in the manner of the language, to the minute."""
    return _formatted(local(moment), "DATETIME_FORMAT")


def _span(span: timedelta) -> str:
    """Return a positive span in hours and minutes, minutes rounded down; days from 48 hours."""
    if span >= LATE_IN_DAYS_FROM:
        return ngettext("%(count)d day", "%(count)d days", span.days) % {"count": span.days}
    hours, minutes = divmod(span // MINUTE, 60)
    if not hours:
        return ngettext("%(count)d min", "%(count)d min", minutes) % {"count": minutes}
    if not minutes:
        return ngettext("%(count)d h", "%(count)d h", hours) % {"count": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def _by_date(moment: datetime, now: datetime) -> str:
    """Return day and clock time for a moment that is not within the next or last hours."""
    at, today = local(moment), local(now).date()
    clock = f"{at:%H:%M}"
    days = (at.date() - today).days
    if days == 0:
        return pgettext("a time of day", "today %(time)s") % {"time": clock}
    if days == 1:
        return pgettext("a time of day", "tomorrow %(time)s") % {"time": clock}
    if days == -1:
        return pgettext("a time of day", "yesterday %(time)s") % {"time": clock}
    name = "MONTH_DAY_FORMAT" if at.year == today.year else "SHORT_DATE_FORMAT"
    return f"{_formatted(at, name)} {clock}"


def relative(moment: datetime, now: datetime) -> str:
    """Return how people would say the moment: in a span when it is near, by date when it is far.

    What lies ahead is rounded to the nearest minute, what lies behind is rounded down.
    """
    ahead = moment - now
    if abs(ahead) < MINUTE:
        return _("now")
    if abs(ahead) >= SPAN_UP_TO:
        return _by_date(moment, now)
    if ahead > timedelta(0):
        return _("in %(span)s") % {"span": _span(ahead + MINUTE / 2)}
    return _("%(span)s ago") % {"span": _span(-ahead)}


def overdue(moment: datetime, now: datetime) -> str:
    """Return by how much a deadline has passed."""
    late = now - moment
    if late < MINUTE:
        return _("overdue just now")
    return _("overdue by %(span)s") % {"span": _span(late)}


@register.simple_tag(takes_context=True)
def when(
    context: template.Context | Mapping[str, Any],
    moment: datetime | None,
    now: datetime | None = None,
    *,
    deadline: bool = False,
) -> SafeString:
    """Write a moment as `<time>`; a deadline that has passed is red, with an icon and the word.

    Without `now` the page's own `now` counts, else the clock. Nothing to say is a dash.
    """
    if moment is None:
        return NOTHING
    at = now or context.get("now") or timezone.now()
    shown = local(moment)
    stamp, title = shown.isoformat(timespec="seconds"), escape(_formatted(shown, "DATETIME_FORMAT"))
    if deadline and moment <= at:
        return mark_safe(  # noqa: S308 -- every text is escaped here
            f'<time class="when overdue" datetime="{stamp}" title="{title}">'
            '<i class="bi bi-alarm-fill" aria-hidden="true"></i>'
            f" {escape(overdue(moment, at))}</time>"
        )
    return mark_safe(  # noqa: S308 -- every text is escaped here
        f'<time class="when" datetime="{stamp}" title="{title}">'
        f"{escape(relative(moment, at))}</time>"
    )


@register.filter
def ten_thousand_plus(count: int | None, top: int = 10_000) -> str:
    """Write a count with the language's separators; above 10,000 it reads 10,000+."""
    if count is None:
        return ""
    if count > top:
        return formats.number_format(top, use_l10n=True, force_grouping=True) + "+"
    return formats.number_format(count, use_l10n=True, force_grouping=True)
