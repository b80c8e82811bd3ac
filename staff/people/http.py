"""The request with its person: who acts, and within which scope."""

from collections.abc import Callable
from typing import cast

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from portal.models import User
from staff.people.access import Scope, scope_of
from staff.people.enums import Post
from staff.people.models import Person


class StaffRequest(HttpRequest):
    """A request of a signed-in user; `person` is missing for the system administrator."""

    user: User
    htmx: HtmxDetails
    person: Person
    scope: Scope


def _person(request: HttpRequest) -> Person:
    person = Person.objects.filter(user=cast("User", request.user)).first()
    if person is None:
        raise Http404
    return person


class PersonMiddleware:
    """Adds `request.scope` and `request.person`, both looked up when first used.

    A page that needs a person answers 404 to somebody who is none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            staff = cast("StaffRequest", request)
            user = staff.user
            today = timezone.localdate()
            staff.scope = cast("Scope", SimpleLazyObject(lambda: scope_of(user, today=today)))
            staff.person = cast("Person", SimpleLazyObject(lambda: _person(request)))
        return self.get_response(request)


HAS_SECOND_FACTOR = "has_second_factor"


class SecondFactorMiddleware:
    """Supervisors, deputies and the administrator set up a second factor before all else."""

    FREE = ("/accounts/", "/static/", "/health/", "/language/", "/poll")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_SECOND_FACTOR and self._is_missing(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _is_missing(self, request: HttpRequest) -> bool:
        """Look once in each session; the answer "there is one" is remembered there."""
        if (
            not request.user.is_authenticated
            or request.path.startswith(self.FREE)
            or request.session.get(HAS_SECOND_FACTOR) == request.user.pk
        ):
            return False
        scope = cast("StaffRequest", request).scope
        if not (scope.is_admin or scope.rank >= Post.DEPUTY.rank):
            return False
        found = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP)
        if not found.exists():
            return True
        request.session[HAS_SECOND_FACTOR] = request.user.pk
        return False
