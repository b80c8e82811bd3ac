"""The smaller numbers of daily work."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.models import AuditEntry
from staff.rulebook.queries import habits
from tests.factories.staff import Department, HabitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]

URL = reverse("staff:habits")


def sent(client, **changes):
    form = client.get(URL).context["form"]
    found = {name: form[name].value() for name in form.fields}
    return found | changes


def test_defaults_hold_until_the_department_changes_a_number(client):
    assert habits.span("daily.remind_before") == timedelta(minutes=30)
    assert habits.span("articles.check_again") == timedelta(days=90)
    them = Department()
    client.force_login(them.deputy.user)
    client.post(URL, sent(client, daily_remind_before="20"))
    assert habits.span("daily.remind_before") == timedelta(minutes=20)
    entry = AuditEntry.objects.get(verb="habit.changed")
    assert (entry.before, entry.after) == ({"value": 30}, {"value": 20})


@pytest.mark.parametrize("text", ["0", "241", "1_0", "٣٠", "\x00", "", "9" * 40, "-1", "1.5"])
def test_what_is_no_such_number_is_said_beside_the_field(client, text):
    client.force_login(Department().deputy.user)
    response = client.post(URL, sent(client, daily_remind_before=text))
    assert response.status_code == 200
    assert response.context["form"].errors["daily_remind_before"]
    assert habits.value("daily.remind_before") == 30


def test_the_second_of_two_people_is_told(client):
    client.force_login(Department().deputy.user)
    mine = sent(client, daily_remind_before="10")
    HabitFactory()
    client.post(URL, mine)
    assert habits.value("daily.remind_before") == 20
