"""Coaching entries (INC-7): private to the person and the chain above."""

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions
from staff.incentives import access
from staff.incentives.filters.recognition import COACHING_STATES, RecordFilter
from staff.incentives.forms import recognition as forms
from staff.incentives.models import Coaching
from staff.incentives.queries import recognition as queries
from staff.incentives.services import coaching as services
from staff.incentives.texts import recognition as texts
from staff.incentives.views import parts
from staff.people.http import StaffRequest
from staff.people.services import Refused

PAGE = "coaching"
TILE_ROWS = 5


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = RecordFilter(request.GET, states=COACHING_STATES)
    found = queries.coaching(request.scope, form.wanted, form.days)
    page = queries.page_of(found, request.GET)
    today = request.scope.today
    context = {
        "form": form,
        "rows": [(row, texts.coaching_badge(row, today=today)) for row in page.rows],
        "count": found.count(),
        "previous_url": f"?{form.query(before=page.before)}" if page.before else "",
        "next_url": f"?{form.query(after=page.after)}" if page.after else "",
        "leads": request.scope.leads,
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs(request.scope, "coaching_list"),
    }
    template = "staff/incentives/coaching_list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    if not request.scope.leads:
        raise PermissionDenied
    people = queries.people_below(request.scope)
    if request.method == "GET":
        initial = {
            "form_key": submissions.new_key(),
            "person": parts.chosen_person(request, people),
            "held_on": request.scope.today,
        }
        return _form_page(request, forms.CoachingForm(people=people, initial=initial))
    form = forms.CoachingForm(request.POST, people=people)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        coaching = services.record_coaching(
            actor=request.person,
            person_id=form.cleaned_data["person"],
            talk=form.talk(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This talk is written down already."))
        return redirect(sent.result or "staff:coaching_list")
    except Refused as refused:
        form.add_error("person", texts.sentence(refused))
        return _form_page(request, form, status=422)
    messages.success(request, _("The talk is written down. The person has been told."))
    return redirect("staff:coaching", pk=coaching.pk)


def _form_page(
    request: StaffRequest, form: django_forms.Form, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Write a talk down"),
        "hint": _("Seen by the person and the chain above, by nobody else."),
        "send": _("Write it down"),
        "icon": "chat-left-text",
        "back": ("staff:coaching_list", _("Coaching")),
        "draft": "coaching",
    }
    return render(request, "staff/incentives/form.html", context, status=status)


def _found(request: StaffRequest, pk: int) -> Coaching:
    rows = Coaching.objects.visible_to(request.scope)
    return get_object_or_404(rows.select_related("person", "coach", "closed_by"), pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), {})


def _page(
    request: StaffRequest,
    coaching: Coaching,
    bound: dict[str, django_forms.Form],
    *,
    status: int = 200,
    told: str = "",
) -> HttpResponse:
    """The page of an entry; `bound` holds a form that was sent, which keeps what was typed."""
    is_open = coaching.closed_at is None
    may = is_open and access.can_change_coaching(request.scope, coaching)
    names = ("held_on", "topic", "agreement", "due_on", "version")
    initial = {name: getattr(coaching, name) for name in names}
    context = {
        "coaching": coaching,
        "badge": texts.coaching_badge(coaching, today=request.scope.today),
        "change_form": forms.ChangeCoachingForm(initial=initial, auto_id="change-%s"),
        "close_form": forms.CloseCoachingForm(
            initial={"version": coaching.version}, auto_id="close-%s"
        ),
        "can_change": may,
        "can_confirm": is_open
        and coaching.person_id == request.scope.person_id
        and coaching.read_at is None,
        "told": told,
        "open_form": next(iter(bound), ""),
        "now": timezone.now(),
        **bound,
    }
    return render(request, "staff/incentives/coaching.html", context, status=status)


def _changeable(request: StaffRequest, pk: int) -> Coaching:
    coaching = _found(request, pk)
    if not access.can_change_coaching(request.scope, coaching):
        raise PermissionDenied
    return coaching


def _refused(
    request: StaffRequest, pk: int, name: str, form: django_forms.Form, refused: Refused
) -> HttpResponse:
    """Answer a refusal: what was typed stays, over what stands there by now."""
    coaching = _found(request, pk)
    if isinstance(refused, services.ChangedMeanwhile):
        form.data = {**form.data.dict(), "version": str(coaching.version)}  # type: ignore[attr-defined]  # a QueryDict
        told = texts.sentence(refused)
        return _page(request, coaching, {name: form}, status=409, told=told)
    messages.warning(request, texts.sentence(refused))
    return redirect("staff:coaching", pk=pk)


@require_POST
def change(request: StaffRequest, pk: int) -> HttpResponse:
    coaching = _changeable(request, pk)
    form = forms.ChangeCoachingForm(request.POST, auto_id="change-%s")
    if not form.is_valid():
        return _page(request, coaching, {"change_form": form}, status=422)
    try:
        services.change_coaching(
            actor=request.person,
            coaching_id=pk,
            version=form.cleaned_data["version"],
            talk=form.talk(),
            now=timezone.now(),
        )
    except services.ChangedMeanwhile as refused:
        if not _is_saved(refused.current, form):
            return _refused(request, pk, "change_form", form, refused)
    except Refused as refused:
        return _refused(request, pk, "change_form", form, refused)
    messages.success(request, _("The entry is changed. The person has been told."))
    return redirect("staff:coaching", pk=pk)


def _is_saved(current: Coaching, form: forms.ChangeCoachingForm) -> bool:
    """Whether the same form was sent a second time."""
    talk = form.talk()
    stands = (current.held_on, current.topic, current.agreement, current.due_on)
    return stands == (talk.held_on, talk.topic, talk.agreement, talk.due_on)


@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    coaching = _changeable(request, pk)
    form = forms.CloseCoachingForm(request.POST, auto_id="close-%s")
    if not form.is_valid():
        return _page(request, coaching, {"close_form": form}, status=422)
    try:
        services.close_coaching(
            actor=request.person,
            coaching_id=pk,
            version=form.cleaned_data["version"],
            outcome=form.cleaned_data["outcome"],
            now=timezone.now(),
        )
    except Refused as refused:
        return _refused(request, pk, "close_form", form, refused)
    messages.success(request, _("The entry is closed."))
    return redirect("staff:coaching", pk=pk)


@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """The person has read what was agreed."""
    coaching = _found(request, pk)
    if coaching.person_id != request.scope.person_id:
        raise PermissionDenied
    form = forms.VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        services.confirm_coaching(
            actor=request.person, coaching_id=pk, version=version, now=timezone.now()
        )
    except services.ChangedMeanwhile:
        messages.warning(request, _("The entry was changed in the meantime. Please read it again."))
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Confirmed."))
    return redirect("staff:coaching", pk=pk)
