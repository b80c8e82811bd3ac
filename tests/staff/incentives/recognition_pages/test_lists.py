"""Lists and the record: what they cost, who sees them, what stands in empty ones."""

import re

import pytest
from django.urls import reverse

from tests.factories.recognition import (
    CoachingFactory,
    DemeritFactory,
    QualityAuditFactory,
    SampleFactory,
)
from tests.staff.browser import as_
from tests.staff.incentives.recognition_pages.steps import (
    HOSTILE,
    make_audits,
    make_calibrations,
    make_coaching,
    make_demerits,
    make_praise,
    make_scorecards,
    page,
)

pytestmark = pytest.mark.django_db


LISTS = {
    "wall": (make_praise, 11, b"<article"),
    "demerits": (make_demerits, 9, b"<tr>"),
    "coaching_list": (make_coaching, 9, b"<tr>"),
    "quality_audits": (make_audits, 9, b"<tr>"),
    "calibrations": (make_calibrations, 9, b"<tr>"),
    "scorecards": (make_scorecards, 9, b"<tr>"),
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_for_any_number_of_rows(
    client, them, rows, name, django_assert_num_queries
):
    make, queries, mark = LISTS[name]
    make(them, rows)
    client.get(reverse(f"staff:{name}"))  # the first one stores when the session began
    with django_assert_num_queries(queries):
        response = client.get(reverse(f"staff:{name}"))
    assert response.content.count(mark) - (mark == b"<tr>") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_costs_the_same_for_any_number_of_rows(
    client, them, rows, django_assert_num_queries
):
    make_praise(them, rows)
    make_audits(them, rows)
    DemeritFactory.create_batch(rows, person=them.agent)
    CoachingFactory.create_batch(rows, person=them.agent)
    client.get(reverse("staff:record"))
    with django_assert_num_queries(RECORD_QUERIES):
        shown = page(client, "record_person", them.agent.number)
    assert shown.count("服务之星") == rows


RECORD_QUERIES = 20


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("calibrations", make_calibrations),
        ("scorecards", make_scorecards),
    ],
)
def test_long_lists_are_paged_and_every_row_is_on_one_page(client, them, name, make):
    make(them, 45)
    seen, query = [], ""
    for rows in (20, 20, 5):
        response = client.get(reverse(f"staff:{name}") + query)
        assert response.content.count(b"<tr>") - 1 == rows
        assert "45 entries" in response.content.decode()
        seen += re.findall(rf"/staff/recognition/{name}/(\d+)/", response.content.decode())
        query = response.context["next_url"]
    assert (query, len(set(seen))) == ("", 45)
    last = client.get(reverse(f"staff:{name}"))
    assert last.context["previous_url"] == ""
    for text in HOSTILE:
        expected = 400 if "\x00" in text else 200
        page(client, name, status=expected, page=text, after=text, before=text)


def test_nothing_of_a_record_reaches_others(client, them):
    demerit = DemeritFactory(person=them.agent, reason="玩手机")
    entry = CoachingFactory(person=them.agent, coach=them.lead, topic="响应时间")
    audit = QualityAuditFactory(person=them.agent, reference="会话 0815")
    paths = [
        ("demerit", demerit.pk), ("coaching", entry.pk), ("quality_audit", audit.pk),
        ("quality_trend", them.agent.number), ("record_person", them.agent.number),
    ]  # fmt: skip
    secrets = ("响应时间", "会话 0815", "玩手机", "playing games")
    for other in (them.mate, them.stranger, them.other_lead):
        as_(client, other)
        for name, argument in paths:
            page(client, name, argument, status=404)
        for name in ("demerits", "coaching_list", "quality_audits", "record", "wall"):
            shown = page(client, name, q=them.agent.number)
            assert not [one for one in secrets if one in shown], (other, name)
        waiting = client.get(reverse("portal:tile_open")).content.decode()
        assert "响应时间" not in waiting
    for one in (them.agent, them.lead, them.deputy, them.supervisor):
        as_(client, one)
        for name, argument in paths:
            page(client, name, argument)


def test_a_chief_of_yesterday_sees_the_record_no_longer(client, them):
    audit = QualityAuditFactory(person=them.agent, auditor=them.lead)
    sample = SampleFactory(person=them.agent, auditor=them.lead)
    posting = them.agent.postings.get()
    posting.chief = them.other_lead
    posting.save()
    page(client, "quality_audit", audit.pk, status=404)
    page(client, "sample", sample.pk, status=404)
    page(client, "record_person", them.agent.number, status=404)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["wall", "demerits", "coaching_list", "quality_audits"])
@pytest.mark.usefixtures("them")
def test_lists_stand_hostile_addresses(client, name, value):
    for field in ("q", "kind", "team", "who", "state", "since", "until", "after", "before"):
        page(client, name, status=400 if "\x00" in value else 200, **{field: value})


@pytest.mark.usefixtures("them")
def test_empty_pages_say_what_would_be_here(client):
    for name, text in (
        ("wall", "Nobody has been praised yet."), ("demerits", "No demerits."),
        ("coaching_list", "No coaching entries yet."), ("quality_audits", "No audits yet."),
        ("calibrations", "No calibrations yet."), ("scorecards", "No scorecards yet."),
        ("record", "No praise yet."),
    ):  # fmt: skip
        assert text in page(client, name), name
    assert "No praise fits." in page(client, "wall", q="x")
