"""Swaps, open shifts, stand-ins and illness."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.submissions import AlreadySubmitted
from staff.people.http import StaffRequest
from staff.people.models import Person, Posting
from staff.people.services import Refused
from staff.roster import access, forms, services, texts
from staff.roster.enums import OpenShiftState, SwapState
from staff.roster.models import OpenShift, ShiftType, Swap
from staff.roster.queries.month import shift_kinds
from staff.roster.queries.standins import shifts_ahead
from staff.roster.services import BrokenRules
from staff.roster.views.cells import is_chinese, name_of
from staff.roster.views.pages import tabs_of

UNPROCESSABLE = 422
SWAP_DAYS = 45
SWAPS_SHOWN = 30
SWAP_LOOK = {
    SwapState.ASKED: ("info", "question-circle"),
    SwapState.AGREED: ("warning", "hourglass-split"),
    SwapState.APPROVED: ("success", "check-circle"),
    SwapState.DECLINED: ("neutral", "x-circle"),
    SwapState.REFUSED: ("neutral", "x-circle"),
    SwapState.WITHDRAWN: ("neutral", "arrow-counterclockwise"),
}


def name_of_type(kind: ShiftType | None) -> str:
    if kind is None:
        return ""
    return kind.name_zh if is_chinese() else kind.name_en


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """What is asked and offered, what waits for whoever asks, and a form to ask."""
    if request.scope.person_id is None:
        raise Http404
    return _show(request, _form(request))


def _show(request: StaffRequest, form: forms.SwapForm | None, *, status: int = 200) -> HttpResponse:
    scope = request.scope
    swaps = list(
        Swap.objects.visible_to(scope)
        .select_related("asker", "colleague", "given_shift", "taken_shift")
        .order_by("-asked_at")[:SWAPS_SHOWN]
    )
    opened = list(
        OpenShift.objects.visible_to(scope)
        .filter(state=OpenShiftState.OPEN, day__gte=scope.today)
        .select_related("shift_type", "team", "offered_to")
        .order_by("day", "pk")
    )
    context = {
        "tabs": tabs_of("roster_exchange"),
        "swaps": [_swap(request, swap) for swap in swaps],
        "opened": [
            {
                "row": row,
                "name": name_of_type(row.shift_type),
                "may_take": row.team_id == scope.team_id
                and row.offered_to_id in {None, scope.person_id},
                "may_close": access.may_lead_on(scope, row.team_id),
            }
            for row in opened
        ],
        "form": form,
        "leads": scope.leads,
    }
    return render(request, "staff/roster/exchange.html", context, status=status)


def _swap(request: StaffRequest, swap: Swap) -> dict[str, Any]:
    me = request.scope.person_id
    tone, icon = SWAP_LOOK[SwapState(swap.state)]
    return {
        "row": swap,
        "given": name_of_type(swap.given_shift),
        "taken": name_of_type(swap.taken_shift),
        "badge": {"label": SwapState(swap.state).label, "tone": tone, "icon": icon},
        "may_answer": swap.colleague_id == me and swap.state == SwapState.ASKED,
        "may_withdraw": swap.asker_id == me and swap.is_pending,
        "may_decide": swap.state == SwapState.AGREED and _may_decide(request, swap),
    }


def _may_decide(request: StaffRequest, swap: Swap) -> bool:
    return access.may_decide_swap(
        request.scope, team_id=swap.team_id, between=(swap.asker_id, swap.colleague_id)
    )


def _form(request: StaffRequest, data: Any = None) -> forms.SwapForm | None:  # noqa: ANN401 -- as Form takes it
    """Return the form to ask for a swap; None for whoever has no team."""
    scope = request.scope
    if scope.team_id is None or scope.person_id is None:
        return None
    mates = Person.objects.employed(scope.today).filter(
        pk__in=Posting.objects.on(scope.today).filter(team_id=scope.team_id).values("person_id")
    )
    ids = list(mates.values_list("pk", flat=True))
    rows = shifts_ahead(ids, first=scope.today, last=scope.today + timedelta(days=SWAP_DAYS))
    now = timezone.now()
    ahead = [row for row in rows if row.starts_at > now]
    form = forms.SwapForm(data, auto_id="swap-%s")
    form.fields["given"].choices = [  # type: ignore[attr-defined]  # a choice field
        (f"{row.day}:{row.shift_type_id}", f"{_day(row.day)} {name_of_type(row.shift_type)}")
        for row in ahead
        if row.person_id == scope.person_id
    ]
    form.fields["colleague"].queryset = mates.exclude(pk=scope.person_id).order_by("number")  # type: ignore[attr-defined]  # a model choice field
    form.fields["taken"].choices = [  # type: ignore[attr-defined]  # a choice field
        ("", _("nothing, a favour")),
        *(
            (
                f"{row.person_id}:{row.day}:{row.shift_type_id}",
                _("%(about)s: %(what)s")
                % {
                    "about": row.person.name,
                    "what": f"{_day(row.day)} {name_of_type(row.shift_type)}",
                },
            )
            for row in ahead
            if row.person_id != scope.person_id
        ),
    ]
    return form


def _day(day: date) -> str:
    return f"{date_format(day, 'MONTH_DAY_FORMAT')} {date_format(day, 'D')}"


def _back() -> HttpResponse:
    return redirect("staff:roster_exchange")


def say(request: StaffRequest, refusal: Refused) -> None:
    messages.error(request, _words_of(refusal))


def _words_of(refusal: Refused) -> str:
    """Return why not; broken rules are named."""
    told = [texts.sentence(refusal)]
    if isinstance(refusal, BrokenRules):
        names = {kind.key: name_of(kind) for kind in shift_kinds()}
        people = dict(
            Person.objects.filter(
                pk__in={one.person_id for one in refusal.found if one.person_id}
            ).values_list("pk", "name")
        )
        told += [
            _("%(about)s: %(what)s.")
            % {
                "about": " ".join(
                    part
                    for part in (
                        people.get(one.person_id or 0, ""),
                        _day(one.day) if one.day else "",
                    )
                    if part
                ),
                "what": texts.words(one, names),
            }
            for one in refusal.found[:5]
        ]
    return " ".join(told)


def done(request: StaffRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        say(request, refusal)
    except AlreadySubmitted:
        messages.info(request, _("This was done already; it was sent twice."))
    else:
        messages.success(request, said)
    return _back()


@require_POST
def ask(request: StaffRequest) -> HttpResponse:
    """Ask a colleague to swap."""
    if request.scope.person_id is None:
        raise Http404
    me = request.person
    form = _form(request, request.POST)
    if form is None:
        raise PermissionDenied
    if not form.is_valid() or not _fits(form):
        return _show(request, form, status=UNPROCESSABLE)
    try:
        services.ask_swap(
            asker=me,
            asked=form.asked(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, _words_of(refusal))
        return _show(request, form, status=UNPROCESSABLE)
    except AlreadySubmitted:
        messages.info(request, _("This was done already; it was sent twice."))
    else:
        messages.success(request, _("Your colleague is asked."))
    return _back()


def _fits(form: forms.SwapForm) -> bool:
    """Tell whether the shift to take is one of the colleague's; says so in the form."""
    taken = form.cleaned_data["taken"]
    if taken and taken.split(":")[0] != str(form.cleaned_data["colleague"].pk):
        form.add_error("taken", _("Choose a shift of the colleague whom you ask."))
        return False
    return True


@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Agree or decline as the colleague, or withdraw as the asker."""
    me = request.person
    swap = get_object_or_404(Swap.objects.visible_to(request.scope), pk=pk)
    now = timezone.now()
    if "withdraw" in request.POST:
        if swap.asker_id != me.pk:
            raise PermissionDenied
        return done(
            request,
            lambda: services.withdraw_swap(person=me, swap_id=pk, now=now),
            _("The question is withdrawn."),
        )
    if swap.colleague_id != me.pk:
        raise PermissionDenied
    agrees = "agree" in request.POST
    said = _("You agree. The lead decides now.") if agrees else _("You have declined.")
    return done(
        request,
        lambda: services.answer_swap(person=me, swap_id=pk, agrees=agrees, now=now),
        said,
    )


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve or refuse a swap as the lead."""
    swap = get_object_or_404(Swap.objects.visible_to(request.scope), pk=pk)
    if not _may_decide(request, swap):
        raise PermissionDenied
    approve = "approve" in request.POST
    reason = forms.AnswerForm(request.POST)
    text = reason.cleaned_data["answer"] if reason.is_valid() else ""
    return done(
        request,
        lambda: services.decide_swap(
            actor=request.person, swap_id=pk, approve=approve, answer=text, now=timezone.now()
        ),
        _("The swap is approved; both are told.") if approve else _("The swap is refused."),
    )


@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an open shift of one's own team."""
    row = get_object_or_404(OpenShift.objects.visible_to(request.scope), pk=pk)
    if row.team_id != request.scope.team_id:
        raise PermissionDenied
    return done(
        request,
        lambda: services.take_open(person=request.person, open_id=pk, now=timezone.now()),
        _("The shift is yours."),
    )


@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer a shift no longer."""
    row = get_object_or_404(OpenShift.objects.visible_to(request.scope), pk=pk)
    if not access.may_lead_on(request.scope, row.team_id):
        raise PermissionDenied
    if services.close_open(actor=request.user, open_id=pk, now=timezone.now()):
        messages.success(request, _("The shift is no longer offered."))
    return _back()
