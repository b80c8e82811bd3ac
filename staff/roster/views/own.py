"""One's own shifts: what comes, what changed, wishes, and the link of the calendar."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from staff.people.http import StaffRequest
from staff.people.services import ChangedMeanwhile, Refused
from staff.roster import filters, forms, services, texts
from staff.roster.models import Assignment, CalendarFeed, PublicationReceipt, Wish
from staff.roster.policies import drafts
from staff.roster.queries.month import shift_kinds
from staff.roster.views.cells import name_of
from staff.roster.views.pages import colours_mark, tabs_of

UNPROCESSABLE, CONFLICT = 422, 409
WEEKS_AHEAD = 9
CHANGES_SHOWN = 10
NEW_LINK = "roster_new_link"


@require_GET
def mine(request: StaffRequest) -> HttpResponse:
    """Show what comes; whoever opens it has seen what changed."""
    return _show(request, forms.WishForm(auto_id="wish-%s"))


def _show(request: StaffRequest, form: forms.WishForm, *, status: int = 200) -> HttpResponse:
    me = request.person
    today = request.scope.today
    kinds = shift_kinds()
    names = {kind.key: name_of(kind) for kind in kinds}
    receipts = list(
        PublicationReceipt.objects.filter(
            person=me, publication__published_at__gte=timezone.now() - timedelta(days=62)
        )
        .select_related("publication")
        .order_by("-publication__published_at")[:CHANGES_SHOWN]
    )
    if any(receipt.seen_at is None for receipt in receipts):
        services.mark_seen(person_id=me.pk, now=timezone.now())
    rows = Assignment.objects.filter(
        person=me, day__range=(today - timedelta(days=1), today + timedelta(weeks=WEEKS_AHEAD))
    ).select_related("shift_type", "team")
    wishes = Wish.objects.filter(person=me, day__gte=today).select_related("shift_type")
    context = {
        "tabs": tabs_of("roster_mine"),
        "rows": [(row, names[row.shift_type_id]) for row in rows.order_by("starts_at")],
        "changes": [_changed(receipt, names) for receipt in receipts],
        "wishes": [
            (wish, names.get(wish.shift_type_id or 0, "")) for wish in wishes.order_by("day")
        ],
        "wish": form,
        "feed": CalendarFeed.objects.filter(person=me).first(),
        "new_link": _new_link(request),
        "colours": colours_mark(kinds),
        "today": today,
    }
    return render(request, "staff/roster/mine.html", context, status=status)


def _new_link(request: StaffRequest) -> str:
    """Return the link that was just made; it is shown once."""
    token = request.session.pop(NEW_LINK, "")
    return request.build_absolute_uri(reverse("staff:feed", args=[token])) if token else ""


def _changed(receipt: PublicationReceipt, names: dict[int, str]) -> dict[str, Any]:
    return {
        "at": receipt.publication.published_at,
        "is_new": receipt.seen_at is None,
        "days": [
            (filters.day_of(day), _said(before, names), _said(after, names))
            for day, before, after in receipt.changes
        ],
    }


def _said(turns: list[list[Any]], names: dict[int, str]) -> str:
    cell = drafts.cell_of(turns)
    return " + ".join(names.get(turn.shift, "") for turn in cell) or _("free")


def _back() -> HttpResponse:
    return redirect("staff:roster_mine")


@require_POST
def wish(request: StaffRequest) -> HttpResponse:
    """Wish for a day off or a shift, or take the wish back."""
    person_id = request.person.pk
    if "drop" in request.POST:
        day = filters.day_of(request.POST.get("drop"))
        if day and services.drop_wish(person_id=person_id, day=day):
            messages.success(request, _("The wish is taken back."))
        return _back()
    form = forms.WishForm(request.POST, auto_id="wish-%s")
    if not form.is_valid():
        return _show(request, form, status=UNPROCESSABLE)
    shift = form.cleaned_data["shift"]
    try:
        services.make_wish(
            person_id=person_id,
            day=form.cleaned_data["day"],
            shift_type_id=shift.pk if shift else None,
            note=form.cleaned_data["note"],
            seen=form.cleaned_data["seen"],
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        return _show(request, _over_another(request, form), status=CONFLICT)
    except Refused as refusal:
        form.add_error(None, texts.sentence(refusal))
        return _show(request, form, status=UNPROCESSABLE)
    messages.success(request, _("The wish is noted. Your lead sees it in the roster."))
    return _back()


def _over_another(request: StaffRequest, form: forms.WishForm) -> forms.WishForm:
    """Return the form as typed, which tells the wish that stands there; again puts it over that."""
    day = form.cleaned_data["day"]
    stored = Wish.objects.filter(person=request.person, day=day).first()
    sent = request.POST.copy()
    sent["seen"] = services.mark_of(stored)
    again = forms.WishForm(sent, auto_id="wish-%s")
    again.full_clean()
    names = {kind.key: name_of(kind) for kind in shift_kinds()}
    told = _("You wish something for this day already: %(wish)s. Send again to put this over it.")
    there = names.get(stored.shift_type_id or 0, "") if stored else ""
    again.add_error("day", told % {"wish": there or _("a day off")})
    return again


@require_POST
def renew(request: StaffRequest) -> HttpResponse:
    """Make the link of one's calendar anew, or end it."""
    if "end" in request.POST:
        services.drop_feed(actor=request.user, person=request.person, now=timezone.now())
        messages.success(request, _("The link of your calendar is ended."))
        return _back()
    token = services.renew_feed(actor=request.user, person=request.person, now=timezone.now())
    request.session[NEW_LINK] = token
    return _back()
