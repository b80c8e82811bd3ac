"""Mails that answer a case land in it; others wait for the lead; machines answer nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints.enums import EntryKind, LandedBy
from complaints.models import CaseLetter, Complaint, TimelineEntry
from complaints.policies import letters as policies
from complaints.queries import letters as queries
from complaints.services import cases, deadlines
from complaints.services import letters as services
from portal import submissions
from portal.enums import MailState
from portal.models import Notice
from tests.complaints.letters.steps import arrives, facts_of, written
from tests.factories.complaints import NOW, CaseMailboxFactory, ComplaintFactory, OrderFactory
from tests.factories.portal import IncomingMailFactory, MailboxFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]


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
