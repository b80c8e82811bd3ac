"""Who comes in, how often, and what is answered to those who do not."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import accounts, tokens
from portal.enums import ApiScope
from portal.models import ApiCall, ApiToken, AuditEntry
from tests.api.calling import Caller, token_of
from tests.factories.complaints import ComplaintFactory
from tests.factories.portal import ApiCallFactory, ApiTokenFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def them():
    return Department()


def test_a_token_is_kept_as_a_hash_and_says_for_whom_it_stands(them):
    secret = token_of(them.agent.user, ApiScope.ORDERS)
    token = ApiToken.objects.get()
    assert secret not in (token.digest, token.hint, str(token))
    answer = Caller(secret).get("/me").json()
    assert (answer["person"], answer["scopes"]) == (them.agent.number, ["orders:read"])
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_the_audit_log_tells_which_token_acted(them):
    case = ComplaintFactory(store=them.store, owner=them.agent)
    caller = Caller(them.agent)
    caller.post(f"/complaints/{case.number}/notes", {"text": "x"})
    hint = ApiToken.objects.get().hint
    assert AuditEntry.objects.get(verb="complaint.note").origin == f"127.0.0.1 {hint}"
    assert AuditEntry.objects.filter(verb="token.made").get().origin == ""


def test_who_knocks_without_a_valid_token_is_answered_401(them):
    caller = Caller(them.agent)
    for wrong in ("", "Basic YTpi", "Bearer", "Bearer kefu_wrong", f"Bearer {'x' * 5000}"):
        answer = caller.get("/me", Authorization=wrong)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    client = Client()
    client.force_login(them.agent.user)  # a cookie opens nothing
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_ends_by_expiry_by_revoking_and_with_its_person(them):
    caller = Caller(them.agent)
    token = ApiToken.objects.get()
    ApiToken.objects.update(created_at=timezone.now() - timedelta(days=9),
                            expires_at=timezone.now() - timedelta(seconds=1))  # fmt: skip
    assert caller.get("/me").status_code == 401
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert caller.get("/me").status_code == 200
    tokens.revoke(actor=them.deputy.user, token=token, now=timezone.now())
    assert caller.get("/me").status_code == 401
    other = Caller(them.mate)
    accounts.end_sign_in(user=them.mate.user, now=timezone.now())
    assert other.get("/me").status_code == 401


def test_a_token_without_a_post_today_opens_nothing(them):
    caller = Caller(them.mate)
    them.mate.postings.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert caller.get("/people").status_code == 401


def test_who_needs_a_second_factor_and_has_none_has_no_tokens(them, settings):
    lead, supervisor = Caller(them.lead), Caller(them.supervisor)
    settings.REQUIRE_SECOND_FACTOR = True
    assert lead.get("/me").status_code == 200
    assert supervisor.get("/me").status_code == 401


def test_a_scope_opens_its_own_thing_alone(them):
    caller = Caller(them.agent, ApiScope.COMPLAINTS)
    assert caller.get("/complaints").status_code == 200
    for method, path in (("GET", "/orders"), ("POST", "/complaints"), ("GET", "/people")):
        answer = caller(method, path, {} if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope")


def test_calls_are_counted_for_each_token_and_told_how_long_to_wait(them, settings):
    settings.API_PER_MINUTE = 2
    first, second = Caller(them.agent), Caller(them.agent)
    assert [first.get("/me").status_code for _ in range(3)] == [200, 200, 429]
    answer = first.get("/me")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert second.get("/me").status_code == 200


def test_the_same_key_acts_once_and_answers_the_same(them):
    case = ComplaintFactory(store=them.store, owner=them.agent)
    caller, path = Caller(them.agent), f"/complaints/{case.number}/notes"
    first = caller.post(path, {"text": "Called back"}, Idempotency_Key="k1")
    again = caller.post(path, {"text": "Called back"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert case.notes.count() == 1
    other = caller.post(path, {"text": "Something else"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    ApiCall.objects.update(answer={})  # as after an erasure (§10)
    erased = caller.post(path, {"text": "Called back"}, Idempotency_Key="k1")
    assert (erased.status_code, erased.json()["code"]) == (409, "erased")
    Caller(them.agent).post(path, {"text": "Called back"}, Idempotency_Key="k1")
    assert case.notes.count() == 2  # another token's key is another key


def test_a_call_that_is_refused_keeps_no_key(them):
    caller = Caller(them.agent)
    body = {"channel": "PHONE", "store": "nowhere", "customer": "张三", "description": "x"}
    assert caller.post("/complaints", body, Idempotency_Key="k").status_code == 422
    assert not ApiCall.objects.exists()
    body["store"] = them.store.name
    assert caller.post("/complaints", body, Idempotency_Key="k").status_code == 201


def test_old_answers_are_forgotten():
    now = timezone.now()
    ApiCallFactory(created_at=now - timedelta(hours=25), token__expires_at=now + timedelta(days=1))
    kept = ApiCallFactory(created_at=now, token__expires_at=now + timedelta(days=1))
    ApiTokenFactory(expires_at=now - timedelta(days=400), created_at=now - timedelta(days=500))
    tokens.clean_up(now=now)
    assert list(ApiCall.objects.all()) == [kept]
    assert ApiToken.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"text": "a\\u0000b"}', 422),
        ('{"text": "a\\ud800b"}', 422),
        ('{"text": NaN}', 400),
        ("[" * 100_000, 400),
        ('{"text": ' + "9" * 10_000 + "}", 400),
        (b"\xff\xfe", 400),
        ("", 422),
        ('{"text": 1}', 422),
        ('{"text": "x", "more": 1}', 422),
        ('{"text": "   "}', 422),
        ('{"text": "' + "x" * 10_001 + '"}', 422),
    ],
)
def test_hostile_bodies_are_refused_and_write_nothing(them, body, status):
    case = ComplaintFactory(store=them.store, owner=them.agent)
    answer = Caller(them.agent).post(f"/complaints/{case.number}/notes", body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not case.notes.exists()


def test_a_large_body_and_other_types_are_refused(them, settings):
    settings.API_MAX_BYTES = 100
    caller = Caller(them.agent)
    assert caller.post("/complaints", {"description": "x" * 200}).status_code == 413
    answer = caller.client.post(
        "/api/v1/complaints", "a=b", content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {caller.secret}"},
    )  # fmt: skip
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "query",
    ["limit=1_000", "limit=١", "limit=0", "limit=201", "cursor=x", "cursor=W10", "cursor=%ff",
     "changed_since=2026-13-01", "changed_since=2026-10-01", "stage=NOWHERE",
     "cursor=W3sidCI6IjAwMDEtMDEtMDFUMDA6MDA6MDArMTQ6MDAifSwxXQ"],
)  # fmt: skip
def test_hostile_addresses_are_refused(them, query):
    assert Caller(them.agent).get(f"/complaints?{query}").status_code == 422


def test_unknown_paths_and_methods_and_nul_are_problems_too(them):
    caller = Caller(them.agent)
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("DELETE", "/complaints", 405),
        ("GET", "/complaints?owner=%00", 400),
    ):
        answer = caller(method, path)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_problems_speak_the_language_that_is_asked_for(them):
    them.agent.user.language = "zh-hans"
    them.agent.user.save()
    caller = Caller(them.agent)
    english = caller.get("/complaints/C20991231-0001").json()["detail"]
    chinese = caller.client.get(
        "/api/v1/complaints/C20991231-0001", headers={"Authorization": f"Bearer {caller.secret}"}
    ).json()["detail"]
    assert english == "There is no such thing, or you may not see it."
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


# --- the page ------------------------------------------------------------------------------
def test_the_page_shows_a_new_token_once(them, client):
    client.force_login(them.agent.user)
    url = reverse("portal:tokens")
    assert "kefu_" not in client.get(url).content.decode().replace("kefu_…", "")
    data = {"name": "ERP", "scopes": ["orders:read"], "days": "30"}
    shown = client.post(url, data).content.decode()
    secret = shown.split('id="new-token">')[1].split("<")[0]
    assert Caller(secret).get("/orders").status_code == 200
    assert secret not in client.get(url).content.decode()
    assert AuditEntry.objects.filter(verb="token.made", actor=them.agent.user).count() == 1


def test_a_form_that_is_sent_twice_makes_one_token(them, client):
    client.force_login(them.agent.user)
    data = {"name": "ERP", "scopes": ["orders:read"], "days": "30", "form_key": str(uuid4())}
    answers = [client.post(reverse("portal:tokens"), data).status_code for _ in range(2)]
    assert answers == [200, 302]
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"name": "ERP", "scopes": ["orders:read"], "days": "9999"},
        {"name": "ERP", "scopes": ["everything"], "days": "1"},
        {"name": "a\x00b", "scopes": ["orders:read"], "days": "1"},
        {"name": "ERP", "scopes": ["orders:read"], "days": "1_0"},
        {"name": "ERP", "scopes": ["orders:read"], "days": "9" * 50},
        {},
    ],
)
def test_a_token_that_is_not_in_order_is_not_made(them, client, data):
    client.force_login(them.agent.user)
    assert client.post(reverse("portal:tokens"), data).status_code == 422
    assert not ApiToken.objects.exists()


def test_chiefs_see_and_revoke_the_tokens_of_their_people(them, client):
    token_of(them.agent.user, name="ERP of the agent")
    token = ApiToken.objects.get()
    for person, sees in ((them.deputy, True), (them.lead, False), (them.mate, False)):
        client.force_login(person.user)
        content = client.get(reverse("portal:tokens")).content.decode()
        assert ("ERP of the agent" in content) is sees
    client.force_login(them.mate.user)
    assert client.post(reverse("portal:token_revoke", args=[token.pk])).status_code == 404
    client.force_login(them.deputy.user)
    client.post(reverse("portal:token_revoke", args=[token.pk]))
    token.refresh_from_db()
    assert token.revoked_by == them.deputy.user


def test_more_tokens_than_one_may_have_are_refused(them, client):
    now = timezone.now()
    ApiTokenFactory.create_batch(
        tokens.MOST, user=them.agent.user, expires_at=now + timedelta(days=1)
    )
    client.force_login(them.agent.user)
    data = {"name": "ERP", "scopes": ["orders:read"], "days": "30"}
    assert client.post(reverse("portal:tokens"), data).status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_tokens(
    them, client, rows, django_assert_num_queries
):
    now = timezone.now()
    ApiTokenFactory.create_batch(rows, user=them.agent.user, expires_at=now + timedelta(days=1))
    client.force_login(them.agent.user)
    client.get(reverse("portal:tokens"))
    with django_assert_num_queries(7):
        content = client.get(reverse("portal:tokens")).content
    assert content.count(b"<code>kefu_abcd") == rows
