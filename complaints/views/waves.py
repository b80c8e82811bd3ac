"""The page of a wave of complaints: its cases, and what is proposed (CMP-13, DAY-6)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from complaints.models import Wave
from complaints.queries import waves as queries
from complaints.texts import waves as texts
from staff.people.http import StaffRequest

MOST = 100


@require_GET
def wave(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the cases of a wave; those under no incident yet go under one with a click."""
    if not request.scope.leads:
        raise PermissionDenied
    rows = Wave.objects.visible_to(request.scope).select_related("type", "product", "store")
    found = get_object_or_404(rows, pk=pk)
    cases = list(queries.cases_of(request.scope, found)[:MOST])
    loose = [one.number for one in cases if one.incident_id is None]
    named = urlencode({"case": loose}, doseq=True)
    incidents = {one.incident.number: one.incident for one in cases if one.incident}
    context = {
        "wave": found,
        "about": texts.about(found),
        "said": texts.of_wave(found),
        "cases": cases,
        "incidents": list(incidents.values()),
        "open_url": f"{reverse('complaints:create_incident')}?{named}" if loose else "",
        "now": timezone.now(),
    }
    return render(request, "complaints/incidents/wave.html", context)
