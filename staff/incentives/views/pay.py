"""What the pages of pay have in common."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.period import Month, NotAMonth
from staff.incentives import access
from staff.incentives.queries.opening import Opened
from staff.incentives.services import looking
from staff.people.http import StaffRequest
from staff.people.models import Person


def last_day(until: datetime | None) -> date | None:
    """Return the last whole day before a midnight, as people say until when something lasts."""
    return timezone.localdate(until - timedelta(microseconds=1)) if until else None


def month_of(text: str) -> Month | None:
    """Return the month of an address, None where it names none."""
    try:
        return Month.parse(text)
    except NotAMonth:
        return None


def me_of(request: StaffRequest) -> Person:
    """Return who asks; whoever is no person of the department finds nothing here."""
    me = request.person
    me.pk  # noqa: B018 -- looks the person up
    return me


def someone_of(request: StaffRequest, number: str) -> Person:
    someone = get_object_or_404(Person.objects.visible_to(request.scope), number=number)
    if not access.can_see(request.scope, someone.pk):
        raise Http404
    return someone


def note_seen(request: StaffRequest, opened: Opened, someone: Person) -> None:
    if opened.statement is not None and opened.settlement is not None:
        looking.look(opened.settlement, person=someone, actor=request.user, now=timezone.now())


def tabs(request: StaffRequest, here: str) -> dict[str, Any]:
    """Return the tabs above the pages of pay, as far as they lead somewhere."""
    manages = access.may_settle(request.scope)
    wanted = [
        ("mine", _("My statement"), "staff:pay", "receipt", request.scope.person_id is not None),
        ("people", _("Statements"), "staff:pay_people", "people", manages),
        ("disputes", _("Disputes"), "staff:disputes", "chat-left-dots", manages),
        ("months", _("Months"), "staff:pay_months", "calendar3", manages),
    ]
    return {
        "tabs": [
            {"label": label, "url": reverse(view), "icon": icon, "active": name == here}
            for name, label, view, icon, shown in wanted
            if shown
        ]
    }
