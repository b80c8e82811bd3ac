"""Times as people say them: "in 25 min", with the exact moment on hover."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SPAN_UP_TO = timedelta(hours=6)
LATE_IN_DAYS_FROM = timedelta(hours=48)


def local(moment: datetime) -> datetime:
    """Return the moment in the department's zone, whatever zone is active."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def exact(moment: datetime) -> str:
    """Return date and time in the manner of the language, to the minute."""
    return formats.date_format(local(moment), "DATETIME_FORMAT")


def _clock(moment: datetime) -> str:
    return local(moment).strftime("%H:%M")


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
    day, today = local(moment).date(), local(now).date()
    clock = {"time": _clock(moment)}
    named = {
        0: pgettext("a time of day", "today %(time)s"),
        1: pgettext("a time of day", "tomorrow %(time)s"),
        -1: pgettext("a time of day", "yesterday %(time)s"),
    }.get((day - today).days)
    if named:
        return named % clock
    if day.year == today.year:
        return f"{formats.date_format(day, 'MONTH_DAY_FORMAT')} {clock['time']}"
    return f"{formats.date_format(day, 'SHORT_DATE_FORMAT')} {clock['time']}"


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
        return format_html('<span class="text-body-secondary">{}</span>', "–")
    at = now or context.get("now") or timezone.now()
    stamp, title = local(moment).isoformat(timespec="seconds"), exact(moment)
    if deadline and moment <= at:
        return format_html(
            '<time class="when overdue" datetime="{}" title="{}">'
            '<i class="bi bi-alarm-fill" aria-hidden="true"></i> {}</time>',
            stamp,
            title,
            overdue(moment, at),
        )
    return format_html(
        '<time class="when" datetime="{}" title="{}">{}</time>', stamp, title, relative(moment, at)
    )


@register.filter
def ten_thousand_plus(count: int | None) -> str:
    """Write a count with the language's separators; above 10,000 it reads 10,000+."""
    top = 10_000
    if count is None:
        return ""
    if count > top:
        return formats.number_format(top, use_l10n=True, force_grouping=True) + "+"
    return formats.number_format(count, use_l10n=True, force_grouping=True)
