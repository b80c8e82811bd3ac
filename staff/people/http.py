"""The request with its person: who acts, and within which scope."""

from collections.abc import Callable
from datetime import date
from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.cache import cache
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
HOME = "/"
KEPT = 15  # seconds
FREE_PATHS = ("/accounts/", "/language/", "/health/", "/poll", "/api/v1/")


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


def _scope(request: HttpRequest, user: User, today: date) -> Scope:
    """Return the scope: fresh for a page; for the parts that it loads, that of a moment ago.

    The home page loads a dozen parts at once; they would ask the same questions a dozen times.
    """
    key = f"kefu:scope:{user.pk}:{today}"
    is_part = request.method == "GET" and "X-Kefu-Quiet" in request.headers
    kept: Scope | None = cache.get(key) if is_part else None
    if kept is not None:
        return kept
    found = scope_of(user, today=today)
    if is_part or request.path_info == HOME:
        cache.set(key, found, KEPT)
    return found


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
            staff.scope = cast("Scope", SimpleLazyObject(lambda: _scope(request, user, today)))
            staff.person = cast("Person", SimpleLazyObject(lambda: _person(request)))
        return self.get_response(request)


def bind(request: HttpRequest, user: User) -> bool:
    """Give a call of the API its scope and person; False for somebody without a post today.

    Whoever needs a second factor and has none has no tokens either.
    """
    staff = cast("StaffRequest", request)
    scope = scope_of(user, today=timezone.localdate())
    staff.scope = scope
    staff.person = cast("Person", SimpleLazyObject(lambda: _person(request)))
    if not scope.is_admin and scope.post is None:
        return False
    needs = settings.REQUIRE_SECOND_FACTOR and (scope.is_admin or scope.rank >= Post.DEPUTY.rank)
    return not needs or is_mfa_enabled(user, [Authenticator.Type.TOTP])


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
