from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal import drafts
from portal.models import User

BAD = 400


@require_http_methods(["GET", "POST"])
def typed(request: HttpRequest) -> HttpResponse:
    """Give what is kept of the forms of a page, keep what stands in one, or forget it.

    GET `?place=…`, several times; POST `place` and `text`, which is empty to forget.
    """
    user = cast("User", request.user)
    if request.method == "GET":
        places = request.GET.getlist("place")[: drafts.MOST_PLACES]
        found = drafts.kept(user=user, places=list(filter(drafts.PLACE.fullmatch, places)))
        return JsonResponse({"drafts": found})
    place, text = request.POST.get("place", ""), request.POST.get("text", "")
    if not drafts.PLACE.fullmatch(place):
        return JsonResponse({}, status=BAD)
    if not text:
        drafts.forget(user=user, place=place)
        return JsonResponse({"mark": ""})
    try:
        stored = drafts.read(text)
    except drafts.NotADraft:
        return JsonResponse({}, status=BAD)
    mark = drafts.keep(user=user, place=place, text=stored, now=timezone.now())
    return JsonResponse({"mark": mark})
