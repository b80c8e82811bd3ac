"""The story goes on: orders, payments, mails into cases, calls, surveys, the interface."""

import json
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.enums import CaseStage, Channel, ChaseResult
from complaints.models import CaseLetter, Complaint, Order, UnpaidOrder
from complaints.policies.orders import Parts
from complaints.services import letters, orders, unpaid
from complaints.services.customers import Buyer
from complaints.services.orders import Given
from complaints.services.unpaid import Cart, Try
from feedback.enums import CallOutcome
from feedback.models import AfterCase, Call, Item
from feedback.services import aftercase, answers, calls, ways
from portal import drafts, outbox
from portal.mail import policies as mail_policies
from portal.mail import reading
from portal.models import ImportRun
from portal.transfer import export_runs, registry, uploads
from portal.transfer.registry import Context
from staff.daily.enums import Reason
from staff.incentives.services import quality
from staff.people.access import scope_of
from tests.api.calling import Caller
from tests.factories.complaints import CaseMailboxFactory
from tests.factories.feedback import CallRuleFactory, QuestionFactory, SurveyFactory
from tests.factories.portal import (
    IncomingFileFactory,
    IncomingMailFactory,
    MailboxFactory,
    WebhookFactory,
)
from tests.factories.recognition import ScorecardVersionFactory
from tests.portal.privacy.story import (
    ADDRESS,
    HOUR,
    MAIL,
    NAME,
    NINE,
    PHONE,
    SAID,
    SENDER,
    Story,
    finish_promises,
    move,
)

OTHER_MAIL = "ouyang.second@post.example"
MORE_WORDS = [OTHER_MAIL, "ouyang.second"]
EVENTS = [
    "complaint.registered", "complaint.moved", "complaint.note", "complaint.mail_in",
    "feedback.received", "followup.assigned", "followup.done", "proposal.made",
]  # fmt: skip
TEN = NINE + 10 * HOUR
"""After the case of the story has closed."""


def go_on(story: Story) -> None:
    scene = story.scene
    WebhookFactory(user=scene.supervisor.user, events=EVENTS)
    remark_and_promise(scene)
    chase_a_payment(scene)
    export_the_unpaid(scene)
    write_into_the_case(scene, story.case)
    call_back(scene)
    ask_after_the_case(scene, story.case)
    come_back(story.case)
    answer_the_review(scene)
    speak_by_the_interface(scene)
    import_a_file_of_her_name(scene)
    score_the_talk(scene)
    leave_a_form_unsent(scene, story.case)
    finish_promises(scene)
    outbox.send_due(clock=lambda: TEN + 10 * HOUR)


def remark_and_promise(scene: Any) -> None:
    order = Order.objects.get(number="TB20261101001")
    parts = Parts(logistics=f"顺丰给{NAME}", gift=f"给{NAME}贺卡", wishes=f"打{PHONE}")
    orders.write_remark(
        actor=scene.agent, order_id=order.pk, parts=parts, version=order.version, now=NINE
    )
    given = Given(promised_at=NINE + 48 * HOUR, chase_at=NINE + 24 * HOUR, purpose=f"催{NAME}的货")
    orders.promise(
        actor=scene.agent, order_id=order.pk, given=given, now=NINE, form_key=uuid.uuid4()
    )


def chase_a_payment(scene: Any) -> None:
    buyer = Buyer(name=NAME, platform=scene.store.platform, phone=PHONE, address=ADDRESS)
    for number in ("TB20261101777", "TB20261101778"):
        cart = Cart(
            buyer=buyer, store_id=scene.store.pk, number=number, placed_at=NINE,
            note=f"{NAME}嫌贵",
        )  # fmt: skip
        noted = unpaid.note(actor=scene.agent, cart=cart, now=NINE, form_key=uuid.uuid4())
        attempt = Try(channel=Channel.PHONE, words=SAID, result=ChaseResult.THINKS)
        unpaid.chase(
            actor=scene.agent, unpaid_id=noted.pk, attempt=attempt, now=NINE + HOUR,
            form_key=uuid.uuid4(),
        )  # fmt: skip
    lost, won = UnpaidOrder.objects.order_by("pk")
    unpaid.lose(
        actor=scene.agent, unpaid_ids=[lost.pk], because=Reason.PRICE, words=f"{NAME}不要了",
        now=NINE + 2 * HOUR,
    )  # fmt: skip
    unpaid.pay(actor=scene.agent, unpaid_id=won.pk, paid_at=NINE + 2 * HOUR, now=NINE + 2 * HOUR)


def export_the_unpaid(scene: Any) -> None:
    user = scene.supervisor.user
    scope = scope_of(user, today=NINE.date())
    context = Context(actor=user, scope=scope, now=NINE, zone=None, month=None)
    kind = registry.get("unpaid-orders")
    run = export_runs.ask(kind=kind, context=context, ending="csv", chinese=True)
    assert export_runs.carry_out(run_id=run.pk, clock=lambda: NINE + HOUR)


def write_into_the_case(scene: Any, case: Complaint) -> None:
    """Mails that land in the case, wait for nothing, are set aside or came back; replies."""
    mailbox = MailboxFactory()
    box = CaseMailboxFactory(mailbox=mailbox, store=scene.store)
    files = case.attachments.all()
    reply = letters.Reply(receiver=OTHER_MAIL, subject=f"{NAME}您好", text=SAID, files=files)
    ours = letters.send(
        actor=scene.agent, complaint=case, box=box, reply=reply, form_key=uuid.uuid4(), now=TEN
    )
    for answered in (ours.message_id, ""):
        got = IncomingMailFactory(
            mailbox=mailbox, sender=MAIL, sender_name=SENDER, subject=f"{NAME}回复", body=SAID,
            sender_hash=reading.sender_hash(MAIL), sender_masked=mail_policies.mask_address(MAIL),
            message_id=f"<{uuid.uuid4().hex}.{MAIL}>", in_reply_to=answered,
        )  # fmt: skip
        file = IncomingFileFactory.build(mail=got, name=f"{NAME}.txt", refused="")
        file.file.save("b.bin", ContentFile(SAID.encode()))
        letters.take(got, TEN)
    landed = CaseLetter.objects.get(complaint=case)
    answer = letters.Reply(receiver=MAIL, subject=f"Re: {NAME}", text=SAID, answers=landed)
    letters.send(
        actor=scene.agent, complaint=case, box=box, reply=answer, form_key=uuid.uuid4(), now=TEN
    )
    aside = CaseLetter.objects.waiting().get()
    letters.set_aside(actor=scene.lead, letter_id=aside.pk, why=f"{NAME}已处理", now=TEN)
    write_from_elsewhere(scene, mailbox)


def write_from_elsewhere(scene: Any, mailbox: Any) -> None:
    """She writes anew from where a reply went to, without the thread: no complaint."""
    got = IncomingMailFactory(
        mailbox=mailbox, sender=OTHER_MAIL, sender_name=SENDER, subject="问候", body=SAID,
        sender_hash=reading.sender_hash(OTHER_MAIL),
        sender_masked=mail_policies.mask_address(OTHER_MAIL), message_id="<hello@post.example>",
    )  # fmt: skip
    letters.take(got, TEN)
    aside = CaseLetter.objects.waiting().get()
    letters.set_aside(actor=scene.lead, letter_id=aside.pk, why="问候", now=TEN)


def come_back(case: Complaint) -> None:
    """The survey could not be delivered; the report holds the mail that came back."""
    after = AfterCase.objects.get(complaint=case)
    got = IncomingMailFactory(
        mailbox=MailboxFactory(purpose="FEEDBACK"), sender="mailer-daemon@mx.example",
        sender_hash=reading.sender_hash("mailer-daemon@mx.example"), automatic="BOUNCE",
        body="could not be delivered", references=next(iter(aftercase.message_ids([after.pk]))),
    )  # fmt: skip
    file = IncomingFileFactory.build(mail=got, name="file1.eml", refused="")
    file.file.save("c.bin", ContentFile(SAID.encode()))


def call_back(scene: Any) -> None:
    CallRuleFactory(store=scene.store, days=0, percent=100, per_person=9)
    calls.draw_due(TEN)
    for row in Call.objects.filter(customer__name=NAME).order_by("pk"):
        for outcome in (CallOutcome.NO_ANSWER, CallOutcome.REACHED):
            calls.record(
                actor=scene.agent, call_id=row.pk, form_key=uuid.uuid4(), now=TEN,
                tried=calls.Tried(outcome=outcome, score=4, words=SAID, note=f"{NAME}在开会"),
            )  # fmt: skip


def ask_after_the_case(scene: Any, case: Complaint) -> None:
    survey = SurveyFactory(store=scene.store, after_case_since=NINE, per_person=9)
    score = QuestionFactory(survey=survey, position=1)
    text = QuestionFactory(survey=survey, position=2, kind="TEXT")
    aftercase.ask_due(TEN)
    asked = AfterCase.objects.get(complaint=case)
    sheet = answers.Sheet(
        form_key=uuid.uuid4(), values={score.pk: 4}, texts={text.pk: SAID}, language="zh-hans"
    )
    answers.answer(
        survey_id=survey.pk, invitation_id=asked.invitation_id, sheet=sheet, now=TEN + HOUR
    )


def answer_the_review(scene: Any) -> None:
    """Answer what she wrote to the feedback mailbox, by mail."""
    item = Item.objects.filter(source="MAIL").order_by("pk").first()
    ways.answer(actor=scene.agent, item_id=item.pk, text=f"{NAME}您好，{SAID}", now=TEN, sent=True)


def speak_by_the_interface(scene: Any) -> None:
    caller = Caller(scene.agent)
    made = caller.post(
        "/complaints",
        {
            "channel": "PHONE", "store": scene.store.name, "customer": NAME, "phone": PHONE,
            "description": SAID, "order_number": "TB20261101001", "take": True,
        },
        Idempotency_Key=f"{PHONE}-1",
    )  # fmt: skip
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    note = caller.post(f"/complaints/{number}/notes", {"text": SAID}, Idempotency_Key=f"{PHONE}-2")
    assert note.status_code == 201, note.content
    rows = {
        "items": [
            {
                "order": "TB20261101001", "store": scene.store.name, "customer": NAME,
                "bought_at": "2026-11-01T10:00:00+08:00", "phone": PHONE, "remark": SAID[:80],
            }
        ]
    }  # fmt: skip
    put = Caller(scene.supervisor).post("/orders", rows, Idempotency_Key=f"{PHONE}-3")
    assert put.status_code == 200, put.content
    case = Complaint.objects.get(number=number)
    move(scene.agent, case, CaseStage.HANDLING, timezone.now())
    move(scene.agent, case, CaseStage.WITHDRAWN, timezone.now(), reason=f"{NAME}撤回")


def import_a_file_of_her_name(scene: Any) -> None:
    """Checked, given the go-ahead, written, let go of: each is a line of the audit log."""
    text = (
        "channel,store,reference,received_at,rating,text,customer,order\n"
        f"store_review,月牙旗舰店,RV77,2026-11-02 10:00,3,{SAID},{NAME},TB20261101001\n"
    )
    uploads.receive(
        actor=scene.supervisor.user, kind=registry.get("reviews"), form_key=uuid.uuid4(), now=TEN,
        upload=SimpleUploadedFile(f"{NAME}的评价.csv", text.encode()),
    )  # fmt: skip
    run = ImportRun.objects.latest("pk")
    steps = (True, False)
    for dry_run in steps:
        uploads.carry_out(run_id=run.pk, dry_run=dry_run, clock=lambda: TEN + HOUR)
        if dry_run:
            uploads.confirm(
                actor=scene.supervisor.user, run_id=run.pk, partial=False, now=TEN + HOUR
            )
    assert ImportRun.objects.get(pk=run.pk).state == "DONE"


def score_the_talk(scene: Any) -> None:
    version = ScorecardVersionFactory()
    marks = {
        criterion.pk: quality.Mark(points=criterion.most, note=f"对{NAME}耐心")
        for criterion in version.criteria.all()
    }
    quality.give_audit(
        actor=scene.lead, now=TEN, form_key=uuid.uuid4(),
        target=quality.Target(
            person_id=scene.agent.pk, version_id=version.pk, reference=f"与{NAME}的会话"
        ),
        given=quality.Given(marks=marks, comment=f"{SAID}，也写过{OTHER_MAIL}"),
    )  # fmt: skip


def leave_a_form_unsent(scene: Any, case: Complaint) -> None:
    """What was typed into a form is kept, by one browser as it is, by another in escapes."""
    for place, ascii_only in ((f"note-{case.number}", False), (f"reply-{case.number}", True)):
        text = json.dumps([["text", SAID, None]], ensure_ascii=ascii_only)
        drafts.keep(user=scene.agent.user, place=place, text=text, now=TEN)
