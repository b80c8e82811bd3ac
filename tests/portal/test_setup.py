"""The check-list of a new department and the first administrator."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse

from portal.enums import SetupMarkKind
from portal.models import AuditEntry, SetupMark, User
from portal.setup import items
from tests.factories.portal import SetupMarkFactory, UserFactory
from tests.factories.staff import BrandFactory, Department, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(is_superuser=True, is_staff=True, language="en")
    client.force_login(user)
    return user


def line(client, code):
    found = client.get(reverse("portal:setup")).context["lines"]
    return next(each for each in found if each.item.code == code)


def test_the_first_administrator_is_made_once_the_link_is_used(capsys):
    call_command("begin", "--name", "boss")
    call_command("begin", "--name", "boss")  # the link was lost: another one
    user = User.objects.get()
    assert (user.username, user.is_superuser, user.has_usable_password()) == ("boss", True, False)
    assert "/accounts/password/reset/key/" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("begin", "--name", "another")


def test_begin_gives_nobody_else_the_keys(admin):
    with pytest.raises(CommandError):
        call_command("begin")
    agent = UserFactory()
    admin.delete()
    with pytest.raises(CommandError):
        call_command("begin", "--name", agent.username)
    assert not User.objects.get(pk=agent.pk).is_superuser


def test_the_sign_in_page_says_how_to_begin_while_nobody_can_sign_in(client):
    url = reverse("account_login")
    assert "manage.py begin" in client.get(url).content.decode()
    UserFactory()
    assert "manage.py begin" not in client.get(url).content.decode()


@pytest.mark.usefixtures("admin")
def test_items_are_done_by_the_data_and_wait_for_what_comes_first(client):
    assert not line(client, "sites").done
    assert [item.code for item in line(client, "teams").waits_for] == ["sites"]
    TeamFactory(site=SiteFactory())
    assert line(client, "sites").done
    assert line(client, "teams").done
    assert line(client, "stores").waits_for[0].code == "brands"


def test_an_item_is_left_out_with_a_reason_and_taken_back(client, admin):
    url = reverse("portal:setup_mark", args=["brands"])
    for reason in ("", "  ", "\x00", "x" * 201):
        client.post(url, {"reason": reason})
    assert not SetupMark.objects.exists()
    client.post(url, {"reason": "only one"})
    mark = SetupMark.objects.get()
    assert (mark.kind, mark.reason, mark.made_by) == ("NOT_NEEDED", "only one", admin)
    assert line(client, "brands").left_out
    client.post(url, {"again": ""})
    assert not line(client, "brands").closed
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "setup.left_out",
        "setup.reopened",
    ]


@pytest.mark.usefixtures("admin")
def test_what_every_department_needs_is_not_left_out(client):
    client.post(reverse("portal:setup_mark", args=["teams"]), {"reason": "no"})
    assert client.post(reverse("portal:setup_mark", args=["nothing"])).status_code == 404
    assert not SetupMark.objects.exists()


@pytest.mark.usefixtures("admin")
def test_defaults_are_done_once_somebody_has_looked(client):
    assert line(client, "policy").may_confirm
    client.post(reverse("portal:setup_mark", args=["policy"]), {"fits": ""})
    assert line(client, "policy").done
    client.post(reverse("portal:setup_mark", args=["brands"]), {"fits": ""})  # has no defaults
    assert not line(client, "brands").mark


def test_changing_a_default_counts_as_looking(client, admin):
    assert not line(client, "shifts").done
    AuditEntry.objects.create(
        at="2026-11-02T04:00Z", actor=admin, verb="shifttype.changed", target_type="staff.shifttype"
    )
    assert line(client, "shifts").done


@pytest.mark.usefixtures("admin")
def test_the_tile_is_put_away_and_brought_back(client):
    def shown():
        return reverse("portal:setup_tile") in client.get(reverse("portal:home")).content.decode()

    assert shown()
    client.post(reverse("portal:setup_put_away"))
    assert not shown()
    client.post(reverse("portal:setup_put_away"), {"again": ""})
    assert shown()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.usefixtures("admin")
def test_the_list_costs_the_same_for_any_number_of_rows(client, rows, django_assert_num_queries):
    BrandFactory.create_batch(rows)
    SetupMarkFactory.create_batch(rows)
    with django_assert_num_queries(63):
        client.get(reverse("portal:setup"))


def test_a_supervisor_sees_what_lacks_within_reach_only(client):
    them = Department()
    stranger = TeamFactory(name="elsewhere")
    client.force_login(them.deputy.user)
    found = line(client, "roster")
    labels = {way.label for way in found.progress.lacking}
    assert labels == {them.team.name, them.other_team.name}
    assert stranger.name not in labels
    assert items.get("supervisor").code not in {
        each.item.code for each in client.get(reverse("portal:setup")).context["lines"]
    }


def test_a_mark_without_reason_is_refused_by_the_database(admin):

    with pytest.raises(IntegrityError):
        SetupMarkFactory(kind=SetupMarkKind.NOT_NEEDED, reason="", made_by=admin)


def test_a_link_to_choose_a_password_is_shown_for_one_without_password(client):
    them = Department()
    client.force_login(them.deputy.user)
    them.agent.user.set_unusable_password()
    them.agent.user.save()
    sent = {"action": "show_link", "_selected_action": [them.agent.pk, them.mate.pk]}
    page = client.post(reverse("admin:staff_person_changelist"), sent)
    assert page.content.decode().count("/accounts/password/reset/key/") == 1
    assert AuditEntry.objects.filter(verb="person.link_made").count() == 1
