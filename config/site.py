"""The admin of the department: for deputies, supervisors and the system administrator."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from staff.people import access

OURS = ("portal.", "staff.", "complaints.", "feedback.")


class DepartmentSite(admin.AdminSite):
    """Who may come in follows from the post of today, not from a flag on the user.

    There is no second sign-in page: the portal's own counts failed tries and asks for the
    second factor.
    """

    site_header = _("Administration")
    site_title = "Kefu"
    index_title = _("Administration")
    site_url = None  # the header of the pages has its own links

    def register(
        self,
        model_or_iterable: Any,  # noqa: ANN401 -- Django's signature
        admin_class: Any = None,  # noqa: ANN401 -- Django's signature
        **options: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        """Take only sections of ours: those of libraries write past the services and the audit log.

        They would show the secret of a second factor, and change whose it is.
        """
        if admin_class is not None and admin_class.__module__.startswith(OURS):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_active):
            return False
        scope = getattr(request, "scope", None)
        return scope is not None and access.may_manage(scope)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ANN401, ARG002 -- Django's signature
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next", "/"), str(settings.LOGIN_URL))
