import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import accounts, outbox
from portal.models import AuditEntry, User
from tests.factories.portal import SecondFactorFactory, UserFactory
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": login, "password": password}, **extra)


@pytest.mark.parametrize("by", ["username", "email"])
def test_one_signs_in_by_number_or_mail(client, by):
    user = UserFactory()
    response = sign_in(client, getattr(user, by))
    assert (response.status_code, response.url) == (302, "/")
    assert AuditEntry.objects.get().verb == "account.signed_in"


def test_failed_tries_are_recorded_without_what_was_typed(client):
    user = UserFactory()
    assert sign_in(client, user.username.lower(), "wrong").status_code == 200
    sign_in(client, "my-password-by-mistake", "wrong")
    known, unknown = AuditEntry.objects.order_by("pk")
    assert (known.verb, known.target_label, known.actor, known.origin) == (
        "account.sign_in_failed",
        user.username,
        None,
        "127.0.0.1",
    )
    assert (unknown.verb, unknown.target_label) == ("account.sign_in_failed", "")
    kept = str([vars(known), vars(unknown), *AccessAttempt.objects.values()])
    assert "wrong" not in kept
    assert "mistake" not in kept


@pytest.mark.parametrize("by", ["username", "email"])
def test_too_many_failures_lock_the_account_from_every_address(client, settings, by):
    settings.AXES_FAILURE_LIMIT = 3
    user = UserFactory()
    stranger = Client(REMOTE_ADDR="10.9.9.9")
    sign_in(client, user.email, "wrong")
    sign_in(client, user.username, "wrong")
    response = sign_in(stranger, getattr(user, by), "wrong")
    assert response.status_code == 429
    assert sign_in(client, user.username).status_code == 429
    assert sign_in(stranger, UserFactory().username).status_code == 302
    verbs = AuditEntry.objects.filter(target_id=str(user.pk)).values_list("verb", flat=True)
    assert sorted(verbs) == [*["account.locked_out"], *["account.sign_in_failed"] * 3]


def test_too_many_failures_lock_the_address_for_other_accounts(client, settings):
    settings.AXES_FAILURE_LIMIT, settings.LOCKOUT_ADDRESS_FAILURES = 2, 4
    for count in range(4):
        response = sign_in(client, UserFactory().username, "wrong")
        assert response.status_code == (429 if count == 3 else 200)
    other = UserFactory()
    assert sign_in(client, other.username).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9"), other.username).status_code == 302


def test_a_lock_ends_by_itself_however_often_a_stranger_knocks(client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    user = UserFactory()
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for minutes in (0, 0, 10, 20, 29):
            clock.move_to(start + timedelta(minutes=minutes))
            locked = sign_in(client, user.username, "wrong")
        assert locked.status_code == 429
        assert locked.context["until"] == start + timedelta(minutes=30)
        clock.move_to(start + timedelta(minutes=30, seconds=1))
        assert sign_in(client, user.username).status_code == 302


def test_signing_in_forgives_only_the_own_failures(client, settings):
    settings.AXES_FAILURE_LIMIT = 3
    insider, victim = UserFactory(), UserFactory()
    for _ in range(2):
        sign_in(client, victim.username, "wrong")
    assert sign_in(Client(), insider.username).status_code == 302
    assert sign_in(client, victim.username, "wrong").status_code == 429


def test_failing_to_confirm_who_one_is_counts_as_well(client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    user = UserFactory()
    sign_in(client, user.username)
    path = reverse("account_reauthenticate")
    assert client.post(path, {"password": "wrong"}).status_code == 200
    assert client.post(path, {"password": "wrong"}).status_code == 429


def test_an_ended_account_does_not_get_in(client):
    user = UserFactory(is_active=False)
    response = sign_in(client, user.username)
    assert (response.status_code, response.url) == (302, reverse("account_inactive"))
    assert client.get(response.url).status_code == 200
    assert client.get(reverse("portal:home")).status_code == 302


def test_ending_a_sign_in_ends_its_sessions_at_once(client):
    user = UserFactory()
    sign_in(client, user.username)
    assert accounts.end_sign_in(user=user, now=timezone.now()) is True
    assert accounts.end_sign_in(user=user, now=timezone.now()) is False
    assert client.get(reverse("portal:poll")).status_code == 401
    assert Session.objects.count() == 0
    assert AuditEntry.objects.filter(verb="account.sign_in_ended").count() == 1


def test_signing_out_needs_a_press_and_is_recorded(client):
    sign_in(client, UserFactory().username)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get(reverse("portal:home")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("portal:home")).status_code == 302
    assert AuditEntry.objects.filter(verb="account.signed_out").count() == 1


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "", "2fa/webauthn/", "3rdparty/", "social/login/cancelled/"]
)
def test_pages_that_make_no_sense_do_not_exist(client, path):
    client.force_login(UserFactory())
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_password_is_reset_by_mail_and_the_answer_tells_nothing(client, settings):
    settings.AXES_FAILURE_LIMIT = 1
    user = UserFactory()
    elsewhere = Client()
    sign_in(elsewhere, user.username)
    sign_in(client, user.username, "wrong")
    known = client.post(reverse("account_reset_password"), {"email": user.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert mail.outbox == []  # sent by the worker, so that the answers take as long
    outbox.send_due(clock=timezone.now)
    assert [message.to for message in mail.outbox] == [[user.email]]
    link = re.search(rf"{settings.PUBLIC_URL}(\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    new = "staple-7-battery-horse"
    client.post(path, {"password1": new, "password2": new})
    assert elsewhere.get(reverse("portal:home")).status_code == 302
    assert sign_in(Client(), user.username, new).status_code == 302
    english = {"accept-language": "en"}
    assert "was used already" in client.get(link, follow=True, headers=english).content.decode()
    assert AuditEntry.objects.filter(verb="account.password_reset").count() == 1


def test_reset_mails_are_limited(client):
    user = UserFactory()
    answers = [
        client.post(reverse("account_reset_password"), {"email": user.email}).status_code
        for _ in range(4)
    ]
    assert answers == [302, 302, 302, 429]


@pytest.mark.parametrize("new", ["short", "12345678901234", "password123"])
def test_weak_passwords_are_refused(client, new):
    user = UserFactory()
    sign_in(client, user.username)
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), fields).status_code == 200
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_changing_the_password_ends_the_other_sessions(client):
    user = UserFactory()
    other = Client()
    sign_in(client, user.username)
    sign_in(other, user.username)
    new = "staple-7-battery-horse"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert client.get(reverse("portal:home")).status_code == 200
    assert other.get(reverse("portal:home")).status_code == 302
    assert AuditEntry.objects.filter(verb="account.password_changed").count() == 1


def test_the_other_sessions_can_be_ended(client):
    user = UserFactory()
    other = Client()
    sign_in(client, user.username)
    sign_in(other, user.username)
    assert client.get(reverse("usersessions_list")).status_code == 200
    client.post(reverse("usersessions_list"))
    assert other.get(reverse("portal:home")).status_code == 302
    assert client.get(reverse("portal:home")).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge 126, Windows 10",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.49",
            "WeChat Browser 8, iOS 17",
        ),
        ("<b>\u202e" * 40, "an unknown browser"),
        ("", "an unknown browser"),
    ],
)
def test_sessions_say_on_what_they_run(client, user_agent, name):
    user = UserFactory(language="en")
    sign_in(client, user.username)
    UserSession.objects.update(user_agent=user_agent)
    shown = client.get(reverse("usersessions_list")).content.decode()
    assert f">{name}</td>" in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Staff number or e-mail"), ("zh-hans", "工号或邮箱")]
)
def test_the_sign_in_asks_for_what_people_have(client, language, label):
    page = client.get(reverse("account_login"), headers={"accept-language": language})
    shown = page.content.decode()
    assert label in shown
    assert 'autocomplete="username"' in shown
    assert "placeholder" not in shown
    assert shown.count(reverse("account_reset_password")) == 1


def test_a_short_password_is_refused_in_chinese(client):
    user = UserFactory(language="zh-hans")
    sign_in(client, user.username)
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "kurz-1", "password2": "kurz-1"},
    )
    assert re.search("密码太短，至少需要 [0-9]+ 个字符。", response.content.decode())


def code_for(secret):
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.mark.parametrize(
    ("who", "needed"),
    [("supervisor", True), ("deputy", True), ("lead", False), ("agent", False)],
)
def test_a_second_factor_is_set_up_before_all_else(settings, who, needed):
    settings.REQUIRE_SECOND_FACTOR = True
    client = Client()
    user = getattr(Department(), who).user
    sign_in(client, user.username)
    response = client.get(reverse("portal:home"))
    assert response.status_code == (302 if needed else 200)
    if not needed:
        return
    assert response.url == reverse("mfa_activate_totp")
    asked = client.get(response.url)
    client.post(asked.url, {"password": PASSWORD})
    page = client.get(response.url)
    assert "data:image/svg" in page.content.decode()
    secret = page.context["form"].secret
    client.post(response.url, {"code": code_for(secret)})
    assert client.get(reverse("portal:home")).status_code == 200
    session = client.session
    assert session["second_factor_checked_on"] == timezone.localdate().isoformat()
    assert AuditEntry.objects.filter(verb="account.factor_added").exists()


def test_the_second_factor_is_asked_for_and_must_not_be_switched_off_for_good(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    again = Client()
    user = Department().deputy.user
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(user).get_unused_codes()
    asked = sign_in(again, user.username)
    assert asked.url == reverse("mfa_authenticate")
    assert again.get(reverse("portal:home")).status_code == 302
    again.post(asked.url, {"code": "000000"})
    assert again.get(reverse("portal:home")).status_code == 302
    again.post(asked.url, {"code": codes[0]})
    assert again.get(reverse("portal:home")).status_code == 200
    asked = again.post(reverse("mfa_deactivate_totp"))
    again.post(asked.url, {"password": PASSWORD})
    again.post(reverse("mfa_deactivate_totp"))
    assert not is_mfa_enabled(user)
    assert AuditEntry.objects.filter(verb="account.factor_removed", actor=user).exists()
    assert again.get(reverse("portal:home")).url == reverse("mfa_activate_totp")


def test_the_administrator_removes_a_lost_second_factor_and_sees_no_secret(client):
    administrator, user = UserFactory(is_superuser=True, language="en"), UserFactory()
    sign_in(client, administrator.username)
    other = Client()
    sign_in(other, user.username)
    row = SecondFactorFactory(user=user)
    RecoveryCodes.activate(user)
    page = client.get(reverse("admin:portal_secondfactor_change", args=[row.pk])).content.decode()
    assert user.username in page
    assert row.data["secret"] not in page
    assert client.get(reverse("admin:portal_secondfactor_add")).status_code == 403
    gone = client.post(
        reverse("admin:portal_secondfactor_delete", args=[row.pk]), {"post": "yes"}, follow=True
    )
    assert gone.status_code == 200
    assert not is_mfa_enabled(user)
    entry = AuditEntry.objects.get(verb="account.factor_removed")
    assert (entry.actor, entry.target_id) == (administrator, str(user.pk))
    assert other.get(reverse("portal:home")).status_code == 302
