"""An item is entered by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.enums import Channel as Source
from feedback.forms.entry import EntryForm
from feedback.queries import surveys as people_queries
from feedback.services import entry as services
from feedback.views import parts
from portal import submissions
from staff.people.http import StaffRequest
from staff.people.models import Store


def _form(request: StaffRequest, data: Any = None) -> EntryForm:  # noqa: ANN401 -- as Form takes it
    scope, now = request.scope, timezone.now()
    stores = Store.objects.filter(pk__in=scope.store_ids).order_by("name")
    return EntryForm(
        data,
        stores=list(stores.values_list("pk", "name")),
        people=people_queries.people_of(scope.team_ids, today=scope.today),
        now=now,
        initial={
            "form_key": submissions.new_key(),
            "source": Source.PHONE,
            "received_at": timezone.localtime(now),
        },
    )


def _page(request: StaffRequest, form: EntryForm) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Enter an item"),
        "back": reverse("feedback:items"),
        "send": _("Save"),
        "icon": "check-lg",
    }
    return render(request, "feedback/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    parts.must_serve(request)
    if request.method == "GET":
        return _page(request, _form(request))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        item = services.enter(
            actor=request.person,
            entry=form.entry(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This item was entered already; the form was sent twice."))
        return redirect(sent.result or "feedback:items")
    except services.NumberTaken:
        form.add_error("reference", _("This channel has an item of that number already."))
        return _page(request, form)
    except services.UnknownOrder:
        form.add_error("order", _("The store has no order of this number."))
        return _page(request, form)
    messages.success(request, _("The item is entered."))
    return redirect("feedback:item", pk=item.pk)
