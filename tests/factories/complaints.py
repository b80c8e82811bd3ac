from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from complaints import models
from complaints.enums import (
    AlarmClock,
    Bearer,
    Channel,
    ChaseResult,
    EntryKind,
    Ground,
    OfferReason,
    Stage,
)
from portal import sealing
from staff.people.enums import Platform
from staff.rulebook.models import Calendar
from tests.factories.portal import IncomingMailFactory, MailboxFactory
from tests.factories.staff import PersonFactory, StoreFactory, TeamFactory

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = models.Customer

    name = factory.Sequence(lambda n: f"买家{n}")
    platform = Platform.TMALL
    phone = factory.Sequence(lambda n: f"138{n:08}")
    phone_hash = factory.LazyAttribute(lambda row: sealing.phone_hash(row.phone))
    phone_masked = factory.LazyAttribute(lambda row: sealing.mask_phone(row.phone))
    address = "江苏省扬州市广陵区文昌路1号"
    address_masked = factory.LazyAttribute(lambda row: sealing.mask_address(row.address))
    created_at = NOW


class FormerContactFactory(DjangoModelFactory):
    class Meta:
        model = models.FormerContact

    customer = factory.SubFactory(CustomerFactory)
    kind = "ADDRESS"
    value = "江苏省南京市玄武区珠江路9号"
    until = NOW


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = models.Product

    name = factory.Sequence(lambda n: f"商品{n}")


class OrderFactory(DjangoModelFactory):
    class Meta:
        model = models.Order

    store = factory.SubFactory(StoreFactory)
    number = factory.Sequence(lambda n: f"2026{n:012}")
    customer = factory.SubFactory(CustomerFactory)
    product = factory.SubFactory(ProductFactory)
    amount_fen = 12900
    bought_at = NOW


class ComplaintTypeFactory(DjangoModelFactory):
    class Meta:
        model = models.ComplaintType

    code = factory.Sequence(lambda n: f"own.kind{n}")
    name_zh = "自定义"
    name_en = "Own kind"


class NumberSeriesFactory(DjangoModelFactory):
    class Meta:
        model = models.NumberSeries

    letter = "T"
    day = factory.Sequence(lambda n: date.fromordinal(739000 + n))


class ComplaintFactory(DjangoModelFactory):
    class Meta:
        model = models.Complaint

    number = factory.Sequence(lambda n: f"C20200101-{n:04}")
    registered_at = NOW
    service_day = date(2026, 11, 2)
    channel = Channel.PHONE
    store = factory.SubFactory(StoreFactory)
    customer = factory.SubFactory(CustomerFactory)
    description = "收到的杯子破了，要求换货。"
    changed_at = NOW


class WatchFactory(DjangoModelFactory):
    class Meta:
        model = models.Watch

    complaint = factory.SubFactory(ComplaintFactory)
    person = factory.SubFactory(PersonFactory)
    since = NOW


class TimelineEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.TimelineEntry

    complaint = factory.SubFactory(ComplaintFactory)
    at = NOW
    actor = factory.SubFactory(PersonFactory)
    kind = EntryKind.REGISTERED


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = models.Note

    complaint = factory.SubFactory(ComplaintFactory)
    author = factory.SubFactory(PersonFactory)
    written_at = NOW
    text = "已联系顾客。"


class AttachmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Attachment

    complaint = factory.SubFactory(ComplaintFactory)
    file = factory.django.FileField(filename="photo.png", data=b"\x89PNG\r\n\x1a\n\x00\x00")
    name = "照片.png"
    kind = "image/png"
    size = 10
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    added_by = factory.SubFactory(PersonFactory)
    added_at = NOW


class FollowUpFactory(DjangoModelFactory):
    """A follow-up without reminders; those come from the service."""

    class Meta:
        model = models.FollowUp

    number = factory.Sequence(lambda n: f"F20200101-{n:04}")
    complaint = factory.SubFactory(
        ComplaintFactory, store=factory.SelfAttribute("..store"), order=None
    )
    store = factory.SubFactory(StoreFactory)
    owner = factory.SubFactory(PersonFactory)
    purpose = "回电确认换货地址"
    due_at = NOW
    created_at = NOW


class FollowUpMoveFactory(DjangoModelFactory):
    class Meta:
        model = models.FollowUpMove

    followup = factory.SubFactory(FollowUpFactory)
    at = NOW
    actor = factory.SubFactory(PersonFactory)
    kind = EntryKind.RESCHEDULED


class ReminderFactory(DjangoModelFactory):
    class Meta:
        model = models.Reminder

    followup = factory.SubFactory(FollowUpFactory)
    stage = Stage.DUE
    followup_due_at = factory.SelfAttribute("followup.due_at")
    due_at = factory.SelfAttribute("followup.due_at")


class HandoverOfferFactory(DjangoModelFactory):
    class Meta:
        model = models.HandoverOffer

    followup = factory.SubFactory(FollowUpFactory)
    lead = factory.SubFactory(PersonFactory)
    owner = factory.SubFactory(PersonFactory)
    reason = OfferReason.ABSENT
    key = factory.Sequence(lambda n: f"offer:{n}")
    offered_at = NOW


class ChaseFactory(DjangoModelFactory):
    class Meta:
        model = models.Chase

    order = factory.SubFactory(OrderFactory)
    by = factory.SubFactory(PersonFactory)
    at = NOW
    text = "仓库答复明天上午发出"


class LiabilityFactory(DjangoModelFactory):
    """The freight of a resend of 12 yuan, proposed on a complaint."""

    class Meta:
        model = models.Liability

    complaint = factory.SubFactory(
        ComplaintFactory, store=factory.SelfAttribute("..store"), order=None
    )
    store = factory.SubFactory(StoreFactory)
    ground = Ground.OTHER
    cost_fen = 1200
    reason = "地址备注写错，重发运费"
    proposed_by = factory.SubFactory(PersonFactory)
    proposed_at = NOW


class LiabilityShareFactory(DjangoModelFactory):
    class Meta:
        model = models.LiabilityShare

    liability = factory.SubFactory(LiabilityFactory)
    position = factory.Sequence(lambda n: n)
    bearer = Bearer.PERSON
    person = factory.SubFactory(PersonFactory)
    weight = 1


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Department

    code = factory.Sequence(lambda n: f"department-{n}")
    name_zh = "样品部"
    name_en = "Samples"
    calendar = factory.LazyFunction(lambda: Calendar.objects.get(code="office"))


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Assessment

    complaint = factory.SubFactory(ComplaintFactory)
    long_relation = "YES"
    buys_again = "UNKNOWN"
    reasonable = "YES"
    fault = "OURS"
    findings = "仓库漏放缓冲材料。"
    by = factory.SubFactory(PersonFactory)
    at = NOW


class ProposalFactory(DjangoModelFactory):
    class Meta:
        model = models.Proposal

    complaint = factory.SubFactory(ComplaintFactory)
    position = 1
    reason = "换货最省钱。"
    proposed_by = factory.SubFactory(PersonFactory)
    proposed_at = NOW


class RemedyFactory(DjangoModelFactory):
    class Meta:
        model = models.Remedy

    proposal = factory.SubFactory(ProposalFactory)
    position = 0
    kind = "EXCHANGE"


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = models.Agreement

    proposal = factory.SubFactory(ProposalFactory)
    at = NOW
    recorded_at = NOW


class CaseTaskFactory(DjangoModelFactory):
    class Meta:
        model = models.CaseTask

    complaint = factory.SubFactory(ComplaintFactory)
    department = factory.SubFactory(DepartmentFactory)
    what = "补发一只杯子"
    owner = factory.SubFactory(PersonFactory)
    needs_proof = "TRACKING"
    made_by = factory.SubFactory(PersonFactory)
    made_at = NOW
    due_at = NOW


class PersonalLinkFactory(DjangoModelFactory):
    class Meta:
        model = models.PersonalLink

    complaint = factory.SubFactory(ComplaintFactory)
    purpose = "SCORE"
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    language = "zh-hans"
    made_at = NOW
    expires_at = datetime(2999, 1, 1, tzinfo=UTC)


class RevisitFactory(DjangoModelFactory):
    class Meta:
        model = models.Revisit

    complaint = factory.SubFactory(ComplaintFactory)
    at = NOW
    channel = Channel.PHONE
    outcome = "SATISFIED"


class CauseKindFactory(DjangoModelFactory):
    class Meta:
        model = models.CauseKind

    code = factory.Sequence(lambda n: f"own-cause-{n}")
    name_zh = "自定义原因"
    name_en = "Own cause"
    side = "OURS"


class RootCauseFactory(DjangoModelFactory):
    class Meta:
        model = models.RootCause

    complaint = factory.SubFactory(ComplaintFactory)
    kind = factory.SubFactory(CauseKindFactory)
    text = "打包时没有放缓冲材料。"
    by = factory.SubFactory(PersonFactory)
    at = NOW


class PreventiveMeasureFactory(DjangoModelFactory):
    class Meta:
        model = models.PreventiveMeasure

    complaint = factory.SubFactory(ComplaintFactory)
    what = "易碎品加双层气泡膜"
    owner = factory.SubFactory(PersonFactory)
    due_on = date(2026, 12, 1)
    made_by = factory.SubFactory(PersonFactory)
    made_at = NOW


class IncidentFactory(DjangoModelFactory):
    class Meta:
        model = models.Incident

    number = factory.Sequence(lambda n: f"I20200101-{n:04}")
    title = "同一批次杯盖开裂"
    store = factory.SubFactory(StoreFactory)
    opened_by = factory.SubFactory(PersonFactory)
    opened_at = NOW


class ProcedureFactory(DjangoModelFactory):
    class Meta:
        model = models.Procedure

    complaint = factory.SubFactory(ComplaintFactory)
    kind = "LOST"
    begun_by = factory.SubFactory(PersonFactory)
    begun_at = NOW


class ProcedureStepFactory(DjangoModelFactory):
    class Meta:
        model = models.ProcedureStep

    procedure = factory.SubFactory(ProcedureFactory)
    code = "lost_confirmed"
    at = NOW
    by = factory.SubFactory(PersonFactory)


class CaseAlarmFactory(DjangoModelFactory):
    class Meta:
        model = models.CaseAlarm

    complaint = factory.SubFactory(ComplaintFactory)
    clock = AlarmClock.ANSWER
    stage = Stage.DUE
    deadline = NOW
    due_at = NOW


class TeamRoutingFactory(DjangoModelFactory):
    class Meta:
        model = models.TeamRouting

    team = factory.SubFactory(TeamFactory)


class CaseMailboxFactory(DjangoModelFactory):
    class Meta:
        model = models.CaseMailbox

    mailbox = factory.SubFactory(MailboxFactory)
    store = factory.SubFactory(StoreFactory)
    address = "service@shop.example.com"


class CaseLetterFactory(DjangoModelFactory):
    class Meta:
        model = models.CaseLetter

    box = factory.SubFactory(CaseMailboxFactory)
    mail = factory.SubFactory(
        IncomingMailFactory, mailbox=factory.SelfAttribute("..box.mailbox"), body="灯不亮。"
    )


class CaseReplyFactory(DjangoModelFactory):
    class Meta:
        model = models.CaseReply

    complaint = factory.SubFactory(ComplaintFactory)
    box = factory.SubFactory(CaseMailboxFactory)
    author = factory.SubFactory(PersonFactory)
    written_at = NOW
    receiver = "zhang@example.com"
    receiver_masked = "z***@example.com"
    subject = "Re: Broken lamp"
    text = "马上给您换一个。"
    message_id = factory.Sequence(lambda n: f"<case.{n}@kefu>")


class WaveFactory(DjangoModelFactory):
    class Meta:
        model = models.Wave

    type = factory.SubFactory(ComplaintTypeFactory)
    store = factory.SubFactory(StoreFactory)
    began_at = NOW
    last_at = NOW
    cases = 11
    minutes = 60
    seen_at = NOW


class PresenceFactory(DjangoModelFactory):
    class Meta:
        model = models.Presence

    complaint = factory.SubFactory(ComplaintFactory)
    person = factory.SubFactory(PersonFactory)
    seen_at = NOW


class ProposalWriterFactory(DjangoModelFactory):
    class Meta:
        model = models.ProposalWriter

    proposal = factory.SubFactory(ProposalFactory)
    person = factory.SubFactory(PersonFactory)


class OrderRemarkFactory(DjangoModelFactory):
    class Meta:
        model = models.OrderRemark

    order = factory.SubFactory(OrderFactory)
    version = factory.Sequence(lambda n: n + 1)
    logistics = "顺丰"
    gift = "洗车毛巾1条"
    wishes = "无"
    author = factory.SubFactory(PersonFactory)
    at = NOW
    text = "物流：顺丰；赠品：洗车毛巾1条；其他：无"


class ShippingPromiseFactory(DjangoModelFactory):
    class Meta:
        model = models.ShippingPromise

    order = factory.SubFactory(OrderFactory)
    promised_at = NOW
    by = factory.SubFactory(PersonFactory)
    at = NOW


class UnpaidOrderFactory(DjangoModelFactory):
    class Meta:
        model = models.UnpaidOrder

    order = factory.SubFactory(OrderFactory, store=factory.SelfAttribute("..store"))
    store = factory.SubFactory(StoreFactory)
    owner = factory.SubFactory(PersonFactory)
    placed_at = NOW
    noted_at = NOW
    noted_by = factory.SelfAttribute("owner")


class UnpaidChaseFactory(DjangoModelFactory):
    class Meta:
        model = models.UnpaidChase

    unpaid = factory.SubFactory(UnpaidOrderFactory)
    by = factory.SubFactory(PersonFactory)
    at = NOW
    channel = Channel.CHAT
    words = "亲，您的订单还没有付款哦。"
    result = ChaseResult.THINKS
