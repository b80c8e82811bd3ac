from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.models import Notice


def poll(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- filled in with the shell
    return HttpResponse(status=204)


def notices(request: HttpRequest) -> HttpResponse:
    rows = Notice.objects.visible_to(request.user).order_by("-id")[:50]  # type: ignore[arg-type]  # signed in
    return render(request, "portal/notices.html", {"notices": rows})
