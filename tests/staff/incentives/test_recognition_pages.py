"""The pages of recognition: who sees what, forms that keep what was typed, constant queries."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from staff.incentives.models import Coaching, Demerit, Praise, QualityAudit, Reaction, Sample
from tests.factories.complaints import ComplaintFactory
from tests.factories.recognition import (
    CalibrationFactory,
    CoachingFactory,
    DemeritFactory,
    PraiseFactory,
    PraiseReceiverFactory,
    QualityAuditFactory,
    ReactionFactory,
    SampleFactory,
    ScorecardVersionFactory,
)
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 5)
HOSTILE = [
    "\x00",
    "a\x00b",
    "9" * 400,
    "1_000",
    "١٢",
    "-1",
    "' OR 1=1 --",
    "2026-13-45",
    "9999-12-31",
]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them(client):
    department = Department()
    client.cookies["django_language"] = "en"
    client.force_login(department.lead.user)
    return department


def as_(client, who):
    client.force_login(who.user)
    return client


def page(client, view, *args, status=200, **query):
    response = client.get(reverse(f"staff:{view}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(client, view, *args, status=302, **data):
    response = client.post(reverse(f"staff:{view}", args=args), data)
    assert response.status_code == status
    return response


def key():
    return str(uuid.uuid4())


# Lists cost the same for any number of rows


def make_praise(them, count):
    for praise in PraiseFactory.create_batch(count, person=them.agent, given_by=them.lead):
        ReactionFactory(praise=praise)


def make_audits(them, count):
    QualityAuditFactory.create_batch(count, person=them.agent, auditor=them.lead)


def make_demerits(them, count):
    DemeritFactory.create_batch(count, person=them.agent)


def make_coaching(them, count):
    CoachingFactory.create_batch(count, person=them.agent)


def make_calibrations(them, count):
    CalibrationFactory.create_batch(count, person=them.agent, first=them.lead)


def make_scorecards(_them, count):
    ScorecardVersionFactory.create_batch(count)


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


# Nobody else sees a record


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


# The wall


def test_the_wall_is_narrowed_and_paged_by_key(client, them):
    praises = PraiseFactory.create_batch(25, person=them.agent, given_by=them.deputy)
    PraiseFactory(person=them.stranger, title="别组的表彰", kind="HONOUR", given_by=them.lead)
    shown = client.get(reverse("staff:wall"))
    assert len(shown.context["rows"]) == 20
    second = client.get(reverse("staff:wall") + shown.context["next_url"])
    assert [row["praise"].pk for row in second.context["rows"]] == [
        one.pk for one in praises[5::-1]
    ]
    back = client.get(reverse("staff:wall") + second.context["previous_url"])
    assert [row["praise"].pk for row in back.context["rows"]] == [
        row["praise"].pk for row in shown.context["rows"]
    ]
    for query, count in (
        ({"kind": "HONOUR"}, 1), ({"team": them.other_team.pk}, 1), ({"who": "by_me"}, 1),
        ({"who": "me"}, 0), ({"q": "别组"}, 1), ({"q": them.stranger.name}, 1), ({"kind": "X"}, 26),
    ):  # fmt: skip
        assert client.get(reverse("staff:wall"), query).context["count"] == count, query


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["wall", "demerits", "coaching_list", "quality_audits"])
@pytest.mark.usefixtures("them")
def test_lists_stand_hostile_addresses(client, name, value):
    for field in ("q", "kind", "team", "who", "state", "since", "until", "after", "before"):
        page(client, name, status=400 if "\x00" in value else 200, **{field: value})


def test_praise_is_given_once_and_errors_keep_what_was_typed(client, them):
    data = {
        "to": f"p{them.agent.pk}", "kind": "SERVICE", "title": "感谢信", "text": "<b>好</b>",
        "form_key": key(),
    }  # fmt: skip
    shown = send(client, "praise_new", **data | {"title": ""}, status=422).content.decode()
    assert "&lt;b&gt;好&lt;/b&gt;" in shown
    first = send(client, "praise_new", **data)
    assert send(client, "praise_new", **data)["Location"] == first["Location"]
    assert Praise.objects.count() == 1
    assert "<b>好" not in page(client, "wall")
    for to in (f"p{them.lead.pk}", "p999999", "x1", "p", ""):
        send(client, "praise_new", **data | {"to": to, "form_key": key()}, status=422)
    page(as_(client, them.agent), "praise_new", status=403)


def test_a_reaction_is_answered_with_its_counts(client, them):
    praise = PraiseFactory(person=them.agent)
    path = reverse("staff:praise_react", args=[praise.pk])
    htmx = {"HTTP_HX_REQUEST": "true"}
    shown = client.post(path, {"kind": "HEART", "on": "1"}, **htmx).content.decode()
    assert 'aria-pressed="true"' in shown
    assert "<html" not in shown
    assert client.post(path, {"kind": "HEART", "on": "1"})["Location"].endswith(
        f"#praise-{praise.pk}"
    )
    assert Reaction.objects.count() == 1
    for data in ({"kind": "NONE", "on": "1"}, {"kind": "HEART", "on": "2"}, {}):
        assert client.post(path, data, **htmx).status_code == 200
    shown = client.post(path, {"kind": "HEART", "on": "0"}, **htmx).content.decode()
    assert 'aria-pressed="true"' not in shown
    assert not Reaction.objects.exists()


def test_withdrawn_praise_leaves_wall_record_and_certificate(client, them):
    praise = PraiseFactory(person=them.agent, given_by=them.lead, title="写错的表彰")
    send(client, "praise_withdraw", praise.pk, status=422)
    send(client, "praise_withdraw", praise.pk, why="写错了人")
    assert "写错的表彰" not in page(client, "wall")
    assert "写错的表彰" not in page(client, "record_person", them.agent.number)
    page(client, "certificate", praise.pk, status=404)
    assert "写错了人" in page(client, "praise", praise.pk)
    send(client, "praise_react", praise.pk, kind="HEART", on="1", status=404)


def test_the_certificate_says_who_what_and_by_whom(client, them):
    praise = PraiseFactory(person=None, team=them.team, given_by=them.lead, text="好" * 600)
    PraiseReceiverFactory(praise=praise, person=them.agent)
    shown = page(client, "certificate", praise.pk)
    for text in (
        them.team.name,
        praise.title,
        "好" * 600,
        them.lead.name,
        "very-long",
        "shift lead",
    ):
        assert text in shown
    assert praise.title in page(client, "record_person", them.agent.number)


# Demerits


def test_a_demerit_is_recorded_and_withdrawn_with_reasons(client, them):
    data = {
        "person": them.agent.pk, "day": "2026-11-04", "kind": "GAME", "reason": "玩手机",
        "evidence": "截图 12", "form_key": key(),
    }  # fmt: skip
    for broken in (
        {"evidence": ""}, {"reason": ""}, {"day": "2026-11-06"}, {"day": "2020-01-01"},
        {"person": them.stranger.pk}, {"person": them.lead.pk}, {"kind": "X"}, {"form_key": "x"},
    ):  # fmt: skip
        send(client, "demerit_new", **data | {"form_key": key()} | broken, status=422)
    first = send(client, "demerit_new", **data)
    assert send(client, "demerit_new", **data)["Location"] == first["Location"]
    demerit = Demerit.objects.get()
    assert "截图 12" in page(as_(client, them.agent), "demerit", demerit.pk)
    send(client, "demerit_withdraw", demerit.pk, why="没有", status=403)
    as_(client, them.deputy)
    send(client, "demerit_withdraw", demerit.pk, why=" ", status=422)
    send(client, "demerit_withdraw", demerit.pk, why="看错了人")
    send(client, "demerit_withdraw", demerit.pk, why="再来一次")
    demerit.refresh_from_db()
    assert demerit.withdrawn_why == "看错了人"
    assert "看错了人" in page(as_(client, them.agent), "demerit", demerit.pk)
    assert client.get(reverse("staff:demerits"), {"state": "standing"}).context["count"] == 0
    assert client.get(reverse("staff:demerits"), {"state": "withdrawn"}).context["count"] == 1


# Coaching


def coaching_data(**more):
    return {
        "held_on": "2026-11-05", "topic": "响应时间", "agreement": "两周后再看",
        "due_on": "2026-11-19",
    } | more  # fmt: skip


def test_a_talk_is_written_confirmed_and_closed(client, them):
    data = coaching_data(person=them.agent.pk, form_key=key())
    late = {"due_on": "2026-11-04", "form_key": key()}
    send(client, "coaching_new", **data | late, status=422)
    send(client, "coaching_new", **data)
    send(client, "coaching_new", **data)
    entry = Coaching.objects.get()
    send(client, "coaching_confirm", entry.pk, version=1, status=403)
    as_(client, them.agent)
    assert "响应时间" in client.get(reverse("portal:tile_open")).content.decode()
    send(client, "coaching_confirm", entry.pk, version=1)
    entry.refresh_from_db()
    assert entry.read_at == NOW
    send(client, "coaching_close", entry.pk, version=1, outcome="达标", status=403)
    as_(client, them.lead)
    send(client, "coaching_close", entry.pk, version=1, status=422)
    send(client, "coaching_close", entry.pk, version=1, outcome="达标")
    assert "达标" in page(client, "coaching", entry.pk)
    send(client, "coaching_change", entry.pk, version=2, **coaching_data())


def test_the_second_of_two_changes_sees_both_and_loses_nothing(client, them):
    entry = CoachingFactory(person=them.agent, coach=them.lead)
    send(client, "coaching_change", entry.pk, version=1, **coaching_data(agreement="甲"))
    send(client, "coaching_change", entry.pk, version=1, **coaching_data(agreement="甲"))
    answer = send(
        client, "coaching_change", entry.pk, version=1, **coaching_data(agreement="乙"), status=409
    )
    shown = answer.content.decode()
    assert "甲" in shown
    assert "乙" in shown
    assert 'name="version" value="2"' in shown
    send(client, "coaching_change", entry.pk, version=2, **coaching_data(agreement="乙"))
    entry.refresh_from_db()
    assert (entry.agreement, entry.version) == ("乙", 3)
    as_(client, them.agent)
    send(client, "coaching_confirm", entry.pk, version=2)
    send(client, "coaching_confirm", entry.pk, version="x")
    entry.refresh_from_db()
    assert entry.read_at is None


def test_the_filter_finds_follow_ups_that_are_due(client, them):
    CoachingFactory(person=them.agent, due_on=TODAY)
    CoachingFactory(person=them.agent, due_on=TODAY + timedelta(days=1))
    for state, count in (("due", 1), ("open", 2), ("closed", 0), ("", 2)):
        assert (
            client.get(reverse("staff:coaching_list"), {"state": state}).context["count"] == count
        )


# Audits


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


# Calibrations


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


# Scorecards


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
