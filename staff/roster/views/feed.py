"""The calendar of a person for calendar programs, which know only the secret link."""

import re
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from portal.http import address_of
from staff.people.models import Person
from staff.roster.models import Assignment, CalendarFeed
from staff.roster.services.feeds import hashed

TOKEN = re.compile(r"\A[A-Za-z0-9_-]{43}\Z", re.ASCII)
WRONG_TRIES = 30
WRONG_WINDOW = 600
TOO_MANY = 429
BACK, AHEAD = timedelta(days=62), timedelta(days=200)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a right link with the shifts, everything else with 404.

    An address that keeps guessing is answered 429 for a while. Moments are in UTC.
    """
    tries = f"feed-tries:{address_of(request)}"
    if cache.get(tries, 0) >= WRONG_TRIES:
        return HttpResponse(status=TOO_MANY)
    found = None
    if TOKEN.match(token):
        rows = CalendarFeed.objects.select_related("person", "person__user")
        found = rows.filter(token_hash=hashed(token)).first()
    if found is None or not _works_here(found.person):
        cache.add(tries, 0, WRONG_WINDOW)
        cache.incr(tries)
        raise Http404
    with translation.override(_language(found.person)):
        text = _calendar(found.person)
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"},
    )


def _works_here(person: Person) -> bool:
    today = timezone.localdate()
    return (person.left_on is None or person.left_on >= today) and (
        person.user is None or person.user.is_active
    )


def _language(person: Person) -> str:
    return (person.user.language if person.user else "") or "zh-hans"


def _calendar(person: Person) -> bytes:
    now = timezone.now()
    calendar = Calendar()
    calendar.add("prodid", "-//Kefu//Roster//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext("Shifts of %(person)s") % {"person": person.name})
    chinese = translation.get_language().startswith("zh")
    rows = Assignment.objects.filter(
        person=person, starts_at__range=(now - BACK, now + AHEAD)
    ).select_related("shift_type", "team")
    for row in rows.order_by("starts_at"):
        name = row.shift_type.name_zh if chinese else row.shift_type.name_en
        event = Event()
        event.add("uid", f"{row.day:%Y%m%d}-{row.shift_type.code}-{person.number}@kefu")
        event.add("dtstamp", now)
        event.add("dtstart", row.starts_at)
        event.add("dtend", row.ends_at)
        event.add(
            "summary", gettext("%(shift)s, as lead") % {"shift": name} if row.is_lead else name
        )
        if row.team:
            event.add("location", row.team.name)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
