"""Group robots in the administration, and what is deleted in time."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import translation

from portal import services
from portal.enums import RobotKind
from portal.models import (
    AuditEntry,
    Heartbeat,
    ImportRun,
    Notice,
    OutboxMessage,
    Robot,
    Submission,
)
from tests.factories.portal import (
    NOW,
    AuditEntryFactory,
    HeartbeatFactory,
    ImportRunFactory,
    NoticeFactory,
    OutboxMessageFactory,
    RobotFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db

ADD = "admin:portal_robot_add"
KEY = "wecombot://" + "k" * 20


@pytest.fixture
def boss(client):
    user = UserFactory(is_superuser=True, is_staff=True, language="en")
    client.force_login(user)
    return user


def change(client, robot, **values):
    form = {"name": robot.name, "kind": robot.kind, "is_active": "on", "new_address": ""}
    address = reverse("admin:portal_robot_change", args=[robot.pk])
    return client.post(address, {**form, "seen": robot.version, **values})


def errors(response):
    with translation.override("en"):
        return {
            name: [str(error) for error in found]
            for name, found in response.context["adminform"].form.errors.items()
        }


def test_a_robot_is_added_sealed_and_its_address_is_not_told(client, boss):
    values = {"name": "Team A", "kind": RobotKind.WECOM, "new_address": KEY, "is_active": "on"}
    assert client.post(reverse(ADD), values).status_code == 302
    robot = Robot.objects.get()
    assert (robot.address, robot.version) == (KEY, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM portal_robot")
        assert KEY not in cursor.fetchone()[0]
    act = AuditEntry.objects.get(verb="robot.added")
    assert act.actor == boss
    assert KEY not in str(act.after)
    page = client.get(reverse("admin:portal_robot_change", args=[robot.pk])).content.decode()
    assert "kkkk" not in page


@pytest.mark.usefixtures("boss")
def test_a_robot_keeps_its_address_until_another_is_typed(client):
    robot = RobotFactory(kind=RobotKind.WECOM, address=KEY)
    assert change(client, robot, name="New name").status_code == 302
    robot.refresh_from_db()
    assert (robot.name, robot.address, robot.version) == ("New name", KEY, 2)
    assert change(client, robot, new_address="wecombot://" + "z" * 20).status_code == 302
    robot.refresh_from_db()
    assert robot.address == "wecombot://" + "z" * 20


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize(
    ("kind", "address", "sentence"),
    [
        (
            RobotKind.WECOM,
            "wecom://abc",
            "wecom:// belongs to another service (Pushplus). WeCom is wecombot://key.",
        ),
        (RobotKind.WECOM, "", "A robot needs an address."),
        (RobotKind.DINGTALK, KEY, "This is not an address of a robot of this kind."),
        (
            RobotKind.FEISHU,
            "https://open.feishu.cn/x",
            "This is not an address of a robot of this kind.",
        ),
    ],
)
def test_a_wrong_address_is_refused_beside_the_field(client, kind, address, sentence):
    response = client.post(reverse(ADD), {"name": "A", "kind": kind, "new_address": address})
    assert errors(response) == {"new_address": [sentence]}
    assert Robot.objects.count() == 0


@pytest.mark.usefixtures("boss")
def test_another_kind_needs_another_address(client):
    robot = RobotFactory(kind=RobotKind.WECOM, address=KEY)
    response = change(client, robot, kind=RobotKind.FEISHU)
    assert list(errors(response)) == ["new_address"]


@pytest.mark.usefixtures("boss")
def test_the_second_of_two_editors_is_told(client):
    robot = RobotFactory(kind=RobotKind.WECOM, address=KEY)
    change(client, robot, name="First")
    response = change(client, robot, name="Second")
    assert list(errors(response)) == ["__all__"]
    assert Robot.objects.get().name == "First"


@pytest.mark.usefixtures("boss")
def test_robots_are_switched_off_and_not_deleted(client):
    robot = RobotFactory()
    delete = reverse("admin:portal_robot_delete", args=[robot.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize(
    ("model", "factory"),
    [("auditentry", AuditEntryFactory), ("outboxmessage", OutboxMessageFactory)],
)
def test_what_was_done_and_sent_is_only_looked_at(client, model, factory):
    row = factory()
    change_page = reverse(f"admin:portal_{model}_change", args=[row.pk])
    assert client.get(reverse(f"admin:portal_{model}_changelist")).status_code == 200
    assert client.get(change_page).status_code == 200
    assert client.post(change_page, {}).status_code == 403
    assert client.get(reverse(f"admin:portal_{model}_add")).status_code == 403
    assert client.post(reverse(f"admin:portal_{model}_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize("model", ["auditentry", "outboxmessage"])
def test_nobody_but_the_administrator_sees_them_there(client, model):
    supervisor = Department().supervisor.user
    supervisor.is_staff = True
    supervisor.save()
    client.force_login(supervisor)
    assert client.get(reverse(f"admin:portal_{model}_changelist")).status_code == 403


def test_what_has_served_its_time_is_deleted(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    old, young = NOW - timedelta(days=200), NOW - timedelta(hours=1)
    kept = {
        SubmissionFactory(created_at=young),
        NoticeFactory(read_at=young),
        NoticeFactory(created_at=old),
        OutboxMessageFactory(sent_at=young),
        OutboxMessageFactory(created_at=old),
        OutboxMessageFactory(created_at=old, gave_up_at=old),
        HeartbeatFactory(name="tick", beat_at=old),
        Session.objects.create(session_key="a", session_data="", expire_date=NOW),
    }
    SubmissionFactory(created_at=old)
    NoticeFactory(read_at=old)
    OutboxMessageFactory(sent_at=old)
    OutboxMessageFactory(withdrawn_at=old)
    HeartbeatFactory(name="proof:x", beat_at=old)
    Session.objects.create(session_key="b", session_data="", expire_date=young)
    services.clean_up(now=NOW)
    services.clean_up(now=NOW)
    models = (Submission, Notice, OutboxMessage, Heartbeat, Session)
    found = {(model, str(row.pk)) for model in models for row in model.objects.all()}
    assert found == {(type(row), str(row.pk)) for row in kept}


def test_uploaded_files_go_and_the_record_stays(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    old = ImportRunFactory(moved_at=NOW - timedelta(days=8))
    young = ImportRunFactory(moved_at=NOW)
    for run in (old, young):
        run.file.save("people.csv", ContentFile(b"secret"))
    services.clean_up(now=NOW)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    young.refresh_from_db()
    assert [path.name for path in files] == [young.file.name.rsplit("/", 1)[-1]]
    assert ImportRun.objects.filter(file="").count() == 1
