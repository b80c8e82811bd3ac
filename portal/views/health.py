from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal import health


@never_cache
@login_not_required
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    found = health.checks(timezone.now())
    lines = [f"{check.name}: {'ok' if check.is_well else 'failed'}\n" for check in found]
    return HttpResponse(
        "".join(lines),
        status=200 if all(check.is_well for check in found) else 503,
        content_type="text/plain",
    )
