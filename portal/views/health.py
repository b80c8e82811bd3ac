from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse


@login_not_required
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return HttpResponse("live\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return HttpResponse("ready\n", content_type="text/plain")
