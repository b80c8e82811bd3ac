from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config.api import api
from portal import accounts

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("portal.account_urls")),
    path("admin/login/", accounts.admin_sign_in),  # the admin's own door knows no second factor
    path("admin/logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((list(api.doors()), "api"))),
    path("complaints/", include("complaints.urls")),
    path("feedback/", include("feedback.urls")),
    path("staff/", include("staff.urls")),
    path("", include("portal.urls")),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
