from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from complaints import models as case_models
from portal.models import AuditEntry
from staff.rulebook import registry, services, texts
from staff.rulebook.models import Calendar, CalendarDay, Policy
from staff.rulebook.queries.numbers import BY_NAME, NUMBERS
from tests.factories.staff import (
    CalendarDayFactory,
    CalendarFactory,
    Department,
    PolicyFactory,
    SpecialDayFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY, DECEMBER = date(2026, 11, 2), date(2026, 12, 1)
COMING = date(2086, 12, 1)  # also by the clock of the database
HOSTILE = [
    "\x00", "1\x00", "9" * 400, "1_000", "١٢", "７", "-1", "1e3", "' OR 1=1 --", "%ED%A0%80",
    "½", "1.25", "", "None",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def department():
    return Department()


@pytest.fixture
def as_deputy(client, department):
    client.force_login(department.deputy.user)
    client.cookies["django_language"] = "en"
    client.get(reverse("portal:home"))  # the first one stores when the session began
    return client


@pytest.fixture
def as_agent(client, department):
    client.force_login(department.agent.user)
    client.cookies["django_language"] = "en"
    client.get(reverse("portal:home"))
    return client


NEW = reverse("staff:policy_new")


def filled(response):
    """Return what the browser would send of the form on a page."""
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def page(response):
    return response.content.decode()


def version_url(day, name="version"):
    return reverse(f"staff:policy_{name}", args=[day])


# --- the list and a version ---------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_index_costs_the_same_for_any_number_of_rows(as_agent, rows, django_assert_num_queries):
    for number in range(rows - 1):
        PolicyFactory(valid_from=date(2026, 1 + number, 1))
    with django_assert_num_queries(7):
        response = as_agent.get(reverse("staff:policy"))
    assert len(response.context["rows"]) == rows


def test_versions_stand_with_state_end_and_author(as_agent, department):
    PolicyFactory(valid_from=date(2026, 6, 1), rest_days=3, late_1_fen=12_00)
    services.save_policy(
        actor=department.supervisor.user,
        policy=Policy(valid_from=DECEMBER, note="新规定"),
        today=TODAY,
        now=NOON,
    )
    rows = as_agent.get(reverse("staff:policy")).context["rows"]
    shown = [
        (row.policy.valid_from, row.until, row.state, row.author, row.changed) for row, _ in rows
    ]
    name = department.supervisor.user.get_full_name()
    assert shown == [
        (DECEMBER, None, "COMING", name, 2),
        (date(2026, 6, 1), date(2026, 11, 30), "IN_FORCE", "", 2),
        (date(2020, 1, 1), date(2026, 5, 31), "PAST", "", 0),
    ]


def numbers_of(response):
    return {
        number["label"]: number
        for section in response.context["sections"]
        for rule in section["rules"]
        for number in rule["numbers"]
    }


def test_a_version_shows_each_number_with_rule_former_value_and_origin(as_agent):
    PolicyFactory(valid_from=date(2026, 6, 1), late_1_fen=12_00)
    later = PolicyFactory(valid_from=date(2026, 9, 1), late_1_fen=12_00, absence_1_half_days=0)
    response = as_agent.get(version_url(later.valid_from))
    shown = numbers_of(response)
    assert len(shown) == len(NUMBERS)

    def row(name):
        found = shown[texts.LABELS[name]]
        return found["value"], found["former"], found["changed"], found["since"].valid_from

    assert row("late_1_fen") == ("12.00 yuan", "12.00 yuan", False, date(2026, 6, 1))
    assert row("absence_1_half_days") == ("0 days", "0.5 days", True, date(2026, 9, 1))
    assert row("no_punch_half_days") == ("1 day", "1 day", False, date(2020, 1, 1))
    assert row("publish_weekday") == ("Monday", "Monday", False, date(2020, 1, 1))
    assert row("publish_at")[0] == "10:00"
    assert row("minor_percent")[0] == "200 %"
    first = numbers_of(as_agent.get(version_url(date(2020, 1, 1))))
    assert first[texts.LABELS["late_1_fen"]]["former"] == "–"
    assert [section["number"] for section in response.context["sections"]] == [
        2, 3, 4, 5, 7, 8, 9, 10,
    ]  # fmt: skip
    rules = [rule["code"] for section in response.context["sections"] for rule in section["rules"]]
    assert rules[:14] == [
        "SHIFT-6", *(f"ATT-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13)), "§3",
    ]  # fmt: skip


def test_every_number_and_rule_has_words():
    assert set(texts.LABELS) == set(BY_NAME)
    assert set(texts.RULES) == {number.rule for number in NUMBERS}
    assert set(texts.SECTIONS) == {number.section for number in NUMBERS}


def test_a_day_leads_to_the_version_that_holds(as_agent):
    PolicyFactory(valid_from=date(2026, 6, 1))
    for day, held in [
        (date(2026, 5, 31), date(2020, 1, 1)),
        (date(2026, 6, 1), date(2026, 6, 1)),
        (DECEMBER, date(2026, 6, 1)),
    ]:
        assert as_agent.get(version_url(day, "on"))["Location"] == version_url(held)
    assert as_agent.get(version_url(date(2019, 12, 31), "on")).status_code == 404
    for wrong in ("2026-02-30", "0000-00-00", "9999-99-99"):
        assert as_agent.get(f"/staff/policy/{wrong}/").status_code == 404
    assert as_agent.get(version_url(date(2026, 6, 2))).status_code == 404


def test_uses_are_counted_for_two_months_and_link_to_their_lines(as_agent, monkeypatch):
    asked = []

    def provider(first, last, scope, _now):
        asked.append((first, last, scope.person_id))
        return {"ATT-2": registry.Used(count=3, url="/lines/")}

    monkeypatch.setattr(registry, "_providers", {})
    registry.register_uses("attendance", provider)
    registry.register_uses("more", lambda *_: {"ATT-2": registry.Used(count=1, url="/other/")})
    PolicyFactory(valid_from=date(2026, 6, 1))
    PolicyFactory(valid_from=DECEMBER)
    plain = as_agent.get(version_url(date(2026, 6, 1)))
    assert "used 4 times" not in page(plain)
    assert not asked
    counted = as_agent.get(
        version_url(date(2026, 6, 1)), {"uses": 1}, headers={"HX-Request": "true"}
    )
    assert "used 4 times" in page(counted)
    assert 'href="/lines/"' in page(counted)
    assert "<html" not in page(counted)
    as_agent.get(version_url(date(2020, 1, 1)), {"uses": 1})
    as_agent.get(version_url(DECEMBER), {"uses": 1})
    assert [each[:2] for each in asked] == [
        (date(2026, 9, 2), TODAY),
        (date(2026, 3, 31), date(2026, 5, 31)),
    ]


# --- a new version ------------------------------------------------------------------------------


def test_a_new_version_starts_from_the_newest_in_yuan_and_days(as_deputy):
    PolicyFactory(valid_from=DECEMBER, late_1_fen=1_234_50, absence_1_half_days=1)
    sent = filled(as_deputy.get(NEW))
    assert sent["late_1_fen"] == "1,234.50"
    assert sent["absence_1_half_days"] == "0.5"
    assert sent["leave_year_half_days"] == "30"
    assert sent["valid_from"] == str(DECEMBER)


def test_preview_shows_what_changes_and_saves_nothing_until_told(as_deputy, department):
    PolicyFactory(valid_from=date(2027, 1, 1))
    sent = filled(as_deputy.get(NEW)) | {
        "valid_from": "2026-12-01", "late_1_fen": "15", "absence_1_half_days": "1",
        "absence_2_half_days": "1.5", "publish_at": "09:30", "note": "双十二之前",
    }  # fmt: skip
    preview = as_deputy.post(NEW, sent | {"step": "preview"})
    assert [(row["rule"], row["old"], row["new"]) for row in preview.context["rows"]] == [
        ("ATT-1", "10.00 yuan", "15.00 yuan"),
        ("ATT-6", "0.5 days", "1 day"),
        ("ATT-7", "1 day", "1.5 days"),
        ("ATT-11", "10:00", "09:30"),
    ]
    assert preview.context["span"] == "from Dec. 1, 2026 to Dec. 31, 2026"
    assert Policy.objects.count() == 2
    again = dict(preview.context["form"].sent())
    back = as_deputy.post(NEW, again | {"step": "change"})
    assert filled(back)["late_1_fen"] == "15"
    assert Policy.objects.count() == 2
    saved = as_deputy.post(NEW, again | {"step": "save"})
    assert saved["Location"] == version_url(DECEMBER)
    policy = Policy.objects.get(valid_from=DECEMBER)
    assert (policy.late_1_fen, policy.absence_2_half_days, policy.note) == (15_00, 3, "双十二之前")
    assert AuditEntry.objects.get(verb="policy.added").actor == department.deputy.user
    twice = as_deputy.post(NEW, again | {"step": "save", "valid_from": "2026-12-02"})
    assert twice["Location"] == reverse("staff:policy")
    assert Policy.objects.count() == 3


@pytest.mark.parametrize("day", ["2026-11-02", "2026-11-01", "2020-01-01", "3000-01-01", "morgen"])
def test_a_version_begins_tomorrow_at_the_earliest(as_deputy, day):
    sent = filled(as_deputy.get(NEW)) | {"valid_from": day, "rest_days": "3"}
    for step in ("preview", "save"):
        response = as_deputy.post(NEW, sent | {"step": step})
        assert response.status_code == 422
        assert response.context["form"].errors["valid_from"]
    assert Policy.objects.count() == 1
    fine = as_deputy.post(NEW, sent | {"valid_from": "2026-11-03", "step": "save"})
    assert fine.status_code == 302


def test_refused_are_a_taken_day_no_change_and_steps_that_descend(as_deputy):
    PolicyFactory(valid_from=DECEMBER)
    sent = filled(as_deputy.get(NEW)) | {"valid_from": "2026-12-02", "step": "preview"}
    unchanged = as_deputy.post(NEW, sent)
    assert "No number differs from the version before." in page(unchanged)
    taken = as_deputy.post(NEW, sent | {"valid_from": "2026-12-01", "rest_days": "3"})
    assert list(taken.context["form"].errors) == ["valid_from"]
    wrong = as_deputy.post(NEW, sent | {"late_2_minutes": "5", "absence_4_half_days": "2"})
    with translation.override("en"):
        errors = {name: list(texts) for name, texts in wrong.context["form"].errors.items()}
    assert errors == {
        "late_2_minutes": ["The steps of lateness must not descend."],
        "absence_4_half_days": ["The steps of absence must ascend."],
    }
    assert Policy.objects.count() == 2


@pytest.mark.parametrize(
    "name",
    ["late_1_minutes", "late_1_fen", "no_punch_half_days", "publish_at", "publish_weekday",
     "valid_from", "minor_percent"],
)  # fmt: skip
def test_hostile_input_is_refused_in_its_field(as_deputy, name):
    sent = filled(as_deputy.get(NEW)) | {"rest_days": "3", "step": "save"}
    for text in HOSTILE:
        if (name, text) == ("late_1_fen", "1.25"):  # an amount like others
            continue
        response = as_deputy.post(NEW, sent | {name: text})
        assert response.status_code == 422, text
        assert name in response.context["form"].errors, text
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("name", ["note", "form_key", "seen", "step"])
def test_hostile_input_elsewhere_breaks_nothing(as_deputy, name):
    sent = filled(as_deputy.get(NEW)) | {"rest_days": "3", "step": "preview"}
    for text in HOSTILE:
        assert as_deputy.post(NEW, sent | {name: text}).status_code in {200, 302, 422}, text


@pytest.mark.parametrize(("who", "status"), [("lead", 403), ("agent", 403), ("supervisor", 200)])
def test_deputies_and_above_edit(client, department, who, status):
    client.force_login(getattr(department, who).user)
    assert client.get(NEW).status_code == status
    assert client.post(NEW, {}).status_code == (422 if status == 200 else 403)


# --- a coming version ---------------------------------------------------------------------------


def test_a_coming_version_is_changed_with_a_preview(as_deputy):
    PolicyFactory(valid_from=COMING, rest_days=3)
    url = version_url(COMING, "edit")
    sent = filled(as_deputy.get(url)) | {"rest_days": "4", "valid_from": "2086-12-05"}
    preview = as_deputy.post(url, sent | {"step": "preview"})
    assert [(row["old"], row["new"]) for row in preview.context["rows"]] == [("2 days", "4 days")]
    assert preview.context["span"] == "from Dec. 5, 2086 on"
    saved = as_deputy.post(url, dict(preview.context["form"].sent()) | {"step": "save"})
    assert saved["Location"] == version_url(date(2086, 12, 5))
    policy = Policy.objects.get(valid_from=date(2086, 12, 5))
    assert (policy.rest_days, policy.version) == (4, 2)
    assert not Policy.objects.filter(valid_from=COMING).exists()


def test_the_second_of_two_is_told_what_the_first_saved(as_deputy):
    PolicyFactory(valid_from=COMING, rest_days=3)
    url = version_url(COMING, "edit")
    first, second = (filled(as_deputy.get(url)) for _ in "ab")
    as_deputy.post(url, first | {"rest_days": "4", "step": "save"})
    conflict = as_deputy.post(url, second | {"rest_days": "5", "step": "save"})
    assert conflict.status_code == 409
    assert [(row["old"], row["new"]) for row in conflict.context["differences"]] == [
        ("4 days", "5 days")
    ]
    assert Policy.objects.get(valid_from=COMING).rest_days == 4
    assert as_deputy.post(url, filled(conflict) | {"step": "save"}).status_code == 302
    assert Policy.objects.get(valid_from=COMING).rest_days == 5


def test_a_version_that_begins_while_the_form_is_open_stays(client, department):
    PolicyFactory(valid_from=date(2026, 11, 3), rest_days=3)
    url = version_url(date(2026, 11, 3), "edit")
    with time_machine.travel(NOON.replace(hour=23, minute=55), tick=False):
        client.force_login(department.deputy.user)
        sent = filled(client.get(url)) | {"rest_days": "4", "step": "save"}
    with time_machine.travel(NOON + timedelta(hours=12, minutes=5), tick=False):
        assert client.post(url, sent)["Location"] == version_url(date(2026, 11, 3))
        client.post(version_url(date(2026, 11, 3), "withdraw"), {"seen": "1"})
    assert Policy.objects.get(valid_from=date(2026, 11, 3)).rest_days == 3


def test_a_coming_version_is_withdrawn_by_who_saw_its_last_state(as_deputy):
    PolicyFactory(valid_from=COMING)
    url = version_url(COMING, "withdraw")
    for seen in ("", "2", "x", "9" * 30, "１", "1_0"):
        as_deputy.post(url, {"seen": seen})
        assert Policy.objects.filter(valid_from=COMING).exists()
    as_deputy.post(url, {"seen": "1"})
    assert not Policy.objects.filter(valid_from=COMING).exists()
    assert as_deputy.post(url, {"seen": "1"}).status_code == 404


# --- the calendars ------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_calendars_cost_the_same_for_any_number_of_rows(as_agent, rows, django_assert_num_queries):
    case_models.Department.objects.all().delete()
    Calendar.objects.exclude(code="desk").delete()
    for _ in range(rows - 1):
        CalendarDayFactory(calendar=CalendarFactory(), day=date(2026, 10, 1))
        SpecialDayFactory(day=date(2026, 3, 1) + timedelta(days=_))
    with django_assert_num_queries(8):
        response = as_agent.get(reverse("staff:calendars"))
    assert len(response.context["rows"]) == rows


def test_filling_a_year_shows_what_it_adds_first(as_deputy):
    url = reverse("staff:calendar_fill", args=["office"])
    office = Calendar.objects.get(code="office")
    CalendarDayFactory(calendar=office, day=date(2026, 1, 1))
    preview = as_deputy.get(url, {"year": "2026"})
    assert (len(preview.context["rows"]), preview.context["filling"].standing) == (38, 1)
    assert CalendarDay.objects.count() == 1
    done = as_deputy.post(url, {"year": "2026"})
    assert done["Location"] == reverse("staff:calendar", args=["office"]) + "?year=2026"
    assert len(as_deputy.get(done["Location"]).context["rows"]) == 39
    assert as_deputy.get(url, {"year": "2026"}).context["rows"] == []
    as_deputy.post(url, {"year": "2026"})
    assert CalendarDay.objects.count() == 39


def test_a_year_without_plan_says_that_make_up_days_are_entered_by_hand(as_deputy):
    url = reverse("staff:calendar_fill", args=["office"])
    assert "without make-up working days" in page(as_deputy.get(url, {"year": "2027"}))
    assert "without make-up working days" not in page(as_deputy.get(url, {"year": "2026"}))
    as_deputy.post(url, {"year": "2027"})
    assert CalendarDay.objects.filter(day__year=2027).count() > 10


@pytest.mark.parametrize("year", [*HOSTILE, "2003", "2101", "20260"])
def test_a_year_that_is_none_is_this_one(as_deputy, year):
    url = reverse("staff:calendar", args=["office"])
    response = as_deputy.get(url, {"year": year})
    if "\x00" in year:  # refused before any page
        assert response.status_code == 400
    else:
        assert response.context["year"] == 2026
    fill = reverse("staff:calendar_fill", args=["office"])
    assert as_deputy.post(fill, {"year": year})["Location"] == f"{url}?year=2026"


def test_a_calendar_that_is_not_there_is_not_found(as_deputy):
    assert as_deputy.get(reverse("staff:calendar", args=["moon"])).status_code == 404
    assert as_deputy.post(reverse("staff:calendar_fill", args=["moon"])).status_code == 404
