"""The page of the smaller numbers of daily work."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staff.rulebook import access
from staff.rulebook.forms import HabitsForm
from staff.rulebook.http import RulebookRequest
from staff.rulebook.queries import habits
from staff.rulebook.services.habits import save_habits


@require_http_methods(["GET", "POST"])
def index(request: RulebookRequest) -> HttpResponse:
    """Show and change the numbers; those who may edit the policy."""
    if not access.may_edit(request.scope):
        raise Http404
    form = HabitsForm(request.POST or None, values=habits.values())
    if request.method == "POST" and form.is_valid():
        if form.is_stale():
            messages.warning(
                request, _("Somebody else has changed these numbers meanwhile. Please look again.")
            )
        else:
            save_habits(actor=request.user, wanted=form.wanted(), now=timezone.now())
            messages.success(request, _("The numbers are saved."))
        return redirect("staff:habits")
    return render(request, "staff/rulebook/habits.html", {"form": form})
