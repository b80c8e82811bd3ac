"""The request with its person: who acts, and within which scope."""

from collections.abc import Callable
from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
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

CHECKED = "second_factor_checked_on"
FREE_PATHS = ("/accounts/", "/language/", "/health/", "/poll")


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
    """Supervisors, deputies and the administrator set up a second factor before all else.

    Looked up once a day and session, because posts change with the day; again after every change
    of the second factor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return self.get_response(request)
        if request.path_info.startswith(FREE_PATHS):
            response = self.get_response(request)
            if request.method == "POST" and CHECKED in request.session:
                del request.session[CHECKED]
            return response
        today = timezone.localdate().isoformat()
        if request.session.get(CHECKED) != today:
            if self._is_missing(cast("StaffRequest", request)):
                return redirect("mfa_activate_totp")
            request.session[CHECKED] = today
        return self.get_response(request)

    def _is_missing(self, request: StaffRequest) -> bool:
        if not (request.scope.is_admin or request.scope.rank >= Post.DEPUTY.rank):
            return False
        return not is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
