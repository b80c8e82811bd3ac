import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal import audit, audit_words, texts
from portal.models import AuditEntry
from tests.factories.portal import NOW, AuditEntryFactory, UserFactory
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db

PAGE = "portal:audit"
ROOT = Path(__file__).resolve().parent.parent.parent


def shown(response):
    return [entry["row"].pk for entry in response.context["entries"]]


@pytest.fixture
def boss(client):
    user = UserFactory(is_superuser=True, language="en")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("agent", {"agent"}),
        ("lead", {"lead"}),
        ("deputy", {"deputy", "lead", "agent", "mate", "other_lead", "stranger"}),
        ("supervisor", {"supervisor", "deputy", "lead", "agent", "mate", "other_lead", "stranger"}),
    ],
)
def test_everybody_sees_what_the_house_rules_say(client, who, sees):
    department = Department()
    names = ["supervisor", "deputy", "lead", "agent", "mate", "other_lead", "stranger"]
    acts = {name: AuditEntryFactory(actor=getattr(department, name).user) for name in names}
    AuditEntryFactory(actor=department.outsider)
    AuditEntryFactory(actor=None)
    client.force_login(getattr(department, who).user)
    found = shown(client.get(reverse(PAGE)))
    assert {name for name, row in acts.items() if row.pk in found} == sees
    assert len(found) == len(sees)


@pytest.mark.usefixtures("boss")
def test_the_administrator_sees_all(client):
    rows = [AuditEntryFactory().pk, AuditEntryFactory(actor=None).pk]
    assert shown(client.get(reverse(PAGE))) == rows[::-1]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ({"q": "C2026"}, [0]),
        ({"q": "E0007"}, [1]),
        ({"verb": "export.done"}, [2]),
        ({"since": "2026-11-02"}, [0, 1, 2]),
        ({"until": "2026-11-01"}, [3]),
        ({"since": "2026-11-03"}, []),
        ({"since": "9999-12-31"}, []),
        ({"until": "9999-12-31"}, [0, 1, 2, 3]),
        ({"q": "nobody"}, []),
    ],
)
@pytest.mark.usefixtures("boss")
def test_filters_stay_in_the_address(client, query, hits):
    rows = [
        AuditEntryFactory(target_label="C20261102-0001"),
        AuditEntryFactory(actor=UserFactory(username="E0007")),
        AuditEntryFactory(verb="export.done"),
        AuditEntryFactory(at=NOW - timedelta(days=1)),
    ]
    found = shown(client.get(reverse(PAGE), query))
    assert sorted(found) == sorted(rows[hit].pk for hit in hits)


@pytest.mark.parametrize("query", [{"since": "yesterday"}, {"verb": "no.such"}, {"before": "x"}])
@pytest.mark.usefixtures("boss")
def test_hostile_filters_are_answered_with_a_page(client, query):
    AuditEntryFactory()
    assert client.get(reverse(PAGE), query).status_code == 200


@pytest.mark.usefixtures("boss")
def test_a_day_is_a_day_of_the_department(client):
    inside = AuditEntryFactory(at=datetime(2026, 11, 1, 16, 0, tzinfo=UTC))
    AuditEntryFactory(at=datetime(2026, 11, 1, 15, 59, tzinfo=UTC))
    day = {"since": "2026-11-02", "until": "2026-11-02"}
    assert shown(client.get(reverse(PAGE), day)) == [inside.pk]


def test_pages_follow_a_key_and_keep_the_filters(client, boss):
    rows = AuditEntryFactory.create_batch(120, verb="export.done", actor=boss)
    AuditEntryFactory.create_batch(3, actor=boss)
    seen, address = [], "?verb=export.done"
    while address:
        response = client.get(reverse(PAGE) + address)
        seen += shown(response)
        address = response.context["next"]
    assert seen == [row.pk for row in reversed(rows)]


@pytest.mark.usefixtures("boss")
def test_verbs_are_words_and_an_unknown_one_its_code(client):
    AuditEntryFactory(verb="export.done")
    AuditEntryFactory(verb="gone.verb")
    page = client.get(reverse(PAGE)).content.decode()
    with translation.override("en"):
        assert str(texts.verb("export.done")) in page
    assert texts.verb("gone.verb") == "gone.verb"


def test_every_verb_of_the_code_has_words():
    written = {
        verb
        for app in ("portal", "staff", "complaints", "feedback")
        for path in (ROOT / app).rglob("*.py")
        for verb in re.findall(r'verb="([a-z_.]+)"', path.read_text())
    }
    assert written - set(texts.verbs()) == set()
    assert len(written) > 30


@pytest.mark.usefixtures("boss")
def test_what_was_written_is_escaped(client):
    AuditEntryFactory(target_label="<script>", before={"<k>": "<v>"}, origin="<o>")
    page = client.get(reverse(PAGE)).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "<v>" not in page


def test_an_empty_log_says_what_would_be_here(client):
    client.force_login(UserFactory(language="en"))
    assert "Nothing recorded" in client.get(reverse(PAGE)).content.decode()


def test_an_act_notes_who_what_and_from_where():
    user = UserFactory()
    with audit.coming_from("10.0.0.7"):
        row = audit.record(
            actor=user, verb="user.renamed", target=user, at=NOW, before={"n": 1}, after={"n": 2}
        )
    assert (row.origin, row.target_type, row.target_id) == ("10.0.0.7", "portal.user", str(user.pk))
    assert (row.before, row.after, row.target_label) == ({"n": 1}, {"n": 2}, str(user))
    assert audit.record(actor=None, verb="x", at=NOW).origin == ""


@pytest.mark.both
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_auditentry SET verb = 'x'",
        "DELETE FROM portal_auditentry",
        "TRUNCATE portal_auditentry",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(statement):
    if statement.startswith("TRUNCATE") and connection.vendor != "postgresql":
        return
    AuditEntryFactory()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(rows, django_assert_num_queries):
    client, department = Client(), Department()
    client.force_login(department.supervisor.user)
    for _ in range(rows):
        AuditEntryFactory(actor=department.agent.user)
    client.get(reverse(PAGE))
    with django_assert_num_queries(10):
        response = client.get(reverse(PAGE))
    assert len(shown(response)) == rows


def exported(client, **query):
    response = client.get(reverse("portal:export_kind", args=["audit"]), query)
    if response.status_code != 200:
        return response.status_code
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    return [line.split(",")[1] for line in lines[1:]]


def test_the_export_holds_what_the_page_shows(client):
    department = Department()
    client.force_login(department.deputy.user)
    AuditEntryFactory(actor=department.agent.user, target_label="C20261102-0001")
    AuditEntryFactory(actor=department.mate.user, at=NOW - timedelta(days=40))
    AuditEntryFactory(actor=department.supervisor.user)
    AuditEntryFactory(actor=None)
    agent, mate = department.agent.user.username, department.mate.user.username
    assert exported(client)[:2] == [agent, mate]
    assert exported(client, q="C2026") == [agent]
    assert exported(client, month="2026-09") == [mate]


@pytest.mark.parametrize("who", ["agent", "lead"])
def test_who_answers_for_nobody_exports_no_log(client, who):
    client.force_login(getattr(Department(), who).user)
    assert exported(client) == 404
    assert reverse("portal:export_kind", args=["audit"]) not in client.get(reverse(PAGE)).text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"due_at": "2026-11-02T04:00:00Z"}, [("Due at", "11/02/2026 12:00")]),
        ({"due_on": "2026-11-02"}, [("Due on", "11/02/2026")]),
        ({"fen": 12345}, [("Amount", "123.45")]),
        ({"state": "OPEN", "urgent": True}, [("State", "open"), ("Urgent", "yes")]),
        ({"fields": ["due_at", "owner_id"]}, [("Fields", "Due at, Owner")]),
        ({"owner": None, "days": []}, [("Owner", "–"), ("Days", "–")]),
        ({"strange_key": {"rows": 3}}, [("Strange key", "Rows: 3")]),
        ({"day": "9999-99-99", "at": "0001-01-01T00:00:00Z"}, None),
    ],
)
def test_values_are_said_in_words(values, words):
    with translation.override("en"):
        found = audit_words.said("complaints.followup", values)
        assert len(audit_words.said("no.such_model", values)) == len(values)
    assert words is None or found == words
