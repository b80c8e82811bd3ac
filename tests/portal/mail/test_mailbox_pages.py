import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.enums import MailState
from portal.models import AuditEntry, IncomingFile, IncomingMail, Mailbox
from tests.factories.portal import (
    IncomingFileFactory,
    IncomingMailFactory,
    MailboxFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(user)
    return user


def typed(row, **changes):
    fields = ("name", "purpose", "host", "port", "safety", "username", "folder")
    data = {name: getattr(row, name) for name in fields}
    return data | {"is_active": "on", "seen": row.version, "new_password": ""} | changes


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.usefixtures("boss")
def test_list_costs_the_same_for_any_number_of_rows(client, rows, django_assert_num_queries):
    MailboxFactory.create_batch(rows, last_error="sign_in")
    client.get(reverse("portal:mailboxes"))
    with django_assert_num_queries(6):
        response = client.get(reverse("portal:mailboxes"))
    assert response.content.count(b"bi-x-octagon") == rows
    assert "open sesame" not in response.content.decode()


@pytest.mark.usefixtures("boss")
def test_mailbox_is_added_and_its_password_never_shown_or_audited(client):
    row = MailboxFactory.build(name="Shop", host="mail.example.com")

    response = client.post(reverse("portal:mailbox_new"), typed(row, new_password="s3cret word"))

    assert response.status_code == 302
    kept = Mailbox.objects.get()
    assert (kept.name, kept.password) == ("Shop", "s3cret word")
    page = client.get(reverse("portal:mailbox", args=[kept.pk])).content.decode()
    assert "s3cret" not in page
    assert "s3cret" not in str(AuditEntry.objects.get(verb="mailbox.added").__dict__)


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize("change", [{"host": "evil.example.com"}, {"safety": "TLS"}, {"port": 1}])
def test_stored_password_is_sent_to_no_other_server(client, change):
    row = MailboxFactory()
    for button in ({}, {"try": "1"}):
        response = client.post(
            reverse("portal:mailbox", args=[row.pk]), typed(row, **change, **button)
        )
        assert response.status_code == 200
        assert "new_password" in response.context["form"].errors
    row.refresh_from_db()
    assert row.version == 1


@pytest.mark.usefixtures("boss")
def test_second_to_save_is_told(client):
    row = MailboxFactory()
    address = reverse("portal:mailbox", args=[row.pk])

    assert client.post(address, typed(row, name="First")).status_code == 302
    response = client.post(address, typed(row, name="Second"))

    assert response.status_code == 200
    row.refresh_from_db()
    assert (row.name, row.version) == ("First", 2)


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize("text", ["\0", "\ud800", "a\r\nb", "9" * 400, "٣", "1_000", ""])
def test_hostile_input_is_answered_with_a_page(client, text):
    row = MailboxFactory()
    for name in ("name", "host", "port", "username", "folder", "new_password", "seen", "safety"):
        data = typed(row, **{name: text.encode("utf-8", "surrogatepass")})
        response = client.post(reverse("portal:mailbox", args=[row.pk]), data)
        assert response.status_code in (200, 302)
        row.refresh_from_db()


@pytest.mark.usefixtures("boss")
def test_trying_out_counts_or_says_why_and_saves_nothing(client, server):
    row = MailboxFactory(port=server.port)
    address = reverse("portal:mailbox", args=[row.pk])
    server.put(b"Subject: x\n\nhello")

    good = client.post(address, typed(row, **{"try": "1"}, name="Other"))
    bad = client.post(address, typed(row, **{"try": "1"}, new_password="wrong"))

    assert [str(one) for one in good.context["messages"]] == ["已能登录；共 1 封邮件。"]
    assert [str(one) for one in bad.context["messages"]] == ["邮件服务器不接受该用户名或密码。"]
    row.refresh_from_db()
    assert (row.version, row.password) == (1, "open sesame")


@pytest.mark.both
@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Mailbox, lambda: MailboxFactory(port=70000)),
        (Mailbox, lambda: MailboxFactory(leased_until="2026-11-02T04:00Z")),
        (IncomingMail, lambda: IncomingMailFactory(state=MailState.TAKEN)),
        (IncomingMail, lambda: IncomingMailFactory(taken_kind="case", taken_key="1")),
        (IncomingFile, lambda: IncomingFileFactory(refused="")),
    ],
)
def test_database_refuses_what_must_not_be(model, make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()
    assert not model.objects.exists()


@pytest.mark.both
def test_mail_is_once_in_its_mailbox():
    first = IncomingMailFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingMailFactory(mailbox=first.mailbox, identity=first.identity)
    IncomingMailFactory(identity=first.identity)
