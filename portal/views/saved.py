from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal import news, services, shell
from portal.forms import SavedViewForm
from portal.models import SavedView, User


@require_POST
def save(request: HttpRequest, page: str) -> HttpResponse:
    """Keep the present filters of a list under a name."""
    view = shell.page_with_views(page)
    if view is None:
        raise Http404
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A view needs a name of at most 40 characters."))
        return redirect(view)
    query = form.cleaned_data["query"].lstrip("?")
    try:
        services.save_view(
            user=cast("User", request.user),
            page=page,
            name=form.cleaned_data["name"],
            query=query,
            is_shared=form.cleaned_data["shared"],
        )
    except services.ViewNameTaken:
        messages.error(request, _("You have a view of this name already."))
    except services.TooManyViews:
        messages.error(request, _("You have twenty views of this list. Delete one first."))
    else:
        messages.success(request, _("The view is saved."))
    target = f"{reverse(view)}?{query}"
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if safe else view)


@require_POST
def delete(request: HttpRequest, page: str) -> HttpResponse:
    """Delete one of one's saved views."""
    view = shell.page_with_views(page)
    if view is None:
        raise Http404
    mine = SavedView.objects.filter(user=cast("User", request.user), page=page)
    get_object_or_404(mine, pk=news.number(request.POST.get("view", ""))).delete()
    messages.success(request, _("The view is deleted."))
    return redirect(view)
