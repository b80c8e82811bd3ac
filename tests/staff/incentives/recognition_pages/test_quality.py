"""Samples, audits, calibrations, and scorecards."""

import pytest
from django.urls import reverse

from staff.incentives.models import QualityAudit, Sample
from tests.factories.complaints import ComplaintFactory
from tests.factories.recognition import QualityAuditFactory, ScorecardVersionFactory
from tests.staff.browser import as_
from tests.staff.incentives.recognition_pages.steps import HOSTILE, NOW, TODAY, key, page, send

pytestmark = pytest.mark.django_db


def test_a_sample_is_drawn_shown_and_audited(client, them):
    cases = ComplaintFactory.create_batch(
        3, store=them.store, owner=them.agent, recorder=them.mate, service_day=TODAY
    )
    data = {
        "person": them.agent.pk, "source": "cases", "first_day": "2026-11-01",
        "last_day": "2026-11-05", "size": 2, "seed": 815, "form_key": key(),
    }  # fmt: skip
    for broken in (
        {"last_day": "2026-10-01"}, {"size": 0}, {"size": 51}, {"seed": -1}, {"source": "x"},
        {"person": them.stranger.pk}, {"first_day": "2026-11-01", "person": them.mate.pk},
    ):  # fmt: skip
        send(client, "sample_new", **data | {"form_key": key()} | broken, status=422)
    send(client, "sample_new", **data)
    send(client, "sample_new", **data)
    sample = Sample.objects.get()
    assert "815" in page(client, "sample", sample.pk)
    audit_item(client, them, sample, cases)


def audit_item(client, them, sample, cases):
    """Score the first item of a sample, by a form that is sent several times."""
    item = sample.keys[0]
    card = ScorecardVersionFactory()
    assert item in page(client, "quality_audit_new", sample=sample.pk, key=item)
    other = next(one.number for one in cases if one.number not in sample.keys)
    page(client, "quality_audit_new", sample=sample.pk, key=other, status=404)
    page(client, "quality_audit_new", sample="9" * 40, key=item, status=404)
    first, second = card.criteria.order_by("position")
    form = {
        "person": them.agent.pk, "card": card.pk, "sample": sample.pk, "key": item,
        f"points_{first.pk}": "4", f"points_{second.pk}": "na", "form_key": key(),
    }  # fmt: skip
    for broken in ({f"points_{first.pk}": "6"}, {f"points_{first.pk}": ""}, {"form_key": ""}):
        send(client, "quality_audit_new", **form | broken, status=422)
    send(client, "quality_audit_new", **form)
    send(client, "quality_audit_new", **form)
    send(client, "quality_audit_new", **form | {"form_key": key()})
    audit = QualityAudit.objects.get()
    assert (audit.total_bp, audit.source, audit.reference) == (8000, "cases", item)
    assert "audited by me" in page(client, "sample", sample.pk)
    shown = page(as_(client, them.agent), "quality_audit", audit.pk)
    assert "80.00" in shown
    assert "does not apply" in shown
    page(client, "sample", sample.pk, status=404)


def test_an_audit_of_a_conversation_needs_a_scorecard_and_a_reference(client, them):
    assert "There is no scorecard in use." in page(client, "quality_audit_new")
    card = ScorecardVersionFactory()
    shown = page(client, "quality_audit_new", person=them.agent.pk)
    assert "态度" in shown  # the only scorecard is taken
    points = {f"points_{one.pk}": "5" for one in card.criteria.all()}
    form = {"person": them.agent.pk, "card": card.pk, "form_key": key(), **points}
    send(client, "quality_audit_new", **form, status=422)
    none = dict.fromkeys(points, "na")
    send(client, "quality_audit_new", **form | none, reference="会话 1", status=422)
    send(client, "quality_audit_new", **form, reference="会话 1")
    assert QualityAudit.objects.get().total_bp == 10_000
    for value in HOSTILE:
        status = 400 if "\x00" in value else 200
        page(client, "quality_audit_new", status=status, person=value, card=value)


def test_the_trend_shows_chart_and_table(client, them):
    QualityAuditFactory(person=them.agent, total_bp=8650, audited_at=NOW)
    shown = page(client, "quality_trend", them.agent.number)
    assert "data-trend=" in shown
    assert "86.50" in shown
    assert "No audits yet." in page(client, "quality_trend", them.mate.number)


def test_scores_of_a_calibration_are_blind_until_both_are_given(client, them):
    data = {
        "person": them.agent.pk, "card": ScorecardVersionFactory().pk, "reference": "会话 9",
        "first": them.lead.pk, "second": them.lead.pk, "form_key": key(),
    }  # fmt: skip
    send(client, "calibration_new", **data, status=422)
    answer = send(client, "calibration_new", **data | {"second": them.deputy.pk})
    pk = int(answer["Location"].split("/")[-2])

    def score(who, points):
        as_(client, who)
        fields = client.get(reverse("staff:calibration", args=[pk])).context["form"].fields
        form = {name: points for name in fields if name.startswith("points_")}
        return send(client, "calibration_score", pk, **form, form_key=key())

    score(them.lead, "2")
    for who in (them.lead, them.supervisor):
        shown = page(as_(client, who), "calibration", pk)
        assert "40.00" not in shown
        assert "The scores are shown once both are given." in shown
    assert "waits for me" in page(as_(client, them.deputy), "calibrations")
    assert "40.00" not in page(client, "calibration", pk)
    score(them.deputy, "5")
    shown = page(client, "calibration", pk)
    for text in ("40.00", "100.00", "60.00"):
        assert text in shown
    send(client, "calibration_score", pk, form_key=key(), status=422)
    assert "60.00" in page(client, "calibrations")
    page(as_(client, them.agent), "calibration", pk, status=404)
    assert "会话 9" not in page(client, "quality_audits")


def lines(*rows):
    data = {"line-TOTAL_FORMS": str(len(rows)), "line-INITIAL_FORMS": "0"}
    for n, (title, weight, most) in enumerate(rows):
        data |= {f"line-{n}-title": title, f"line-{n}-weight": weight, f"line-{n}-most": most}
    return data


def test_a_scorecard_is_made_and_changed_in_versions(client, them):
    as_(client, them.deputy)
    good = lines(("态度", "33.33", "5"), ("专业", "66.67", "10"), ("", "", "5"))
    for broken in (
        lines(("态度", "50", "5")),
        lines(("态度", "100.001", "5")),
        lines(("态度", "NaN", "5")),
        lines(("态度", "100", "")),
        lines(("态度", "100", "101")),
        lines(("", "100", "5")),
        lines(*[("项", "4", "5")] * 25),
        {"line-TOTAL_FORMS": "x"},
    ):
        send(client, "scorecard_new", name="质检表", form_key=key(), **broken, status=422)
    answer = send(client, "scorecard_new", name="质检表", form_key=key(), **good)
    pk = int(answer["Location"].split("/")[-2])
    send(client, "scorecard_new", name="质检表", form_key=key(), **good, status=422)
    assert "33.33 %" in page(client, "scorecard", pk)
    assert "66.67" in page(client, "scorecard_change", pk)
    send(client, "scorecard_change", pk, seen=1, **lines(("态度", "100", "5")))
    other = lines(("专业", "100", "5"))
    answer = send(client, "scorecard_change", pk, seen=1, **other, status=409)
    assert 'name="seen" value="2"' in answer.content.decode()
    send(client, "scorecard_change", pk, seen=2, **other)
    assert "Version 3" in page(client, "scorecard", pk)
    send(client, "scorecard_use", pk, on="0")
    assert "out of use" in page(client, "scorecards")
