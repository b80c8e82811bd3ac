import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import AuditEntry
from staff.incentives.models import Settlement
from staff.rulebook import registry
from staff.rulebook.models import Policy
from tests.factories.staff import (
    AssignmentFactory,
    Department,
    PersonFactory,
    PolicyFactory,
    PostingFactory,
    PunchFactory,
    SalaryFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=ZONE)
URL = reverse("staff:simulate")
DAY = date(2026, 10, 8)
HOSTILE = [
    "1\x00", "9" * 400, "1_000", "١٢", "７", "-1", "1e3", "' OR 1=1 --", "%ED%A0%80", "",
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
    client.get(reverse("portal:home"))
    return client


def works(person, came, went="17:30", day=DAY):
    AssignmentFactory(person=person, day=day)
    for clock in (came, went):
        hour, minute = map(int, clock.split(":"))
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
        PunchFactory(person=person, punched_at=moment.astimezone(UTC))


def filled(response):
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def simulate(client, **change):
    return client.get(URL, filled(client.get(URL)) | {"month": "2026-10"} | change)


def rows(response):
    return [
        (
            row["someone"].number,
            row["day"],
            row["before"].get("rule"),
            row["after"].get("rule"),
            row["after"].get("yuan"),
        )
        for row in response.context["rows"]
    ]


def test_the_form_starts_from_last_month_and_its_numbers(as_deputy):
    PolicyFactory(valid_from=date(2026, 6, 1), late_1_fen=12_00)
    PolicyFactory(valid_from=date(2026, 12, 1), late_1_fen=18_00, absence_1_half_days=1)
    sent = filled(as_deputy.get(URL))
    assert (sent["month"], sent["late_1_fen"]) == ("2026-10", "12.00")
    assert filled(as_deputy.get(URL, {"version": "2026-12-01"}))["late_1_fen"] == "18.00"
    assert "dispute_days" not in sent
    assert {"leave_year_half_days", "rest_days", "deduction_cap_percent"} <= set(sent)


def test_people_days_minutes_and_rules_that_change_are_listed(as_deputy, department):
    works(department.agent, "08:41")
    works(department.mate, "08:35")
    works(department.stranger, "08:30")
    response = simulate(as_deputy, late_1_minutes="15")
    assert rows(response) == [
        (department.agent.number, DAY, "ATT-2", "ATT-1", "10.00"),
        (department.agent.number, date(2026, 10, 12), "ATT-11", "ATT-11", "10.00"),
    ]
    found = response.context["found"]
    assert (found.people, found.touched) == (5, 1)
    sums = {row["rule"]: row["pairs"] for row in response.context["sums"]}
    assert sums == {
        "ATT-1": [(1, 2), (5, 16), ("0", "0"), ("10.00", "20.00")],
        "ATT-2": [(1, 0), (11, 0), ("0", "0"), ("20.00", "0.00")],
        "ATT-11": [(2, 2), (0, 0), ("0", "0"), ("30.00", "20.00")],
    }
    assert [row["rule"] for row in response.context["changed"]] == ["ATT-1"]


def test_absence_of_the_month_reaches_another_step(as_deputy, department):
    AssignmentFactory(person=department.agent, day=DAY)
    response = simulate(as_deputy, no_punch_half_days="0.5")
    assert [
        (row["before"]["rule"], row["before"]["days"], row["after"]["rule"], row["after"]["days"])
        for row in response.context["rows"]
    ] == [("ATT-7", "1", "ATT-6", "0.5"), ("ATT-5", "1", "ATT-5", "0.5")]


def test_the_numbers_of_the_month_change_nothing(as_deputy, department):
    works(department.agent, "08:41")
    response = simulate(as_deputy)
    assert rows(response) == []
    assert response.context["changed"] == []


def test_the_real_versions_of_the_month_are_what_it_is_compared_with(as_deputy, department):
    PolicyFactory(valid_from=date(2026, 10, 8), late_1_minutes=15)
    works(department.agent, "08:41")
    works(department.mate, "08:41", day=date(2026, 10, 7))
    response = simulate(as_deputy, late_1_minutes="15")
    assert [row[0] for row in rows(response)] == [department.mate.number] * 2


def test_nothing_is_written(as_deputy, department):
    works(department.agent, "08:41")
    sent = filled(as_deputy.get(URL)) | {"late_1_minutes": "15"}
    with CaptureQueriesContext(
        connection,
    ) as caught:
        as_deputy.get(URL, sent)
    written = [
        query["sql"] for query in caught if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert written == []
    assert Policy.objects.count() == 1


def test_the_month_is_summed_up_in_yuan_as_well(as_deputy, department):
    SalaryFactory(person=department.agent, base_fen=600000)
    works(department.agent, "08:41")
    response = simulate(as_deputy, late_1_minutes="15", rest_days="1")
    pay = response.context["pay"]
    assert [(row["rule"], *row["pair"]) for row in pay["rows"]] == [
        ("ORG-3", "6,000.00", "6,000.00"),
        ("ATT-1", "0.00", "-10.00"),
        ("ATT-2", "-20.00", "0.00"),
        ("ATT-11", "-20.00", "-10.00"),
        ("LEAVE-2", "387.10", "193.55"),
    ]
    assert (pay["payroll"], pay["packets"], pay["changed"]) == (
        ["6,387.10", "6,193.55"], ["-40.00", "-20.00"], 1,
    )  # fmt: skip
    assert not Settlement.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_the_result_costs_the_same_for_any_number_of_people(
    as_deputy, department, people, django_assert_num_queries
):
    for _ in range(people):
        someone = PersonFactory(posting__team=department.team, posting__chief=department.lead)
        works(someone, "08:41")
    sent = filled(as_deputy.get(URL)) | {"late_1_minutes": "15"}
    with django_assert_num_queries(28):
        response = as_deputy.get(URL, sent)
    assert len(response.context["rows"]) == people * 2


def test_only_the_people_below_are_looked_at(client, department):
    works(department.agent, "08:41")
    works(department.deputy, "08:41")
    works(department.supervisor, "08:41")
    outside = PersonFactory()
    works(outside, "08:41")
    seen = {}
    for who in ("deputy", "supervisor"):
        client.force_login(getattr(department, who).user)
        seen[who] = {row[0] for row in rows(simulate(client, late_1_minutes="15"))}
    assert seen == {
        "deputy": {department.agent.number},
        "supervisor": {department.agent.number, department.deputy.number},
    }
    for who in ("lead", "agent"):
        client.force_login(getattr(department, who).user)
        assert client.get(URL).status_code == 403
    client.force_login(department.outsider)
    assert client.get(URL).status_code == 403


def test_a_team_holds_who_belonged_to_it_in_the_month(as_deputy, department):
    works(department.agent, "08:41")
    works(department.stranger, "08:41")
    mover = PersonFactory(
        posting__team=department.other_team,
        posting__chief=department.lead,
        posting__valid_until=date(2026, 10, 9),
    )
    PostingFactory(
        person=mover, team=department.team, chief=department.lead, valid_from=date(2026, 10, 10)
    )
    works(mover, "08:41")
    found = {
        team.pk: {row[0] for row in rows(simulate(as_deputy, late_1_minutes="15", team=team.pk))}
        for team in (department.team, department.other_team)
    }
    assert found == {
        department.team.pk: {department.agent.number, mover.number},
        department.other_team.pk: {department.stranger.number, mover.number},
    }
    foreign = TeamFactory()
    assert simulate(as_deputy, team=foreign.pk).status_code == 422


def test_the_file_has_all_lines(as_deputy, department):
    department.agent.name = "=cmd"
    department.agent.save()
    works(department.agent, "08:41")
    response = simulate(as_deputy, late_1_minutes="15", format="csv")
    found = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert found[1:] == [
        [department.agent.number, "'=cmd", "2026-10-08", "in",
         "ATT-2", "11", "0", "20.00", "ATT-1", "11", "0", "10.00"],
        [department.agent.number, "'=cmd", "2026-10-12", "in",
         "ATT-11", "0", "0", "20.00", "ATT-11", "0", "0", "10.00"],
    ]  # fmt: skip
    assert found[0][0] == "staff number"
    assert AuditEntry.objects.get(verb="export.done").after["rows"] == 2


@pytest.mark.parametrize("name", ["month", "late_1_minutes", "absence_2_half_days", "publish_at"])
def test_hostile_input_is_refused_in_its_field(as_deputy, name):
    for text in HOSTILE:
        response = simulate(as_deputy, **{name: text})
        if "\x00" in text:
            assert response.status_code == 400
            continue
        assert response.status_code == 422, text
        assert name in response.context["form"].errors, text


@pytest.mark.parametrize("month", ["2019-12", "1999-01", "9999-12", "2026-13", "2026-1"])
def test_a_month_without_a_version_or_none_is_refused(as_deputy, month):
    response = simulate(as_deputy, month=month)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["month"]


@pytest.mark.parametrize("name", ["version", "team", "format"])
def test_hostile_input_elsewhere_breaks_nothing(as_deputy, name):
    for text in HOSTILE:
        assert simulate(as_deputy, **{name: text}).status_code in {200, 400, 422}, text


# --- lines of a rule ----------------------------------------------------------------------------


def test_uses_of_a_rule_are_counted_and_listed_as_one_may_see_them(client, department):
    works(department.agent, "08:41")
    works(department.mate, "08:41")
    works(department.stranger, "08:41")
    counts = {}
    for who in ("agent", "lead", "deputy"):
        client.force_login(getattr(department, who).user)
        page = client.get(
            reverse("staff:policy_version", args=[date(2020, 1, 1)]),
            {"uses": 1},
        )
        used = {
            rule["code"]: rule["used"]
            for section in page.context["sections"]
            for rule in section["rules"]
            if rule["used"]
        }
        listed = client.get(used["ATT-2"].url)
        counts[who] = (used["ATT-2"].count, used["ATT-11"].count, len(listed.context["rows"]))
    assert counts == {"agent": (1, 1, 1), "lead": (2, 2, 2), "deputy": (3, 3, 3)}


def test_lines_of_a_rule_keep_to_the_days_asked_for(client, department):
    client.force_login(department.agent.user)
    works(department.agent, "08:41")
    works(department.agent, "08:41", day=date(2026, 10, 9))
    url = reverse("staff:rule_lines", args=["ATT-2"])

    def days(**query):
        return [row["day"].day for row in client.get(url, query).context["rows"]]

    assert days() == []  # this month
    assert days(**{"from": "2026-10-01"}) == [8, 9]
    assert days(**{"from": "2026-10-09", "to": "2026-10-31"}) == [9]
    assert days(**{"from": "2026-10-31", "to": "2026-10-01"}) == []
    assert days(**{"from": "1000-01-01", "to": "2999-01-01"}) == [8, 9]  # 62 days at most
    for text in HOSTILE:
        assert client.get(url, {"from": text, "to": text}).status_code in {200, 400}
    assert client.get(reverse("staff:rule_lines", args=["ATT-99"])).status_code == 404


def test_what_is_registered_is_the_provider_of_attendance():
    assert "attendance" in registry._providers  # noqa: SLF001 -- the registry has no other face
