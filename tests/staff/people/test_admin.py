import re
import uuid

import pytest
from django.urls import reverse

from portal.models import AuditEntry, Submission
from staff.people.models import Person, Posting, Salary, Site, Store, Team
from tests.factories.staff import Department, PersonFactory, SalaryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def them(client):
    department = Department()
    client.force_login(department.deputy.user)
    client.cookies["django_language"] = "en"
    return department


def change(person):
    return reverse("admin:staff_person_change", args=[person.pk])


def fields(page):
    """Return what the browser would send back of the forms of an admin page."""
    forms = [
        page.context["adminform"].form,
        *(s.formset for s in page.context["inline_admin_formsets"]),
    ]
    sent = {}
    for form in forms:
        for each in [
            form,
            *(
                []
                if not hasattr(form, "management_form")
                else [form.management_form, *form.initial_forms]
            ),
        ]:
            if hasattr(each, "management_form"):
                continue
            for bound in each:
                value = bound.value()
                if value is not None and value is not False:
                    sent[bound.html_name] = getattr(value, "pk", value)
    return sent


@pytest.mark.parametrize(
    ("who", "status"),
    [("supervisor", 200), ("deputy", 200), ("outsider", 200), ("lead", 302), ("agent", 302)],
)
def test_who_comes_in(client, them, who, status):
    client.force_login(getattr(getattr(them, who), "user", None) or getattr(them, who))
    assert client.get("/admin/staff/person/").status_code == status


def test_posts_are_named_in_words(client, them):
    page = client.get(change(them.agent)).content.decode()
    assert f"{them.agent.postings.get().valid_from} post-sale agent" in page
    assert f"{them.agent.postings.get().valid_from} POSTSALE" not in page


def test_the_admin_has_no_sign_in_page_of_its_own(client, them):  # noqa: ARG001 -- the fixture sets the stage
    client.logout()
    response = client.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("supervisor", {"deputy", "lead", "agent", "mate", "other_lead", "stranger"}),
        ("deputy", {"lead", "agent", "mate", "other_lead", "stranger"}),
        ("outsider", {"supervisor", "deputy", "lead", "agent", "mate", "other_lead", "stranger"}),
    ],
)
def test_only_own_people_are_there(client, them, who, seen):
    alone = PersonFactory()
    client.force_login(getattr(getattr(them, who), "user", None) or getattr(them, who))
    for name in ("supervisor", "deputy", "lead", "agent", "stranger"):
        status = client.get(change(getattr(them, name))).status_code
        assert status == (200 if name in seen else 404), name
    assert client.get(change(alone)).status_code == (200 if who == "outsider" else 404)
    history = reverse("admin:staff_person_history", args=[them.supervisor.pk])
    assert client.get(history).status_code == (200 if who == "outsider" else 404)


def test_salaries_are_beside_the_form_for_those_above_only(client, them):
    SalaryFactory(person=them.agent, base_fen=654300)
    assert "6,543.00" in client.get(change(them.agent)).content.decode()
    client.force_login(them.outsider)
    page = client.get(change(them.agent)).content.decode()
    assert "6,543.00" not in page
    assert "654300" not in page
    assert "salaries-" not in page


def test_change_goes_through_the_service(client, them):
    page = client.get(change(them.agent))
    sent = fields(page) | {"name": "新名"}
    assert client.post(change(them.agent), sent).status_code == 302
    them.agent.refresh_from_db()
    assert (them.agent.name, them.agent.version) == ("新名", 2)
    entry = AuditEntry.objects.get(verb="person.changed")
    assert entry.actor == them.deputy.user
    assert them.agent.history.first().history_user == them.deputy.user


@pytest.mark.parametrize(
    ("language", "left", "day"),
    [("en", "Left on", "01/31/2027"), ("zh-hans", "离职日期", "2027年1月31日")],
)
def test_the_history_says_what_was_empty_with_a_dash(client, them, language, left, day):
    them.deputy.user.language = language
    them.deputy.user.save(update_fields=["language"])
    sent = fields(client.get(change(them.agent))) | {"left_on": "2027-01-31", "phone": "021-5"}
    assert client.post(change(them.agent), sent).status_code == 302
    page = client.get(reverse("admin:staff_person_history", args=[them.agent.pk])).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).replace("&nbsp;", " ").split())
    assert f"{left}: – → {day} " in text
    assert "None" not in text


def test_the_second_of_two_is_told_what_the_first_saved(client, them):
    first, second = (fields(client.get(change(them.agent))) for _ in range(2))
    client.post(change(them.agent), first | {"name": "第一"})
    response = client.post(change(them.agent), second | {"name": "第二"})
    assert response.status_code == 200
    page = response.content.decode()
    assert "Somebody else has saved this meanwhile" in page
    assert "第一" in page
    assert 'value="第二"' in page
    assert client.post(change(them.agent), fields(response)).status_code == 302
    them.agent.refresh_from_db()
    assert them.agent.name == "第二"


def test_a_posting_beside_the_form_goes_through_the_service(client, them):
    sent = fields(client.get(change(them.agent))) | {
        "postings-TOTAL_FORMS": "2",
        "postings-1-person": them.agent.pk,
        "postings-1-valid_from": "2026-12-01",
        "postings-1-post": "PRESALE",
        "postings-1-team": them.other_team.pk,
        "postings-1-chief": them.other_lead.pk,
    }
    assert client.post(change(them.agent), sent).status_code == 302
    rows = Posting.objects.filter(person=them.agent).order_by("valid_from")
    assert [str(row.valid_until) for row in rows] == ["2026-11-30", "None"]
    assert AuditEntry.objects.filter(verb="person.posted").count() == 1


def test_what_the_service_refuses_stands_in_the_form(client, them):
    sent = fields(client.get(change(them.lead))) | {
        "postings-TOTAL_FORMS": "2",
        "postings-1-person": them.lead.pk,
        "postings-1-valid_from": "2026-12-01",
        "postings-1-post": "PRESALE",
    }
    response = client.post(change(them.lead), sent)
    assert response.status_code == 200
    assert "would report to" in response.content.decode()
    assert Posting.objects.filter(person=them.lead).count() == 1
    assert not AuditEntry.objects.exists()


def test_a_salary_within_a_month_is_refused_in_the_form(client, them):
    sent = fields(client.get(change(them.agent))) | {
        "salaries-TOTAL_FORMS": "1",
        "salaries-0-person": them.agent.pk,
        "salaries-0-valid_from": "2026-12-02",
        "salaries-0-amount": "6,000.00",
    }
    assert "ORG-3" in client.post(change(them.agent), sent).content.decode()
    sent["salaries-0-valid_from"] = "2026-12-01"
    assert client.post(change(them.agent), sent).status_code == 302
    assert Salary.objects.get().base_fen == 600000


def test_a_person_is_taken_in_once_however_often_it_is_sent(client, them):
    address = reverse("admin:staff_person_add")
    assert client.get(address).status_code == 200
    sent = {
        "number": "N77", "name": "新人", "hired_on": "2026-11-10", "post": "POSTSALE",
        "team": them.team.pk, "chief": them.lead.pk, "base_salary": "5000",
        "form_key": str(uuid.uuid4()),
    }  # fmt: skip
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    person = Person.objects.get(number="N77")
    assert Posting.objects.get(person=person).chief == them.lead
    assert Submission.objects.count() == 1
    assert client.post(address, sent | {"form_key": "x"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "a/b"}, {"number": "x\x00"}, {"hired_on": "9999-99-99"}, {"hired_on": "0001-01-01"},  # noqa: E501 -- a row of a table
        {"base_salary": "-1"}, {"base_salary": "NaN"}, {"base_salary": "9" * 30}, {"chief": "0"},
        {"post": "KING"}, {"left_on": "2020-01-01"}, {"email": "no"}, {"name": ""}, {"team": "999"},
    ],
)  # fmt: skip
def test_hostile_input_is_refused_in_the_form(client, them, wrong):
    sent = {
        "number": "N77", "name": "新人", "hired_on": "2026-11-10", "post": "POSTSALE",
        "team": them.team.pk, "chief": them.lead.pk, "base_salary": "5000",
    }  # fmt: skip
    response = client.post(reverse("admin:staff_person_add"), sent | wrong)
    assert response.status_code == 200
    assert not Person.objects.filter(name="新人").exists()


def test_people_move_together_after_a_question(client, them):
    address = reverse("admin:staff_person_changelist")
    picked = {"action": "move", "_selected_action": [them.agent.pk, them.mate.pk]}
    page = client.post(address, picked)
    assert page.status_code == 200
    assert Posting.objects.filter(team=them.other_team).count() == 2
    sure = picked | {"apply": "yes", "team": them.other_team.pk, "from_day": "2026-12-01"}
    assert client.post(address, sure).status_code == 302
    assert Posting.objects.filter(team=them.other_team).count() == 4


def test_nobody_moves_people_who_are_not_below(client, them):
    sure = {
        "action": "move", "_selected_action": [them.supervisor.pk], "apply": "yes",
        "team": them.other_team.pk, "from_day": "2026-12-01",
    }  # fmt: skip
    client.post(reverse("admin:staff_person_changelist"), sure)
    assert Posting.objects.filter(person=them.supervisor).count() == 1


def test_all_sections_open_and_save(client, them):
    for name in ("site", "brand", "team", "store", "policy", "calendar", "shifttype", "assignment"):
        assert client.get(reverse(f"admin:staff_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:staff_{name}_add")).status_code == 200
    client.post(reverse("admin:staff_site_add"), {"name": "海丰"})
    assert Site.objects.filter(name="海丰").exists()
    address = reverse("admin:staff_store_change", args=[them.store.pk])
    sent = fields(client.get(address)) | {
        "services-TOTAL_FORMS": "2",
        "services-1-store": them.store.pk,
        "services-1-valid_from": "2026-12-01",
        "services-1-team": them.other_team.pk,
    }
    assert client.post(address, sent).status_code == 302
    assert Store.objects.get(pk=them.store.pk).services.count() == 2
    assert AuditEntry.objects.filter(verb="store.served").exists()
    team = Team.objects.get(pk=them.team.pk)
    address = reverse("admin:staff_team_change", args=[team.pk])
    stale = fields(client.get(address))
    client.post(address, stale | {"name": "甲"})
    assert "甲" in client.post(address, stale | {"name": "乙"}).content.decode()


def test_deleting_people_is_not_offered(client, them):
    address = reverse("admin:staff_person_delete", args=[them.agent.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Person.objects.filter(pk=them.agent.pk).exists()
