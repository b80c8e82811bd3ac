from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal import health


@never_cache
@login_not_required
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """The process answers; nothing else is asked."""
    return HttpResponse("live\n", content_type="text/plain")


@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """200 when everything is well, else 503; a line for each check, without any data."""
    failed = health.failed(timezone.now())
    # Without the database the other checks say nothing.
    names = ["database", *(health.CHECKS if "database" not in failed else ())]
    lines = [f"{name}: {'failed' if name in failed else 'ok'}\n" for name in names]
    lines.append(f"broker: {'ok' if health.broker_answers() else 'warning'}\n")
    return HttpResponse("".join(lines), status=503 if failed else 200, content_type="text/plain")
