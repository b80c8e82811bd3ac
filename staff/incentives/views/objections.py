"""Objecting to a line of one's own statement, and confirming the statement (INC-6)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from staff.incentives.forms import statements as forms
from staff.incentives.services import disputes
from staff.incentives.texts import settlement as refusals
from staff.incentives.texts import statements as texts
from staff.incentives.views.pay import me_of, month_of, tabs
from staff.people.http import StaffRequest


@require_http_methods(["GET", "POST"])
def dispute(request: StaffRequest) -> HttpResponse:
    """Object to a line of one's own statement."""
    me = me_of(request)
    data = request.POST if request.method == "POST" else request.GET
    given = {name: data.get(name, "") for name in forms.DisputeForm.base_fields}
    form = (
        forms.DisputeForm(given) if request.method == "POST" else forms.DisputeForm(initial=given)
    )
    month = month_of(given["month"])
    if month is None:
        raise Http404
    back = f"{reverse('staff:pay')}?month={month}"
    if request.method == "POST" and form.is_valid():
        try:
            disputes.dispute(
                month,
                person=me,
                line=form.line,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except refusals.REFUSALS as refused:
            messages.error(request, refusals.refusal(refused, month))
        else:
            messages.success(request, _("The line is disputed. You are told when it is answered."))
        return redirect(back)
    context = {
        "form": form,
        "back": back,
        "name": texts.name_of(given["rule"]),
        "words": texts.rule_in_words(given["rule"]),
        **tabs(request, "mine"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "staff/pay/dispute_form.html", context, status=status)


@require_POST
def confirm(request: StaffRequest) -> HttpResponse:
    """Confirm one's own published statement."""
    me = me_of(request)
    month = month_of(request.POST.get("month", ""))
    if month is None:
        raise Http404
    try:
        disputes.confirm(month, person=me, now=timezone.now())
    except refusals.REFUSALS as refused:
        messages.error(request, refusals.refusal(refused, month))
    else:
        messages.success(request, _("You have confirmed your statement."))
    return redirect(f"{reverse('staff:pay')}?month={month}")
