"""Announcements: the list, one with its versions, who has confirmed it, and its forms (DAY-5)."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import notices, shell, submissions
from portal.models import Notice
from portal.news import MOST_COUNTED
from staff.handbook import access
from staff.handbook.enums import AnnouncementKind
from staff.handbook.filters.announcements import AnnouncementFilter
from staff.handbook.forms import announcements as forms
from staff.handbook.models import Announcement
from staff.handbook.queries import announcements as queries
from staff.handbook.services import announcements as services
from staff.handbook.texts import announcements as texts
from staff.handbook.views import parts
from staff.handbook.views.reading import readers_page
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import ChangedMeanwhile, Refused
from staff.rulebook.queries import habits

PAGE = "announcements"
TILE_ROWS = 5


def _line(row: queries.Row, request: StaffRequest) -> dict[str, Any]:
    return {
        "row": row,
        "kind": texts.kind_badge(row.kind),
        "state": texts.state_badge(
            first_day=row.first_day,
            last_day=row.last_day,
            withdrawn_at=row.withdrawn_at,
            today=request.scope.today,
        ),
        "read": texts.read_badge(read=row.read_at is not None, must_read=row.must_read)
        if row.for_me and row.first_day <= request.scope.today
        else None,
    }


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = AnnouncementFilter(request.GET)
    found = queries.narrowed(request.scope, form.wanted)
    number = page_of(request.GET)
    start = (number - 1) * queries.PAGE_ROWS
    rows = queries.rows_of(found, scope=request.scope, start=start, size=queries.PAGE_ROWS + 1)
    context = {
        "form": form,
        "rows": [_line(row, request) for row in rows[: queries.PAGE_ROWS]],
        "count": found.order_by().count(),
        "writes": access.can_announce(request.scope),
        "leads": request.scope.leads,
        **parts.paged(number, more=bool(rows[queries.PAGE_ROWS :]), query=form.query),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs("announcements"),
    }
    template = "staff/handbook/announcements.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _found(request: StaffRequest, pk: int) -> Announcement:
    rows = Announcement.objects.visible_to(request.scope)
    return get_object_or_404(rows.select_related("author", "withdrawn_by"), pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _page(
    request: StaffRequest,
    announcement: Announcement,
    withdraw_form: django_forms.Form | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    scope = request.scope
    edition = queries.edition_of(announcement)
    asked = Announcement.objects.to_confirm(scope).filter(pk=announcement.pk).exists()
    versions = queries.versions_of(announcement)
    context = {
        "announcement": announcement,
        "edition": edition,
        "versions": versions[1:],
        "kind": texts.kind_badge(announcement.kind),
        "state": texts.state_badge(
            first_day=announcement.first_day,
            last_day=announcement.last_day,
            withdrawn_at=announcement.withdrawn_at,
            today=scope.today,
        ),
        "audience": queries.names_of(queries.targets_of([announcement.pk]).aims[announcement.pk]),
        "asked": asked,
        "read_at": queries.own_reading(edition, scope.person_id or 0),
        "may_change": access.can_change_announcement(scope, announcement),
        "sees_readers": access.can_see_readers(scope),
        "withdraw_form": withdraw_form or forms.WithdrawForm(),
        "now": timezone.now(),
    }
    return render(request, "staff/handbook/announcement.html", context, status=status)


@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody has read the version that was shown."""
    announcement = _found(request, pk)
    if not Announcement.objects.addressed_to(request.scope).filter(pk=pk).exists():
        raise PermissionDenied
    form = forms.NumberForm(request.POST)
    try:
        services.confirm(
            actor=request.person,
            announcement_id=announcement.pk,
            number=form.cleaned_data["number"] if form.is_valid() else 0,
            now=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
        return redirect("staff:announcement", pk=pk)
    messages.success(request, _("Confirmed. Thank you."))
    return redirect("staff:announcements")


@require_GET
def readers(request: StaffRequest, pk: int) -> HttpResponse:
    """Who has confirmed and who has not, as far as one may see."""
    announcement = _found(request, pk)
    if not access.can_see_readers(request.scope):
        raise PermissionDenied
    edition = queries.edition_of(announcement)
    seen = [
        one
        for one in queries.readers(announcement, edition, day=request.scope.today)
        if access.sees_reading_of(request.scope, announcement, one.place.person_id)
    ]
    export = f"{reverse('portal:export_kind', args=['readings'])}?announcement={pk}&format=csv"
    return readers_page(
        request,
        seen,
        must_read=announcement.must_read,
        title=edition.title,
        back=reverse("staff:announcement", args=[pk]),
        export=export,
    )


def _offered(request: StaffRequest) -> dict[str, Any]:
    widely = access.can_announce_widely(request.scope)
    return {
        "teams": queries.team_choices(request.scope),
        "sites": queries.site_choices() if widely else None,
        "today": request.scope.today,
    }


def _form_page(
    request: StaffRequest, form: forms.AnnouncementForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Announce something"),
        "send": _("Announce"),
        "icon": "megaphone",
        "back": reverse("staff:announcements"),
        "back_label": _("Announcements"),
        **more,
    }
    return render(request, "staff/handbook/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    if not access.can_announce(request.scope):
        raise PermissionDenied
    if request.method == "GET":
        today = request.scope.today
        initial = {
            "form_key": submissions.new_key(),
            "kind": AnnouncementKind.CAMPAIGN,
            "first_day": today,
            "last_day": today + habits.span("announcements.lasts"),
        }
        form = forms.AnnouncementForm(initial=initial, **_offered(request))
        return _form_page(request, form, draft="announcement")
    form = forms.AnnouncementForm(request.POST, **_offered(request))
    if not form.is_valid():
        return _form_page(request, form, status=422, draft="announcement")
    try:
        made = services.announce(
            actor=request.person,
            saying=form.saying(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This is announced already; the form was sent twice."))
        return redirect(sent.result or "staff:announcements")
    messages.success(request, _("Announced."))
    return redirect("staff:announcement", pk=made.pk)


def _changeable(request: StaffRequest, pk: int) -> Announcement:
    announcement = _found(request, pk)
    if not access.can_change_announcement(request.scope, announcement):
        raise PermissionDenied
    return announcement


def _edit_page(
    request: StaffRequest,
    pk: int,
    form: forms.AnnouncementForm,
    *,
    status: int = 200,
    told: str = "",
) -> HttpResponse:
    return _form_page(
        request,
        form,
        status=status,
        title=_("Correct the announcement"),
        send=_("Save"),
        icon="check-lg",
        back=reverse("staff:announcement", args=[pk]),
        back_label=_("Announcement"),
        told=told,
    )


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    announcement = _changeable(request, pk)
    if announcement.is_withdrawn:
        messages.warning(request, texts.REFUSALS["announcement_withdrawn"])
        return redirect("staff:announcement", pk=pk)
    if request.method == "GET":
        edition = queries.edition_of(announcement)
        target = queries.targets_of([pk])[pk]
        names = ("version", "kind", "first_day", "last_day", "must_read")
        initial = {name: getattr(announcement, name) for name in names} | {
            "title": edition.title,
            "text": edition.text,
            "teams": list(target.team_ids),
            "sites": list(target.site_ids),
            "posts": list(target.posts),
        }
        form = forms.ChangeAnnouncementForm(initial=initial, **_offered(request))
        return _edit_page(request, pk, form)
    form = forms.ChangeAnnouncementForm(request.POST, **_offered(request))
    if not form.is_valid():
        return _edit_page(request, pk, form, status=422)
    return _save(request, pk, form)


def _save(request: StaffRequest, pk: int, form: forms.AnnouncementForm) -> HttpResponse:
    saying = form.saying()
    try:
        services.change_announcement(
            actor=request.person,
            announcement_id=pk,
            version=form.cleaned_data["version"],
            saying=saying,
            why=form.cleaned_data["why"],
            now=timezone.now(),
        )
    except ChangedMeanwhile as refused:
        announcement = _found(request, pk)
        edition = queries.edition_of(announcement)
        if (edition.title, edition.text) != (saying.title, saying.text):
            parts.with_version(form, announcement.version)
            told = f"{texts.sentence(refused)} {edition.title}: {edition.text}"
            return _edit_page(request, pk, form, status=409, told=told)
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
        return redirect("staff:announcement", pk=pk)
    messages.success(request, _("The announcement is changed."))
    return redirect("staff:announcement", pk=pk)


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    announcement = _changeable(request, pk)
    form = forms.WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, announcement, form, status=422)
    try:
        services.withdraw_announcement(
            actor=request.person,
            announcement_id=pk,
            why=form.cleaned_data["why"],
            now=timezone.now(),
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Withdrawn. Whoever had confirmed it is asked to confirm."))
    return redirect("staff:announcement", pk=pk)


@require_GET
def tile(request: StaffRequest) -> HttpResponse:
    """What one has still to read and confirm, and the newest unread notices."""
    parts.must_be_person(request.scope)
    rows = queries.unread_of(request.scope, most=TILE_ROWS + 1)
    unread = Notice.objects.filter(receiver_id=request.user.pk, read_at=None).order_by("-pk")
    fresh = list(unread[: MOST_COUNTED + 1])
    context = {
        "rows": rows[:TILE_ROWS],
        "more": len(rows) > TILE_ROWS,
        "notices": [
            (row, kind.icon, kind.text(row.params))
            for row, kind in ((row, notices.kind_of(row.kind)) for row in fresh[:TILE_ROWS])
        ],
        "unread": min(len(fresh), MOST_COUNTED),
        "is_more": len(fresh) > MOST_COUNTED,
        "now": timezone.now(),
    }
    return render(request, "staff/handbook/tile_announcements.html", context)
