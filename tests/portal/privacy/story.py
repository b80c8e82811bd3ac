"""A customer's whole way through the product, by its own doors, with their words everywhere."""

import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from complaints.enums import (
    Bearer,
    CaseStage,
    Channel,
    Ground,
    LinkPurpose,
    ProcedureKind,
    Revisited,
)
from complaints.models import CauseKind, Complaint, FollowUp, Order
from complaints.policies.liability import Part
from complaints.services import (
    adopting,
    cases,
    closing,
    deadlines,
    escalation,
    followups,
    incidents,
    liability,
    links,
    merging,
    procedures,
    remedies,
    stages,
    tasks,
)
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from feedback.models import Item
from feedback.policies import hooks as hook_policies
from feedback.queries.surveys import hashed
from feedback.services import mails, ways
from portal import filechecks, services, submissions
from portal.enums import MailPurpose
from portal.mail import policies as mail_policies
from portal.mail import reading
from portal.models import ExportRun, ImportRun
from portal.money import Fen
from portal.transfer import export_runs, registry, uploads
from portal.transfer.registry import Context
from staff.daily.queries import places as daily_places
from staff.daily.services import reports
from staff.incentives.enums import PraiseKind
from staff.incentives.services.recognition import Words
from staff.people.access import scope_of
from staff.people.enums import Post
from tests.factories.daily import day_shift
from tests.factories.feedback import (
    ChannelFactory,
    HookFactory,
    InvitationFactory,
    PersonalLinkFactory,
    QuestionFactory,
    SurveyFactory,
)
from tests.factories.portal import IncomingFileFactory, IncomingMailFactory, MailboxFactory
from tests.factories.staff import Department

NAME, PHONE, COMPANY = "欧阳霏霏", "13877665544", "霏凡贸易有限公司"
ADDRESS = "江苏省扬州市广陵区月亮弯路18号"
MAIL, SENDER = "feifei.ouyang@mail.example", "Ouyang Feifei"
WORDS = [NAME, "阳霏", PHONE, "138-7766-5544", "月亮弯路", COMPANY, MAIL, SENDER, "feifei"]
"""What must stand nowhere afterwards; `阳霏` is what a word index holds of the name."""
SAID = f"我是{NAME}（{COMPANY}），电话138-7766-5544，住{ADDRESS}，邮箱{MAIL}"
HOUR = timedelta(hours=1)
NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)
S = CaseStage


@dataclass
class Story:
    scene: Department
    case: Complaint
    merged: Complaint
    hits: set[str]


def imported(kind: str, text: str, tmp_path: Any) -> None:
    path = tmp_path / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    call_command("import", kind, str(path), stdout=StringIO())


def tell(client: Any, tmp_path: Any) -> Story:
    scene = Department()
    agent, lead, supervisor = scene.agent, scene.lead, scene.supervisor
    scene.store.name = "月牙旗舰店"
    scene.store.save()
    imported(
        "orders",
        "order,store,customer,phone,address,product,bought_at,amount,tracking,remark\n"
        f"TB20261101001,月牙旗舰店,{NAME},{PHONE},{ADDRESS},台灯,2026-11-01 10:00,129.00,"
        f"SF100,给{NAME}放门口\n",
        tmp_path,
    )
    imported(
        "complaints",
        "registered_at,channel,store,order,customer,phone,description,demand,reference\n"
        f"2026-11-01 12:00,phone,月牙旗舰店,TB20261101001,{NAME},{PHONE},{SAID},换货,R-{NAME}-1\n",
        tmp_path,
    )
    case = registered(scene)
    merged = registered(scene, description=f"第二次：{SAID}")
    imported_case = Complaint.objects.exclude(pk__in=[case.pk, merged.pk]).get()
    go_the_way(scene, case, merged)
    end_history(scene, imported_case)
    say_something(client, scene, tmp_path)
    work_a_day(scene)
    move_files(scene)
    services.save_view(
        user=agent.user,
        page="complaints",
        name="她的",
        query="q=%E6%AC%A7%E9%98%B3%E9%9C%8F%E9%9C%8F",
    )
    talk_in_a_session(client, lead)
    chase_and_charge(scene, case, supervisor)
    finish_promises(scene)
    return Story(scene, case, merged, set())


def registered(scene: Department, **more: Any) -> Complaint:
    checked = filechecks.check(
        SimpleUploadedFile(f"{NAME}.txt", SAID.encode()), name=f"{NAME}的聊天.txt"
    )
    facts = CaseFacts(
        buyer=Buyer(
            name=NAME, platform=scene.store.platform, phone=PHONE, company=COMPANY, address=ADDRESS
        ),
        store_id=scene.store.pk,
        channel="PHONE",
        order_number="TB20261101001",
        **{"description": SAID, "demand": f"{NAME}要退款", **more},
    )
    return cases.register(
        actor=scene.agent, facts=facts, now=NINE, owner_id=scene.agent.pk, files=[checked]
    )


def move(actor: Any, case: Complaint, to: CaseStage, now: datetime, reason: str = "") -> None:
    wish = stages.Wish(seen=Complaint.objects.get(pk=case.pk).stage, to=to, reason=reason)
    who = frozenset({stages.Who.HANDLER})
    stages.move(actor=actor, complaint_id=case.pk, wish=wish, who=who, now=now)


def go_the_way(scene: Department, case: Complaint, merged: Complaint) -> None:
    agent, lead, key = scene.agent, scene.lead, case.pk
    deadlines.acknowledge(actor=agent, complaint_id=key, now=NINE)
    deadlines.tell(actor=agent, complaint_id=key, text=f"告诉{NAME}在查", now=NINE)
    cases.add_note(actor=agent, complaint_id=key, text=SAID, now=NINE)
    escalation.escalate(actor=agent, complaint_id=key, reason=f"{NAME}要曝光", now=NINE)
    merging.merge(
        actor=lead, complaint_id=merged.pk, into_id=key, reason=f"{NAME}说了两次", now=NINE
    )
    begun = procedures.begin(
        actor=agent, complaint_id=key, now=NINE,
        plan=procedures.Plan(
            kind=ProcedureKind.DISPUTE, title=f"{NAME}的纠纷", deadline_at=NINE + 72 * HOUR
        ),
    )  # fmt: skip
    procedures.end(actor=agent, procedure_id=begun.pk, result=f"{NAME}撤诉", now=NINE + HOUR)
    move(agent, case, S.INVESTIGATION, NINE + HOUR)
    remedies.assess(
        actor=agent, complaint_id=key, version=0, now=NINE + HOUR,
        judgement=remedies.Judgement(
            long_relation="YES", buys_again="YES", reputation=f"{NAME}粉丝多", reasonable="YES",
            fault="OURS", fault_percent=100, findings=SAID,
        ),
    )  # fmt: skip
    draft = remedies.Draft(
        remedies=[remedies.Remedy(kind="EXCHANGE", amount=3000, text=f"寄给{NAME}")],
        reason=f"{NAME}是老顾客",
    )
    made = remedies.propose(actor=agent, complaint_id=key, draft=draft, now=NINE + HOUR)
    made = remedies.submit(actor=agent, proposal_id=made.pk, version=1, now=NINE + HOUR)
    remedies.decide(
        actor=lead, proposal_id=made.pk, version=made.version, approve=True,
        reason=f"同意给{NAME}", now=NINE + 2 * HOUR,
    )  # fmt: skip
    word = remedies.Word(channel=Channel.PHONE, at=NINE + 3 * HOUR, wording=SAID)
    for task in tasks.agree(actor=agent, proposal_id=made.pk, word=word, now=NINE + 3 * HOUR):
        tasks.done(
            actor=agent, task_id=task.pk, proof=f"SF-{PHONE}", result=f"{NAME}已签收",
            now=NINE + 5 * HOUR,
        )  # fmt: skip
    links.make(
        links.About(purpose=LinkPurpose.SCORE, complaint=Complaint.objects.get(pk=key)),
        actor=agent, language="zh-hans", now=NINE + 5 * HOUR,
    )  # fmt: skip
    closing.find_cause(
        actor=agent, complaint_id=key, kind=CauseKind.objects.get(code="courier-damage"),
        text=f"{NAME}的包裹被压", version=0, now=NINE + 6 * HOUR,
    )  # fmt: skip
    closing.prevent(
        actor=agent, complaint_id=key, now=NINE + 6 * HOUR,
        prevention=closing.Prevention(
            what=f"像{NAME}这样的单加固", owner_id=agent.pk, due_on=date(2026, 12, 1)
        ),
    )  # fmt: skip
    incidents.begin(
        actor=lead, complaints=[Complaint.objects.get(pk=key)], now=NINE + 6 * HOUR,
        behind=incidents.Behind(title=f"{NAME}等人", measure=f"联系{PHONE}", message=SAID),
    )  # fmt: skip
    closing.revisit(
        actor=agent, complaint_id=key, now=NINE + 7 * HOUR,
        attempt=closing.Attempt(
            channel=Channel.PHONE, outcome=Revisited.SATISFIED, score=5, words=SAID, thanked=True
        ),
    )  # fmt: skip
    move(agent, case, S.SATISFIED, NINE + 8 * HOUR)


def end_history(scene: Department, case: Complaint) -> None:
    """The imported case is closed by hand, with a reason that names her."""
    seen = Complaint.objects.get(pk=case.pk).owner_id
    if seen != scene.lead.pk:
        cases.take(actor=scene.lead, complaint_id=case.pk, now=NINE, seen_owner=seen)
    move(scene.lead, case, S.WITHDRAWN, NINE + 8 * HOUR, reason=f"{NAME}撤回")


def say_something(client: Any, scene: Department, tmp_path: Any) -> None:
    """Reviews, mails, chat and a survey."""
    head = "channel,store,reference,received_at,rating,text,customer,order\n"
    row = "store_review,月牙旗舰店,RV1,2026-11-02 10:00,2,{text},{name},TB20261101001\n"
    imported("reviews", head + row.format(text=SAID, name=NAME), tmp_path)
    imported("reviews", head + row.format(text=f"改：{SAID}", name=NAME), tmp_path)
    review = Item.objects.get(reference="RV1")
    ways.answer(actor=scene.agent, item_id=review.pk, text=f"{NAME}您好", now=NINE)
    write_mails(scene)
    chat(client, scene)
    answer_a_survey(client, scene)


def write_mails(scene: Department) -> None:
    mailbox = MailboxFactory(purpose=MailPurpose.FEEDBACK, username="service@shop.example")
    ChannelFactory(source="MAIL", store=scene.store, mailbox=mailbox)
    for text in (f"订单TB20261101001 {SAID}", f"另一件事 {SAID}"):
        got = IncomingMailFactory(
            mailbox=mailbox, sender=MAIL, sender_name=SENDER, subject=f"{NAME}：灯", body=text,
            sender_hash=reading.sender_hash(MAIL), sender_masked=mail_policies.mask_address(MAIL),
            message_id=f"<{uuid.uuid4().hex}.{MAIL}>",
        )  # fmt: skip
        file = IncomingFileFactory.build(mail=got, name=f"{NAME}.txt", refused="")
        file.file.save("a.bin", ContentFile(SAID.encode()))
        mails.take(got, NINE)


def chat(client: Any, scene: Department) -> None:
    """Post by the webhook; the agent named is praised."""
    hook = HookFactory(channel__source="CHAT", channel__store=scene.store)
    body = json.dumps({"number": "CH-1", "text": SAID, "order": "TB20261101001", "rating": 1,
                       "at": "2026-11-02T09:30:00+08:00"}).encode()  # fmt: skip
    stamp = str(int(time.time()))
    signed = {
        "X-Kefu-Timestamp": stamp,
        "X-Kefu-Signature": hook_policies.signature(hook.secret, stamp, body),
    }
    url = reverse("feedback:receive", args=[hook.key])
    posted = client.post(url, body, content_type="application/json", headers=signed)
    assert posted.status_code == 201
    praised = Item.objects.get(source="CHAT")
    words = Words(
        person_id=scene.agent.pk, team_id=None, kind=PraiseKind.SERVICE, title=NAME, text=SAID
    )
    ways.praise(actor=scene.lead, item_id=praised.pk, words=words, form_key=uuid.uuid4(), now=NINE)


def answer_a_survey(client: Any, scene: Department) -> None:
    survey = SurveyFactory(store=scene.store, is_public=True)
    score = QuestionFactory(survey=survey, position=1)
    text = QuestionFactory(survey=survey, position=2, kind="TEXT")
    order = Order.objects.get(number="TB20261101001")
    invited = InvitationFactory(survey=survey, order=order, customer=order.customer)
    InvitationFactory(survey=survey, order=order, customer=order.customer)
    PersonalLinkFactory(invitation=invited, token_hash=hashed("AbCdEfGhIjKlMnOpQrStUv"))
    answered = client.post(
        reverse("feedback:answer_personal", args=["AbCdEfGhIjKlMnOpQrStUv"]),
        {"form_key": str(uuid.uuid4()), f"q{score.pk}": "2", f"q{text.pk}": SAID},
    )
    assert answered.status_code == 302


def work_a_day(scene: Department) -> None:
    place, other = (
        daily_places.Place(
            day=date(2026, 11, 2), post=post, team_id=scene.team.pk, shift_type=day_shift(),
            is_lead=False, is_away=False, starts_at=None, due_at=NINE + 9 * HOUR,
        )
        for post in (Post.POSTSALE, Post.PRESALE)
    )  # fmt: skip
    reports.save_draft(
        actor=scene.mate, place=other,
        draft={"learnt": SAID, "buyer-0": NAME}, editor=uuid.uuid4(), version=0, now=NINE,
    )  # fmt: skip
    reports.file_report(
        actor=scene.agent, place=place, form_key=uuid.uuid4(), version=0, now=NINE,
        content=reports.Content(
            questions=[f"{NAME}问能不能开发票"], learnt=SAID, lost_note=NAME,
            orders=[
                reports.Unfinished(
                    store_id=scene.store.pk, buyer=NAME, order_number="TB20261101001",
                    bought_on=date(2026, 11, 1), problem=f"{NAME}没收到", asks="补发",
                    due_at=NINE + 30 * HOUR,
                )
            ],
        ),
    )  # fmt: skip
    assert adopting.adopt_due(NINE) == 1


def move_files(scene: Department) -> None:
    """An upload that was checked, one that was written, and an export that waits to be fetched."""
    user = scene.supervisor.user
    kind = registry.get("reviews")
    bad = (
        f"channel,store,reference,received_at,rating,text\nstore_review,{NAME},RV9,昨天,7,{SAID}\n"
    )
    good = (
        "channel,store,reference,received_at,rating,text\n"
        f"store_review,月牙旗舰店,RV8,2026-11-02 10:00,3,{SAID}\n"
    )
    for name, text in ((f"{NAME}.csv", bad), ("good.csv", good)):
        upload = SimpleUploadedFile(name, text.encode())
        uploads.receive(actor=user, kind=kind, upload=upload, form_key=uuid.uuid4(), now=NINE)
    for run in ImportRun.objects.exclude(file=""):
        uploads.carry_out(run_id=run.pk, dry_run=True, clock=lambda: NINE)
    scope = scope_of(user, today=date(2026, 11, 2))
    context = Context(actor=user, scope=scope, now=NINE, zone=None, month=None, filters={"q": NAME})
    export_runs.ask(kind=registry.get("complaints"), context=context, ending="csv", chinese=True)
    context = Context(actor=user, scope=scope, now=NINE, zone=None, month=None)
    run = export_runs.ask(
        kind=registry.get("complaints"), context=context, ending="csv", chinese=True
    )
    assert export_runs.carry_out(run_id=run.pk, clock=lambda: NINE + HOUR)
    assert ExportRun.objects.get(pk=run.pk).file


def talk_in_a_session(client: Any, lead: Any) -> None:
    client.force_login(lead.user)
    session = client.session
    session["said"] = f"{NAME}已保存"
    session.save()


def chase_and_charge(scene: Department, case: Complaint, supervisor: Any) -> None:
    order = Order.objects.get(number="TB20261101001")
    liability.chase(actor=scene.agent, order=order, text=f"催{NAME}的单", now=NINE)
    made = liability.propose(
        actor=scene.lead, now=NINE,
        proposal=liability.Proposal(
            ground=Ground.OTHER, cost=Fen(500), reason=f"{NAME}的运费", complaint=case
        ),
    )  # fmt: skip
    part = Part(bearer=Bearer.PERSON, person_id=scene.agent.pk, weight=1)
    made = liability.decide(
        actor=supervisor, liability_id=made.pk, version=1, parts=[part],
        decision=f"{NAME}的单写错了", now=NINE,
    )  # fmt: skip


def finish_promises(scene: Department) -> None:
    for row in FollowUp.objects.filter(state="OPEN"):
        followups.finish(
            actor=scene.lead, followup_id=row.pk, outcome=f"{NAME}满意", version=row.version,
            now=NINE + 9 * HOUR,
        )  # fmt: skip


__all__ = ["NAME", "WORDS", "Story", "submissions", "tell"]
