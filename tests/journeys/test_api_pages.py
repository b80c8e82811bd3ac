"""Tokens, webhooks and the description of the API in a browser; the token is used at once."""

import re
import time

import pytest
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_a_person_makes_a_token_and_another_system_uses_it(visitors, language, width):
    supervisor = Department().supervisor
    visitor = visitors(language=language, width=width)
    visitor.sign_in(supervisor.user.username, PASSWORD)
    page = visitor.page
    page.goto("/tokens/")
    visitor.check()
    page.fill("#id_name", "ERP")
    page.check("input[value='people:read']")
    page.click("main form button[type=submit]")
    secret = page.inner_text("#new-token").strip()
    visitor.check()
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["scopes"] == ["people:read"]
    page.goto("/api/")
    page.click("#register_complaint summary")
    visitor.check()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_a_supervisor_sets_a_webhook_up_and_tries_it(visitors, settings, language, width):
    settings.WEBHOOK_PRIVATE = True
    supervisor = Department().supervisor
    visitor = visitors(language=language, width=width)
    visitor.sign_in(supervisor.user.username, PASSWORD)
    page = visitor.page
    page.goto("/webhooks/")
    visitor.check()
    page.goto("/webhooks/new/")
    page.fill("#id_name", "ERP")
    page.fill("#id_address", "http://127.0.0.1:9/kefu")
    page.check("input[value='complaint.registered']")
    page.check("#id_is_active")
    page.click("main form.form-wide button[type=submit]")
    assert re.match(r"whsec_.{40,}", page.inner_text("#new-secret"))
    visitor.check()
    page.click("button[value=test]")
    page.wait_for_selector("#deliveries + .table-box")
    visitor.check()


def test_whoever_has_a_second_factor_shows_it_for_a_token(visitors):
    agent = Department().agent
    secret = totp.generate_totp_secret()
    visitor = visitors(language="en")
    visitor.sign_in(agent.user.username, PASSWORD)
    totp.TOTP.activate(agent.user, secret)
    assert Authenticator.objects.filter(user=agent.user).exists()
    page = visitor.page
    page.goto("/tokens/")
    page.fill("#id_name", "ERP")
    page.check("input[value='orders:read']")
    page.fill("#id_code", "000000")
    page.click("main form button[type=submit]")
    page.wait_for_selector("#error_1_id_code, .invalid-feedback")
    assert page.query_selector("#new-token") is None
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    page.fill("#id_code", totp.format_hotp_value(totp.hotp_value(secret, counter)))
    page.click("main form button[type=submit]")
    page.wait_for_selector("#new-token")
