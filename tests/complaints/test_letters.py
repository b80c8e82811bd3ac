"""Mails that answer a case land in it; others wait for the lead; machines answer nothing."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import EntryKind, LandedBy
from complaints.forms import letters as forms
from complaints.models import CaseLetter, CaseReply, Complaint, TimelineEntry
from complaints.policies import letters as policies
from complaints.queries import letters as queries
from complaints.services import attachments, cases, deadlines
from complaints.services import letters as services
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from complaints.services.letters import Reply
from complaints.services.timeline import note_down
from portal import outbox, submissions
from portal.enums import MailState
from portal.mail import parsing
from portal.models import AuditEntry, Notice, OutboxMessage
from tests.factories.complaints import (
    NOW,
    CaseLetterFactory,
    CaseMailboxFactory,
    CaseReplyFactory,
    ComplaintFactory,
    OrderFactory,
)
from tests.factories.portal import IncomingFileFactory, IncomingMailFactory, MailboxFactory
from tests.factories.staff import Department
from tests.feedback.sending import post

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def box(scene):
    return CaseMailboxFactory(store=scene.store, signature="星河旗舰店 客服")


@pytest.fixture
def case(scene):
    return ComplaintFactory(store=scene.store, owner=scene.agent, recorder=scene.agent)


def facts_of(store):
    buyer = Buyer(name="张三", platform="TMALL")
    return CaseFacts(buyer=buyer, store_id=store.pk, channel="MAIL", description="灯坏了。")


def arrives(box, **fields):
    made = IncomingMailFactory(
        mailbox=box.mailbox,
        **{"subject": "灯坏了", "body": "第二天就不亮了。\n", "sender_hash": "h", **fields},
    )
    services.take(made, NOW)
    return CaseLetter.objects.filter(mail=made).first()


def written(case, box, scene, **fields):
    reply = Reply(
        **{"receiver": "zhang@example.com", "subject": "Re: 灯坏了", "text": "马上换。", **fields}
    )
    return services.send(
        actor=scene.agent, complaint=case, box=box, reply=reply,
        form_key=submissions.new_key(), now=NOW,
    )  # fmt: skip


def test_an_answer_lands_by_its_thread_and_the_owner_is_told(scene, box, case):
    ours = written(case, box, scene)
    letter = arrives(box, in_reply_to=ours.message_id, message_id="<b@x>")
    further = arrives(box, references=f"<z@x> {letter.mail.message_id}")
    assert (letter.complaint, letter.landed_by) == (case, LandedBy.THREAD)
    assert further.complaint == case
    letter.mail.refresh_from_db()
    assert (letter.mail.state, letter.mail.taken_key) == (MailState.TAKEN, str(letter.pk))
    told = Notice.objects.filter(kind=services.WRITTEN)
    assert [one.receiver for one in told] == [scene.agent.user] * 2
    kinds = TimelineEntry.objects.filter(complaint=case).values_list("kind", flat=True)
    assert sorted(kinds) == [EntryKind.MAIL_IN, EntryKind.MAIL_IN, EntryKind.MAIL_OUT]


@pytest.mark.parametrize("where", ["subject", "tags"])
def test_a_mail_that_names_its_case_lands_there_only_with_the_proof(box, case, where):
    proof = queries.proof_of(case.number)
    good = {
        "subject": f"回复：灯坏了 {policies.token(case.number, proof)}",
        "tags": policies.tag(case.number, proof),
    }
    bad = {
        "subject": policies.token(case.number, "0" * 12),
        "tags": policies.tag(case.number, "0" * 12),
    }
    assert arrives(box, **{where: good[where]}).landed_by == LandedBy.TOKEN
    assert arrives(box, **{where: bad[where]}).complaint is None


def test_a_mail_to_a_merged_case_lands_in_the_one_that_stays(scene, box, case):
    ours = written(case, box, scene)
    stays = ComplaintFactory(store=scene.store)
    Complaint.objects.filter(pk=case.pk).update(stage="MERGED", merged_into=stays, closed_at=NOW)
    assert arrives(box, in_reply_to=ours.message_id).complaint == stays


@pytest.mark.parametrize("reason", ["LOOP", "BOUNCE", "DECLARED", "BULK", "SUBJECT"])
def test_what_a_machine_wrote_answers_nothing_and_ends_no_wait(scene, box, reason):
    case = cases.register(actor=scene.agent, facts=facts_of(scene.store), now=NOW)
    cases.set_owner(actor=scene.lead, complaint_ids=[case.pk], owner_id=scene.agent.pk, now=NOW)
    until = NOW + timedelta(hours=4)
    deadlines.wait(actor=scene.agent, complaint_id=case.pk, reason="照片", until=until, now=NOW)
    ours = written(case, box, scene)
    letter = arrives(box, in_reply_to=ours.message_id, automatic=reason)
    case.refresh_from_db()
    assert (letter.complaint, case.waiting_until) == (case, until)
    assert (case.acknowledged_at, case.answered_at) == (None, None)
    told = Notice.objects.filter(kind=services.WRITTEN, receiver=scene.agent.user)
    assert told.count() == (reason == "BOUNCE")
    alone = arrives(box, automatic=reason)
    assert (alone.complaint, alone.set_aside_at) == (None, NOW)


def test_a_customer_who_writes_is_no_longer_waited_for(scene, box):
    case = cases.register(actor=scene.agent, facts=facts_of(scene.store), now=NOW)
    until = NOW + timedelta(hours=4)
    deadlines.wait(actor=scene.agent, complaint_id=case.pk, reason="照片", until=until, now=NOW)
    ours = written(case, box, scene)
    arrives(box, in_reply_to=ours.message_id)
    case.refresh_from_db()
    assert (case.waiting_until, case.answered_at) == (None, None)


def test_a_mail_to_a_mailbox_of_nobody_waits_until_somebody_says_whose_it_is(scene, client):
    mailbox = MailboxFactory()
    mail = IncomingMailFactory(mailbox=mailbox)
    services.take(mail, NOW)
    mail.refresh_from_db()
    assert (mail.state, CaseLetter.objects.count()) == (MailState.NEW, 0)
    client.force_login(scene.outsider)
    address = reverse("complaints:mailbox", args=[mailbox.pk])
    data = {"version": 0, "store": scene.store.pk, "team": "", "address": "a@b.example",
            "signature": ""}  # fmt: skip
    assert client.post(address, {**data, "team": scene.team.pk}).status_code == 422
    assert client.post(address, data).status_code == 302
    assert CaseLetter.objects.get().mail == mail
    assert client.post(address, data).status_code == 422  # the second to save is told


def test_whose_a_mailbox_is_says_a_deputy_of_that_store_alone(scene, box, client):
    """A deputy of other people neither sees it nor draws its mails to another team (§10)."""
    other = Department().store
    theirs = CaseMailboxFactory(store=other)
    free = MailboxFactory(purpose="CASES")
    client.force_login(scene.deputy.user)
    page = client.get(reverse("complaints:mailboxes"))
    assert {row.pk for row, _box in page.context["rows"]} == {box.mailbox_id, free.pk}
    address = reverse("complaints:mailbox", args=[theirs.mailbox_id])
    assert client.get(address).status_code == client.post(address, {}).status_code == 404
    form = client.get(reverse("complaints:mailbox", args=[free.pk])).context["form"]
    assert other.name not in str(form["store"])
    data = {"version": 0, "store": other.pk, "team": "", "address": "a@b.example",
            "signature": ""}  # fmt: skip
    assert client.post(reverse("complaints:mailbox", args=[free.pk]), data).status_code == 422
    client.force_login(scene.outsider)
    assert len(client.get(reverse("complaints:mailboxes")).context["rows"]) == 3


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


def attached(case, scene, name, content):
    checked = attachments.check(SimpleUploadedFile(name, content), name=name)
    return attachments.attach(actor=scene.agent, complaint_id=case.pk, checked=checked, now=NOW)


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


def test_a_waiting_mail_is_put_into_a_case_with_its_thread_once(scene, box, case, client):
    first = arrives(box, message_id="<a@x>")
    second = arrives(box, in_reply_to="<a@x>")
    assert Notice.objects.filter(kind=services.WAITS, receiver=scene.lead.user).count() == 2
    client.force_login(scene.lead.user)
    page = client.get(reverse("complaints:letters")).content.decode()
    assert page.count("z***@example.com") == 2
    assert "zhang@example.com" not in page
    address = reverse("complaints:attach_letter", args=[first.pk])
    assert client.post(address, {"number": case.number.lower()}).status_code == 302
    assert set(CaseLetter.objects.values_list("complaint", "landed_by")) == {(case.pk, "HAND")}
    again = client.post(address, {"number": case.number}, follow=True)
    assert again.status_code == 200
    assert TimelineEntry.objects.filter(kind=EntryKind.MAIL_IN).count() == 2
    second.refresh_from_db()
    assert second.handled_by == scene.lead
    assert not Notice.objects.filter(kind=services.WAITS, read_at=None).exists()


def test_a_case_is_registered_from_a_mail_with_what_it_says(scene, box, client):
    order = OrderFactory(store=scene.store, number="TB20261102001")
    known = ComplaintFactory(store=scene.store, order=order)
    letter = arrives(box, body="订单 TB20261102001 灯坏了\n\n> 您好", sender_name="张三")
    client.force_login(scene.lead.user)
    page = client.get(reverse("complaints:letter", args=[letter.pk]))
    assert page.context["suggested"] == [known]
    address = reverse("complaints:create")
    form = client.get(address, {"letter": letter.pk, "order": order.pk}).context["form"]
    initial = form.initial
    assert (initial["channel"], initial["store"], initial["order_number"]) == (
        "MAIL", scene.store.pk, "TB20261102001",
    )  # fmt: skip
    assert initial["description"] == "灯坏了\n\n订单 TB20261102001 灯坏了"
    data = {
        "form_key": submissions.new_key(), "letter": letter.pk, "channel": "MAIL",
        "store": scene.store.pk, "name": "张三", "shipping": "UNKNOWN", "severity": "ORDINARY",
        "description": "灯坏了", "registered_at": "2026-11-02T11:00:00",
    }  # fmt: skip
    assert client.post(address, data).status_code == 302
    letter.refresh_from_db()
    assert (letter.landed_by, letter.complaint.channel) == (LandedBy.OPENED, "MAIL")
    count = Complaint.objects.count()
    other = {**data, "form_key": submissions.new_key()}
    assert client.post(address, other).status_code == 302  # somebody else was faster
    assert Complaint.objects.count() == count


def test_a_mail_is_set_aside_with_a_reason_and_taken_back(scene, box, client):
    letter = arrives(box)
    client.force_login(scene.lead.user)
    aside = reverse("complaints:set_letter_aside", args=[letter.pk])
    assert client.post(aside, {"why": ""}).status_code == 422
    assert client.post(aside, {"why": "广告"}).status_code == 302
    assert client.get(reverse("complaints:letters") + "?aside=1").content.count(b"<tr>") == 2
    back = reverse("complaints:take_letter_back", args=[letter.pk])
    assert client.post(back).status_code == 302
    letter.refresh_from_db()
    assert (letter.set_aside_at, letter.handled_by) == (None, None)


def test_the_address_of_a_sender_is_shown_with_a_trace(scene, box, case, client):
    letter = CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    address = reverse("complaints:letter_sender", args=[letter.pk])
    client.force_login(scene.lead.user)
    assert "zhang@example.com" in client.post(address).content.decode()
    assert AuditEntry.objects.filter(verb="customer.unmasked").count() == 1
    client.force_login(scene.mate.user)
    assert client.post(address).status_code == 403


def test_files_of_a_mail_are_those_of_its_case(scene, box, case, client):
    letter = CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    file = IncomingFileFactory(
        mail=letter.mail, refused="", name="照片.png", kind="image/png",
        file=ContentFile(b"\x89PNG", name="x.bin"),
    )  # fmt: skip
    address = reverse("complaints:letter_file", args=[letter.pk, file.pk])
    client.force_login(scene.mate.user)
    response = client.get(address)
    assert b"".join(response.streaming_content) == b"\x89PNG"
    client.force_login(scene.stranger.user)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_mails(
    scene, box, client, rows, django_assert_num_queries
):
    for _row in range(rows):
        arrives(box)
    client.force_login(scene.lead.user)
    client.get(reverse("complaints:letters"))
    with django_assert_num_queries(7):
        response = client.get(reverse("complaints:letters"))
    assert response.content.count(b"<tr>") == rows + 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_mails_of_a_case_cost_the_same_for_any_number(
    scene, box, case, client, rows, django_assert_num_queries
):
    for _row in range(rows):
        written(case, box, scene)
        CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    client.force_login(scene.agent.user)
    client.get(reverse("complaints:mails", args=[case.number]))
    with django_assert_num_queries(11):
        response = client.get(reverse("complaints:mails", args=[case.number]))
    assert response.content.count(b"border-top") == 2 * rows


@pytest.mark.parametrize("text", ["\0", "\ud800", "9" * 400, "٣", "1_000", ""])
def test_hostile_input_is_answered_with_a_page(scene, box, case, client, text):
    letter = arrives(box)
    client.force_login(scene.lead.user)
    for name in ("attach_letter", "set_letter_aside"):
        address = reverse(f"complaints:{name}", args=[letter.pk])
        assert post(client, address, {"number": text, "why": text}).status_code in (302, 422)
    CaseLetter.objects.update(set_aside_at=None, set_aside_why="")
    fields = ("form_key", "to", "address", "subject", "text", "counts")
    data = dict.fromkeys(fields, text)
    assert post(client, reverse("complaints:reply", args=[case.number]), data).status_code == 422
    address = reverse("complaints:mailbox", args=[box.mailbox_id])
    client.force_login(scene.outsider)
    data = dict.fromkeys(("version", "store", "team", "address", "signature"), text)
    assert post(client, address, data).status_code == 422


@pytest.mark.parametrize(
    "broken",
    [
        lambda: CaseMailboxFactory(store=None),
        lambda: CaseLetterFactory(landed_by="HAND"),
        lambda: CaseLetterFactory(
            complaint=ComplaintFactory(), landed_by="HAND", landed_at=NOW, set_aside_at=NOW
        ),
        lambda: [CaseReplyFactory(message_id="<x>"), CaseReplyFactory(message_id="<x>")],
    ],
)
def test_the_database_refuses_what_must_not_be(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        broken()


def test_the_evidence_of_a_case_holds_its_mails(scene, box, case, client):
    letter = CaseLetterFactory(box=box, complaint=case, landed_by="HAND", landed_at=NOW)
    IncomingFileFactory(
        mail=letter.mail, refused="", name="照片.png", kind="image/png",
        file=ContentFile(b"\x89PNG", name="y.bin"),
    )  # fmt: skip
    written(case, box, scene)
    client.force_login(scene.agent.user)
    answer = client.post(reverse("complaints:evidence", args=[case.number]))
    pack = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    names = [name for name in pack.namelist() if name.startswith("mails/")]
    assert len(names) == 3
    texts = "".join(pack.read(name).decode() for name in names if name.endswith(".txt"))
    assert "灯不亮" in texts
    assert "z***@example.com" in texts
    assert "zhang@" not in texts


def test_the_timeline_of_a_case_names_its_mails(scene, box, case, client):
    note_down([case.pk], kind=EntryKind.MAIL_IN, actor=None, now=NOW,
              params={"letter": 1, "automatic": "BOUNCE"})  # fmt: skip
    written(case, box, scene)
    client.force_login(scene.agent.user)
    page = client.get(reverse("complaints:case", args=[case.number]))
    assert page.status_code == 200
    assert len(page.context["timeline"]) == 2


@pytest.mark.parametrize(
    ("text", "said", "quoted"),
    [
        ("好的\n\n> 您好", "好的", "> 您好"),
        ("好\n张三于2026年写道：\n您好", "好", "张三于2026年写道：\n您好"),
        ("> 只有引文", "> 只有引文", ""),
        ("一句话", "一句话", ""),
    ],
)
def test_what_a_mail_quotes_is_parted_from_what_it_says(text, said, quoted):
    assert policies.parted(text) == (said, quoted)


@pytest.mark.parametrize("subject", ["Re: 灯", "回复：Re: 灯 [C20261102-0001 0123456789ab]", "灯"])
def test_a_reply_has_one_re_and_no_token_of_ours(subject):
    assert policies.reply_subject(subject) == "Re: 灯"


def test_a_report_names_the_mail_that_came_back_and_a_plus_the_case():
    raw = (
        b"To: Shop <service+c20261102-0001-0123456789ab@x.example>\n"
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: text/plain\n\nno\n'
        b"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <case.0a@kefu>\n\n--b--\n"
    )
    parsed = parsing.parse(raw)
    assert parsed.references == ("<case.0a@kefu>",)
    assert parsed.tags == ("c20261102-0001-0123456789ab",)
