"""Pages for what goes wrong, in the reader's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.api import problems


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    if problems.is_api(request):
        return problems.respond(problems.Problem(400))
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    if problems.is_api(request):
        return problems.respond(problems.Problem(403))
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    if problems.is_api(request):
        return problems.respond(problems.Problem(404))
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    if problems.is_api(request):
        return problems.respond(problems.Problem(500))
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return render(request, "403_csrf.html", status=403)
