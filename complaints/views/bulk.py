"""Acts on the selected cases of the list, and the button that takes the last one back."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from complaints import access
from complaints.enums import Severity
from complaints.filters import KEY
from complaints.forms import cases as forms
from complaints.models import Complaint, Incident
from complaints.queries import cases as queries
from complaints.services import bulk as services
from complaints.services.bulk import Act, Done
from staff.people.http import StaffRequest

UNDO = "complaints_undo"
WINDOW = timedelta(minutes=2)
MOST = 500


def remember(request: StaffRequest, done: Done, *, now: datetime) -> None:
    """Keep what was done for the button that takes it back."""
    if done.rows:
        request.session[UNDO] = {
            "act": done.act,
            "rows": [list(row) for row in done.rows],
            "at": now.isoformat(),
        }


def undoable(request: StaffRequest, *, now: datetime) -> int:
    """Return for how many cases the last act can still be taken back."""
    kept = request.session.get(UNDO)
    if not kept:
        return 0
    at = parse_datetime(kept["at"])
    return len(kept["rows"]) if at is not None and now - at < WINDOW else 0


def _back(request: StaffRequest) -> HttpResponse:
    query = request.POST.get("query", "").replace("\0", "")[:1000]
    return redirect(f"{reverse('complaints:list')}?{query}")


def _picked(request: StaffRequest) -> list[Complaint]:
    keys = [int(key) for key in request.POST.getlist("pick") if KEY.fullmatch(key)]
    rows = Complaint.objects.visible_to(request.scope).filter(pk__in=keys[:MOST])
    return list(rows.defer("words", "description").order_by("pk"))


def _may(request: StaffRequest, check: Callable[[Any, Complaint], bool]) -> Collection[int]:
    return [case.pk for case in _picked(request) if check(request.scope, case)]


@require_POST
def give(request: StaffRequest) -> HttpResponse:
    """Give the selected cases of the list to somebody."""
    if not request.scope.leads:
        raise PermissionDenied
    people = queries.choices_for(request.scope, today=request.scope.today).people
    form = forms.OwnerForm(request.POST, people=people)
    if not form.is_valid():
        messages.error(request, _("Choose who gets the cases."))
        return _back(request)
    now = timezone.now()
    done = services.give(
        actor=request.person,
        complaint_ids=_may(request, access.can_set_owner),
        owner_id=form.cleaned_data["owner"],
        now=now,
    )
    count = len(done.rows)
    text = ngettext("%(count)d case has a new owner.", "%(count)d cases have a new owner.", count)
    messages.success(request, text % {"count": count})
    remember(request, done, now=now)
    return _back(request)


@require_POST
def act(request: StaffRequest) -> HttpResponse:
    """Set the severity, begin to watch, put under an incident, mark customers, or export."""
    if not request.scope.leads:
        raise PermissionDenied
    wanted = request.POST.get("act", "")
    if wanted == "export":
        keys = ",".join(str(case.pk) for case in _picked(request))
        ending = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
        address = reverse("portal:export_kind", args=["complaints"])
        return redirect(f"{address}?picked={keys}&format={ending}") if keys else _back(request)
    now = timezone.now()
    done = {"severity": _grade, "watch": _watch, "incident": _under, "value": _value}.get(
        wanted, _nothing
    )(request, now)
    if done is None:
        return _back(request)
    count = len(done.rows)
    text = ngettext("%(count)d case is changed.", "%(count)d cases are changed.", count)
    messages.success(request, text % {"count": count})
    remember(request, done, now=now)
    return _back(request)


def _nothing(request: StaffRequest, _now: datetime) -> Done | None:
    messages.error(request, _("Choose what is to be done with the cases."))
    return None


def _grade(request: StaffRequest, now: datetime) -> Done | None:
    severity = request.POST.get("severity", "")
    if severity not in Severity.values:
        return _nothing(request, now)
    return services.grade(
        actor=request.person,
        complaint_ids=_may(request, access.can_edit),
        severity=Severity(severity),
        now=now,
    )


def _watch(request: StaffRequest, now: datetime) -> Done:
    keys = [case.pk for case in _picked(request)]
    return services.watch(actor=request.person, complaint_ids=keys, now=now)


def _value(request: StaffRequest, now: datetime) -> Done:
    keys = _may(request, lambda scope, _case: access.can_value(scope))
    return services.value(actor=request.person, complaint_ids=keys, now=now)


def _under(request: StaffRequest, now: datetime) -> Done | None:
    number = request.POST.get("incident", "").strip().upper().replace("\0", "")[:20]
    rows = Incident.objects.visible_to(request.scope).filter(number=number, closed_at=None)
    incident = rows.first()
    if incident is None:
        messages.error(request, _("There is no open incident of this number."))
        return None
    if not access.can_lead_incident(request.scope, incident):
        raise PermissionDenied
    return services.put_under(
        actor=request.person,
        complaint_ids=_may(request, access.can_edit),
        incident=incident,
        now=now,
    )


@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take the last act back, as far as nobody has changed it since."""
    now = timezone.now()
    kept = request.session.get(UNDO) if undoable(request, now=now) else None
    request.session.pop(UNDO, None)
    if kept is None:
        messages.info(request, _("There is nothing to take back any more."))
    else:
        done = Done(Act(kept["act"]), [(row[0], row[1], row[2]) for row in kept["rows"]])
        seen = Complaint.objects.visible_to(request.scope).filter(
            pk__in=[row[0] for row in done.rows]
        )
        keys = set(seen.values_list("pk", flat=True))
        done = Done(done.act, [row for row in done.rows if row[0] in keys])
        outcome = _("Assigned by mistake and taken back at once.")
        count = services.undo(actor=request.person, done=done, now=now, outcome=outcome)
        text = ngettext("Taken back for %(count)d case.", "Taken back for %(count)d cases.", count)
        messages.success(request, text % {"count": count})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe and back.startswith("/") else "complaints:list")
