"""Replies by mail: what they count as, their thread and files, and what cannot be delivered."""

import pytest
from django.core import mail as outgoing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from complaints.enums import LandedBy
from complaints.forms import letters as forms
from complaints.models import CaseReply
from complaints.policies import letters as policies
from complaints.queries import letters as queries
from complaints.services import cases
from complaints.services import letters as services
from portal import outbox, submissions
from portal.models import OutboxMessage
from tests.complaints.letters.steps import arrives, attached, facts_of, written
from tests.factories.complaints import NOW, CaseLetterFactory, ComplaintFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize(
    ("counts", "met"), [("", ()), ("ACKNOWLEDGED", ("a",)), ("ANSWERED", ("a", "b"))]
)
@pytest.mark.usefixtures("box")
def test_a_reply_counts_as_its_author_says(scene, client, counts, met):
    case = cases.register(actor=scene.agent, facts=facts_of(scene.store), now=NOW)
    cases.set_owner(actor=scene.lead, complaint_ids=[case.pk], owner_id=scene.agent.pk, now=NOW)
    client.force_login(scene.agent.user)
    data = {"form_key": submissions.new_key(), "to": "", "address": "li@example.com",
            "subject": "您的投诉", "text": "我们给您换一盏。", "counts": counts}  # fmt: skip
    address = reverse("complaints:reply", args=[case.number])
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 302  # sent twice: once there
    assert CaseReply.objects.get().receiver == "li@example.com"
    case.refresh_from_db()
    assert bool(case.acknowledged_at) == ("a" in met)
    assert bool(case.answered_at) == ("b" in met)


def test_a_reply_leaves_with_its_thread_and_comes_back_into_the_case(scene, box, case, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    box.takes_tags = True
    box.save()
    letter = CaseLetterFactory(
        box=box, complaint=case, landed_by=LandedBy.HAND, landed_at=NOW,
        mail__message_id="<b@x>", mail__references="<a@x>",
    )  # fmt: skip
    reply = written(case, box, scene, answers=letter)
    assert outbox.send_batch(clock=lambda: NOW) >= 1
    sent = next(one for one in outgoing.outbox if one.to == ["zhang@example.com"])
    proof = queries.proof_of(case.number)
    assert sent.extra_headers["Message-ID"] == reply.message_id
    assert sent.extra_headers["In-Reply-To"] == "<b@x>"
    assert sent.extra_headers["References"] == "<a@x> <b@x>"
    assert "Auto-Submitted" not in sent.extra_headers
    assert sent.subject.endswith(policies.token(case.number, proof))
    assert sent.reply_to == [f"service+{policies.tag(case.number, proof)}@shop.example.com"]
    assert sent.body == "马上换。\n\n-- \n星河旗舰店 客服"
    assert OutboxMessage.objects.get(kind=services.LETTER).sent_at == NOW
    assert arrives(box, subject=sent.subject).complaint == case


@pytest.mark.usefixtures("box")
def test_files_go_along_and_become_files_of_the_case(scene, case, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    kept = attached(case, scene, "发票.txt", b"invoice 1")
    attached(case, scene, "other.txt", b"stays here")
    stranger = ComplaintFactory(store=scene.store)
    foreign = attached(stranger, scene, "foreign.txt", b"of another case")
    client.force_login(scene.agent.user)
    address = reverse("complaints:reply", args=[case.number])
    data = {"form_key": submissions.new_key(), "to": "", "address": "li@example.com",
            "subject": "您的投诉", "text": "请看附件。", "along": [kept.pk]}  # fmt: skip

    wrong = client.post(address, {**data, "along": [foreign.pk]})
    assert wrong.status_code == 422
    for _ in range(2):  # sent twice: once there
        upload = SimpleUploadedFile("步骤.txt", "一、二、三".encode())
        assert client.post(address, {**data, "uploads": [upload]}).status_code == 302

    reply = CaseReply.objects.get()
    names = list(reply.files.order_by("pk").values_list("name", flat=True))
    assert names == ["发票.txt", "步骤.txt"]
    assert case.attachments.count() == 3
    assert outbox.send_batch(clock=timezone.now) >= 1
    sent = next(one for one in outgoing.outbox if one.to == ["li@example.com"])
    assert [(name, content) for name, content, _kind in sent.attachments] == [
        ("发票.txt", "invoice 1"), ("步骤.txt", "一、二、三"),
    ]  # fmt: skip
    page = client.get(reverse("complaints:mails", args=[case.number])).content.decode()
    assert "步骤.txt" in page
    assert "other.txt" not in page


@pytest.mark.usefixtures("box")
def test_files_of_a_mail_have_a_limit_together(scene, case, client, monkeypatch):
    monkeypatch.setattr(forms, "MOST_BYTES", 15)
    kept = attached(case, scene, "a.txt", b"0123456789")
    client.force_login(scene.agent.user)
    data = {"form_key": submissions.new_key(), "to": "", "address": "li@example.com",
            "subject": "s", "text": "t", "along": [kept.pk],
            "uploads": [SimpleUploadedFile("b.txt", b"abcdefghij")]}  # fmt: skip
    answer = client.post(reverse("complaints:reply", args=[case.number]), data)
    assert answer.status_code == 422
    assert not CaseReply.objects.exists()
    assert case.attachments.count() == 1


def test_a_reply_that_cannot_be_delivered_is_shown_and_tried_again(scene, box, case, client):
    reply = written(case, box, scene)
    key = queries.key_of(reply.pk)
    OutboxMessage.objects.filter(key=key).update(gave_up_at=NOW, attempts=8)
    client.force_login(scene.agent.user)
    page = client.get(reverse("complaints:mails", args=[case.number])).content.decode()
    assert "bi-x-octagon" in page
    again = reverse("complaints:reply_again", args=[case.number, reply.pk])
    assert client.post(again).status_code == 302
    assert OutboxMessage.objects.get(key=key).gave_up_at is None
