"""Praise, demerits, coaching and audits as files: whose rows, which columns, no amount."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from portal.transfer import registry
from portal.transfer.values import Amount
from staff.models import AuditScore, Praise
from tests.factories.portal import UserFactory
from tests.factories.recognition import (
    CoachingFactory,
    DemeritFactory,
    PraiseFactory,
    QualityAuditFactory,
    ReactionFactory,
    ScorecardVersionFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
KINDS = ("praise", "demerits", "coaching", "quality_audits")


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them():
    department = Department()
    for who in (department.agent, department.mate, department.stranger):
        PraiseFactory(person=who, given_by=department.lead, title=f"星{who.number}")
        DemeritFactory(person=who, recorded_by=department.lead, reason=f"玩手机{who.number}")
        CoachingFactory(person=who, coach=department.lead, topic=f"话题{who.number}")
        QualityAuditFactory(
            person=who, auditor=department.lead, reference=f"会话{who.number}", total_bp=8650
        )
    return department


def file_of(client, someone, kind, ending="json", **query):
    client.force_login(someone.user)
    url = reverse("portal:export_kind", args=[kind])
    response = client.get(url, {"format": ending, **query}, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_of(client, someone, kind, **query):
    return json.loads(file_of(client, someone, kind, **query))


@pytest.mark.parametrize("kind", ["demerits", "coaching", "quality_audits"])
def test_a_record_is_exported_by_the_person_and_the_chain_above_alone(client, them, kind):
    expected = {
        them.agent: {them.agent}, them.mate: {them.mate}, them.lead: {them.agent, them.mate},
        them.deputy: {them.agent, them.mate, them.stranger}, them.stranger: {them.stranger},
        them.supervisor: {them.agent, them.mate, them.stranger},
    }  # fmt: skip
    for who, seen in expected.items():
        found = {row["number"] for row in rows_of(client, who, kind)}
        assert found == {one.number for one in seen}, who


def test_praise_is_everybodys_and_what_was_withdrawn_is_not(client, them):
    gone = Praise.objects.order_by("pk").first()
    gone.withdrawn_at, gone.withdrawn_by, gone.withdrawn_why = NOW, them.deputy, "重复"
    gone.save()
    found = {row["number"] for row in rows_of(client, them.agent, "praise")}
    assert found == {them.mate.number, them.stranger.number}


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_of_the_department_exports_nothing(client, kind):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert client.get(reverse("portal:export_kind", args=[kind])).status_code == 404


def test_each_format_says_the_same(client, them):
    found = rows_of(client, them.agent, "demerits")
    assert found == [
        {
            "number": them.agent.number, "name": them.agent.name, "date": "2026-11-02",
            "kind": "game", "reason": f"玩手机{them.agent.number}", "evidence": "组长现场看到",
            "recorded_by": them.lead.number, "recorded_at": found[0]["recorded_at"],
            "withdrawn_at": "", "withdrawn_by": "", "withdrawn_why": "",
        }
    ]  # fmt: skip
    text = file_of(client, them.agent, "demerits", "csv").decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text))) == found
    sheet = load_workbook(io.BytesIO(file_of(client, them.agent, "demerits", "xlsx"))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == list(found[0])
    assert cells[1][:2] == [them.agent.number, them.agent.name]


def test_an_audit_tells_its_score_and_the_points_of_each_criterion(client, them):
    audit = QualityAuditFactory(
        person=them.agent, auditor=them.lead, version=ScorecardVersionFactory(), total_bp=6000
    )
    for criterion, points in zip(
        audit.version.criteria.order_by("position"), (5, None), strict=True
    ):
        AuditScore.objects.create(audit=audit, criterion=criterion, points=points)
    first, second = rows_of(client, them.agent, "quality_audits")
    assert (first["score"], first["points"]) == ("86.50", "")
    assert (second["score"], second["points"]) == ("60.00", "态度 5/5; 专业 -/5")


def test_praise_names_receivers_and_counts_reactions(client, them):
    ReactionFactory(praise=Praise.objects.get(person=them.agent))
    row = rows_of(client, them.agent, "praise", q=f"星{them.agent.number}")
    assert [(one["receivers"], one["reactions"]) for one in row] == [(them.agent.number, "1")]


@pytest.mark.parametrize(
    ("kind", "query", "count"),
    [
        ("demerits", {"month": "2026-11"}, 2),
        ("demerits", {"month": "2026-10"}, 1),
        ("demerits", {"state": "withdrawn"}, 0),
        ("demerits", {"since": "2026-11-01", "until": "2026-11-30"}, 2),
        ("coaching", {"month": "2026-10"}, 1),
        ("coaching", {"state": "closed"}, 0),
        ("coaching", {"state": "due"}, 1),
        ("quality_audits", {"month": "2026-10"}, 1),
        ("praise", {"month": "2026-10"}, 1),
        ("praise", {"who": "by_me"}, 4),
        ("demerits", {"since": "١٢", "state": "x", "q": "a" * 500}, 3),
    ],
)
def test_a_file_is_narrowed_as_the_list_is(client, them, kind, query, count):
    october = NOW - timedelta(days=20)
    DemeritFactory(person=them.agent, recorded_by=them.lead, day=date(2026, 10, 31))
    CoachingFactory(
        person=them.agent, coach=them.lead, held_on=date(2026, 10, 1), due_on=date(2026, 10, 9)
    )
    QualityAuditFactory(person=them.agent, auditor=them.lead, audited_at=october)
    PraiseFactory(person=them.agent, given_by=them.lead, given_at=october)
    assert len(rows_of(client, them.lead, kind, **query)) == count


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_costs_the_same_for_any_number_of_rows(
    client, kind, rows, django_assert_num_queries
):
    department = Department()
    make = {
        "praise": lambda: PraiseFactory(person=department.agent, given_by=department.lead),
        "demerits": lambda: DemeritFactory(person=department.agent),
        "coaching": lambda: CoachingFactory(person=department.agent),
        "quality_audits": lambda: QualityAuditFactory(person=department.agent),
    }[kind]
    for _row in range(rows):
        make()
    file_of(client, department.lead, kind)
    expected = {"praise": 11, "demerits": 7, "coaching": 7, "quality_audits": 8}[kind]
    url = reverse("portal:export_kind", args=[kind])
    with django_assert_num_queries(expected):
        response = client.get(url, {"format": "csv"})
    assert b"".join(response.streaming_content).count(b"\r\n") == rows + 1


def test_the_command_line_exports_everybody(them, tmp_path):
    for kind in KINDS:
        target = tmp_path / f"{kind}.json"
        call_command("export", kind, "--format", "json", "--output", str(target))
        numbers = {row["number"] for row in json.loads(target.read_text(encoding="utf-8"))}
        assert numbers == {them.agent.number, them.mate.number, them.stranger.number}


def test_no_column_but_the_score_holds_an_amount():
    found = {
        (kind, column.name)
        for kind in KINDS
        for column in registry.get(kind).columns
        if isinstance(column.type, Amount)
    }
    assert found == {("quality_audits", "score")}


@pytest.mark.parametrize(
    ("view", "kind"),
    [
        ("wall", "praise"), ("demerits", "demerits"), ("coaching_list", "coaching"),
        ("quality_audits", "quality_audits"),
    ],
)  # fmt: skip
def test_each_list_leads_to_its_file_as_it_is_filtered(client, them, view, kind):
    client.force_login(them.lead.user)
    shown = client.get(reverse(f"staff:{view}"), {"q": "星"}).content.decode()
    for ending in ("csv", "xlsx", "json"):
        url = reverse("portal:export_kind", args=[kind])
        assert f"{url}?q=%E6%98%9F&amp;format={ending}" in shown
