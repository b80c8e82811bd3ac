"""The list of who has confirmed something and who has not."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from staff.handbook.filters.announcements import READ, ReaderFilter
from staff.handbook.queries.announcements import PAGE_ROWS, Reader
from staff.handbook.texts import announcements as texts
from staff.handbook.views import parts
from staff.people.filters import page_of
from staff.people.http import StaffRequest


def readers_page(
    request: StaffRequest,
    seen: list[Reader],
    *,
    must_read: bool,
    title: str,
    back: str,
    export: str,
) -> HttpResponse:
    """Answer the list of people whose confirmations one may see, filtered as the address says."""
    teams = {one.place.team_id: one.place.team for one in seen if one.place.team_id}
    form = ReaderFilter(request.GET, teams=sorted(teams.items(), key=lambda pair: pair[1]))
    shown = [one for one in seen if _fits(one, form.wanted)]
    number = page_of(request.GET)
    start = (number - 1) * PAGE_ROWS
    context = {
        "form": form,
        "rows": [
            (one, texts.read_badge(read=one.read_at is not None, must_read=must_read))
            for one in shown[start : start + PAGE_ROWS]
        ],
        "title": title,
        "back": back,
        "export": export,
        "count": len(shown),
        "meant": len(seen),
        "confirmed": sum(one.read_at is not None for one in seen),
        "now": timezone.now(),
        **parts.paged(number, more=len(shown) > start + PAGE_ROWS, query=form.query),
    }
    template = "staff/handbook/readers.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _fits(one: Reader, wanted: dict[str, str]) -> bool:
    text = wanted.get("q", "").strip().lower()
    if text and text not in one.place.name.lower() and text not in one.place.number.lower():
        return False
    if wanted.get("team") and wanted["team"] != str(one.place.team_id):
        return False
    state = wanted.get("state")
    return not state or (state == READ) == (one.read_at is not None)
