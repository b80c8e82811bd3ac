"""The pages of the account in a browser: strict policy, picture of the second factor, axe."""

import time

import pytest
from allauth.mfa import app_settings
from allauth.mfa.totp.internal import auth as totp
from django.contrib import admin

from tests.factories.portal import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
INSIDE = ["/accounts/password/change/", "/accounts/sessions/", "/accounts/logout/"]


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_the_pages_of_an_account_work_under_the_policy(visitors, language, width):
    user = UserFactory()
    visitor = visitors(language=language, width=width)
    page = visitor.page
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/inactive/"):
        page.goto(path)
        visitor.check()
    visitor.sign_in(user.username, PASSWORD)
    for path in INSIDE:
        page.goto(path)
        visitor.check()
    page.goto("/accounts/2fa/totp/activate/")
    visitor.check()
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("img.qr")
    assert page.evaluate("() => document.querySelector('img.qr').naturalWidth") > 0
    visitor.check()
    secret = page.inner_text("#secret").strip()
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    page.fill("#id_code", totp.format_hotp_value(totp.hotp_value(secret, counter)))
    page.click("main button[type=submit]")
    page.wait_for_url("**/recovery-codes/")
    visitor.check()
    for path in ("/accounts/2fa/", "/accounts/2fa/recovery-codes/generate/"):
        page.goto(path)
        visitor.check()


def test_the_administration_works_under_the_policy(visitors):
    user = UserFactory(is_superuser=True, is_staff=True)
    visitor = visitors(language="en")
    visitor.sign_in(user.username, PASSWORD)
    paths = ["/admin/"]
    for model in admin.site._registry:  # noqa: SLF001 -- the admin has no public list
        paths.append(f"/admin/{model._meta.label_lower.replace('.', '/')}/")
        paths.append(f"{paths[-1]}add/")
    for path in paths:
        visitor.page.goto(path)
        visitor.page.wait_for_load_state("load")
    refused = [text for text in visitor.problems if "status of 403" not in text]
    assert refused == []
