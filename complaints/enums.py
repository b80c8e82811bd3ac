from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    PHONE = "PHONE", _("phone")
    CHAT = "CHAT", _("chat")
    MAIL = "MAIL", _("e-mail")
    STORE_REVIEW = "STORE_REVIEW", _("store review")
    SOCIAL = "SOCIAL", _("social media")
    SURVEY = "SURVEY", _("survey")
    PLATFORM = "PLATFORM", _("platform")
    OTHER = "OTHER", _("other channel")


class Severity(TextChoices):
    MINOR = "MINOR", _("minor")
    ORDINARY = "ORDINARY", _("ordinary")
    SERIOUS = "SERIOUS", _("serious")
    CRITICAL = "CRITICAL", _("critical")


class ShippingState(TextChoices):
    """The line between pre-sale and post-sale (ORG-4)."""

    UNKNOWN = "UNKNOWN", _("not known")
    NOT_SHIPPED = "NOT_SHIPPED", _("not shipped")
    SHIPPED = "SHIPPED", _("shipped")


class Mood(TextChoices):
    """How the customer feels (CMP-1)."""

    CALM = "CALM", _("calm")
    DISAPPOINTED = "DISAPPOINTED", _("disappointed")
    ANGRY = "ANGRY", _("angry")
    FURIOUS = "FURIOUS", _("furious")


class EntryKind(TextChoices):
    """What a line of a case's timeline tells."""

    REGISTERED = "REGISTERED", _("registered")
    CHANGED = "CHANGED", _("changed")
    OWNER = "OWNER", _("owner changed")
    NOTE = "NOTE", _("note")
    ATTACHED = "ATTACHED", _("file attached")
    DETACHED = "DETACHED", _("file removed")
    ASSIGNED = "ASSIGNED", _("follow-up assigned")
    RESCHEDULED = "RESCHEDULED", _("follow-up rescheduled")
    HANDED_OVER = "HANDED_OVER", _("follow-up handed over")
    DONE = "DONE", _("follow-up done")
    REOPENED = "REOPENED", _("follow-up taken up again")
    ESCALATED = "ESCALATED", _("went up the ladder")
    OFFERED = "OFFERED", _("offered to the lead")
    UNMASKED = "UNMASKED", _("personal data looked at")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("acknowledged")
    ANSWERED = "ANSWERED", _("answered in substance")
    WAITING = "WAITING", _("waiting for the customer")
    RESUMED = "RESUMED", _("no longer waiting")
    SEVERITY = "SEVERITY", _("severity changed")
    MOVED = "MOVED", _("stage changed")
    ASSESSED = "ASSESSED", _("assessed")
    PROPOSED = "PROPOSED", _("remedy proposed")
    DECIDED = "DECIDED", _("proposal decided")
    VOIDED = "VOIDED", _("proposal void")
    AGREED = "AGREED", _("agreed with the customer")
    TASK = "TASK", _("task given to a department")
    TASK_DONE = "TASK_DONE", _("task done")
    TASK_OFF = "TASK_OFF", _("task cancelled")
    REVISITED = "REVISITED", _("customer revisited")
    CAUSE = "CAUSE", _("root cause found")
    MEASURE = "MEASURE", _("preventive measure")
    LINK = "LINK", _("personal link made")
    MERGED = "MERGED", _("another case merged into it")
    INCIDENT = "INCIDENT", _("put under an incident")
    PROCEDURE = "PROCEDURE", _("procedure begun")
    STEP = "STEP", _("step of a procedure done")
    PROCEDURE_END = "PROCEDURE_E", _("procedure ended")
    MAIL_IN = "MAIL_IN", _("mail received")
    MAIL_OUT = "MAIL_OUT", _("mail written")


class FollowUpState(TextChoices):
    OPEN = "OPEN", pgettext_lazy("work", "open")
    DONE = "DONE", _("done")


class Stage(TextChoices):
    """Rungs of a reminder (FUP-2, CMP-10), in the order of time."""

    BEFORE = "BEFORE", _("before the due time")
    DUE = "DUE", _("at the due time")
    LEAD = "LEAD", _("to the lead on duty")
    DEPUTY = "DEPUTY", _("to the deputy")
    SUPERVISOR = "SUPERVISOR", _("to the supervisor")


class OfferReason(TextChoices):
    """Why somebody's follow-up is offered to the lead (FUP-4, FUP-5)."""

    ABSENT = "ABSENT", _("the owner is away")
    OFF_SHIFT = "OFF_SHIFT", _("the owner is off shift")
    LEFT = "LEFT", _("the owner has left")


class OfferState(TextChoices):
    OPEN = "OPEN", pgettext_lazy("work", "open")
    TAKEN = "TAKEN", _("handed over")
    KEPT = "KEPT", _("stays with the owner")
    WITHDRAWN = "WITHDRAWN", _("no longer needed")


class Ground(TextChoices):
    """Why somebody has to bear a cost (INC-4, INC-5)."""

    REMARK = "REMARK", _("badly written order remark")
    WAREHOUSE = "WAREHOUSE", _("the warehouse left something out")
    LATE = "LATE", _("shipped later than promised")
    ATTITUDE = "ATTITUDE", _("service attitude, proven true")
    OTHER = "OTHER", _("another reason")


class LiabilityState(TextChoices):
    PROPOSED = "PROPOSED", _("waiting for the supervisor")
    DECIDED = "DECIDED", _("decided")
    DROPPED = "DROPPED", _("nobody is liable")
    OVERTURNED = "OVERTURNED", _("overturned")


class Bearer(TextChoices):
    """Who bears a share of a cost: a person, or one of these."""

    PERSON = "PERSON", _("a person")
    WAREHOUSE = "WAREHOUSE", _("the warehouse")
    COURIER = "COURIER", _("the courier")
    COMPANY = "COMPANY", _("the company")


class Clock(TextChoices):
    """What a case owes the customer in service time (CMP-4)."""

    ACKNOWLEDGE = "ACKNOWLEDGE", _("acknowledge")
    ANSWER = "ANSWER", _("answer in substance")


class CaseStage(TextChoices):
    """Where a case is on its way to the satisfied customer (CMP-3)."""

    REGISTERED = "REGISTERED", _("registered")
    HANDLING = "HANDLING", _("first handling")
    INVESTIGATION = "INVESTIGATION", _("investigation")
    PROPOSAL = "PROPOSAL", _("proposal")
    APPROVAL = "APPROVAL", _("approval")
    AGREED = "AGREED", _("agreed with the customer")
    CARRYING_OUT = "CARRYING_OUT", _("being carried out")
    REVISIT = "REVISIT", _("revisit")
    SATISFIED = "SATISFIED", _("closed as satisfied")
    UNREACHED = "UNREACHED", _("closed, the customer was not reached")
    UNFOUNDED = "UNFOUNDED", _("closed as unfounded")
    WITHDRAWN = "WITHDRAWN", _("closed as withdrawn")
    MERGED = "MERGED", _("merged into another case")


class Opinion(TextChoices):
    """An answer of the assessment (CMP-5)."""

    YES = "YES", _("yes")
    PARTLY = "PARTLY", _("partly")
    NO = "NO", _("no")
    UNKNOWN = "UNKNOWN", _("not known")


class Side(TextChoices):
    """Whose fault it is (CMP-5), and where its cause lies (CMP-9)."""

    OURS = "OURS", _("ours")
    WAREHOUSE = "WAREHOUSE", _("the warehouse's")
    SUPPLIER = "SUPPLIER", _("the supplier's")
    COURIER = "COURIER", _("the courier's")
    PLATFORM = "PLATFORM", _("the platform's")
    CUSTOMER = "CUSTOMER", _("the customer's")
    NOBODY = "NOBODY", _("nobody's")


class RemedyKind(TextChoices):
    """What can be offered (CMP-6)."""

    APOLOGY = "APOLOGY", _("apology")
    EXPLANATION = "EXPLANATION", _("explanation")
    REPLACEMENT = "REPLACEMENT", _("replacement")
    EXCHANGE = "EXCHANGE", _("exchange")
    REFUND = "REFUND", _("return and refund")
    PARTIAL_REFUND = "PARTIAL_REFUND", _("partial refund, goods are kept")
    PRICE_DIFFERENCE = "PRICE_DIFFERENCE", _("price difference")
    RESEND = "RESEND", _("resend")
    GOODS = "GOODS", _("goods as compensation")
    GIFT = "GIFT", _("gift")
    COUPON = "COUPON", _("coupon")
    VISIT = "VISIT", _("visit or invitation")
    OTHER = "OTHER", _("another remedy")


class ProposalState(TextChoices):
    DRAFT = "DRAFT", _("still being written")
    SUBMITTED = "SUBMITTED", _("waits for approval")
    APPROVED = "APPROVED", _("given approval")
    AGREED = "AGREED", _("agreed with the customer")
    REFUSED = "REFUSED", _("turned down")
    DECLINED = "DECLINED", _("the customer declined")
    VOID = "VOID", _("void")


class TaskState(TextChoices):
    OPEN = "OPEN", _("still open")
    DONE = "DONE", _("done")
    CANCELLED = "CANCELLED", _("cancelled")


class LinkPurpose(TextChoices):
    """What a personal link is for."""

    AGREE = "AGREE", _("agree to what was offered")
    SCORE = "SCORE", _("say how satisfied one is")
    TASK = "TASK", _("do a department's task")


class Revisited(TextChoices):
    """What came of an attempt to reach the customer (CMP-9)."""

    NOT_REACHED = "NOT_REACHED", _("customer not reached")
    SATISFIED = "SATISFIED", _("satisfied")
    NOT_SATISFIED = "NOT_SATISFIED", _("not satisfied")


class Proof(TextChoices):
    """What proves that a task is done (CMP-8)."""

    NONE = "", _("no proof")
    TRACKING = "TRACKING", _("tracking number")
    REFUND = "REFUND", _("refund number")
    OTHER = "OTHER", _("another proof")


class ProcedureKind(TextChoices):
    """What is done by a checklist of its own (CMP-11, CMP-12)."""

    LOST = "LOST", _("lost parcel")
    MISSING = "MISSING", _("missing items")
    DISPUTE = "DISPUTE", _("dispute on the platform")


class AlarmClock(TextChoices):
    """What a rung of a case is about: a deadline of CMP-4, or that it goes up at once (CMP-10)."""

    ACKNOWLEDGE = "ACKNOWLEDGE", _("acknowledge")
    ANSWER = "ANSWER", _("answer in substance")
    START = "START", _("start the remedy")
    REVISIT = "REVISIT", _("revisit the customer")
    AT_ONCE = "AT_ONCE", _("escalated at once")


class Threat(TextChoices):
    """What the customer threatens with (CMP-10)."""

    NONE = "NONE", _("no threat")
    PUBLIC = "PUBLIC", _("to go public")
    PLATFORM = "PLATFORM", _("to call in the platform")


class EscalationReason(TextChoices):
    """Why a case goes up at once (CMP-10)."""

    VALUED = "VALUED", _("customer of high value")
    REPEATED = "REPEATED", _("repeated complaint of the customer")
    PUBLIC = "PUBLIC", _("threat to go public")
    PLATFORM = "PLATFORM", _("threat to call in the platform")
    BY_HAND = "BY_HAND", _("escalated by hand")


class RouteReason(TextChoices):
    """Why the rules give a case to somebody (ORG-4, ORG-5)."""

    NEW = "NEW", _("registered without owner")
    STORE = "STORE", _("the case belongs to another store")
    SHIFT = "SHIFT", _("somebody fitting is on shift now")
    SHIPPED = "SHIPPED", _("the order has been shipped")
    NOT_SHIPPED = "NOT_SHIPPED", _("the order has not been shipped")


class LandedBy(TextChoices):
    """How a mail found its case."""

    THREAD = "THREAD", _("it answers a mail of the case")
    TOKEN = "TOKEN", _("it names the case")
    HAND = "HAND", _("somebody put it there")
    OPENED = "OPENED", _("the case was registered from it")


class ReplyCounts(TextChoices):
    """What a mail to the customer is to the clocks of the case (CMP-4)."""

    ACKNOWLEDGED = "ACKNOWLEDGED", _("The customer now knows that somebody is at it")
    ANSWERED = "ANSWERED", _("It answers the customer in substance")


class UnpaidState(TextChoices):
    """What became of an order that was not paid (催拍催付)."""

    OPEN = "OPEN", _("not paid yet")
    WON = "WON", _("won back")
    PAID = "PAID", _("paid without a chase")
    LOST = "LOST", _("lost")


class ChaseResult(TextChoices):
    """What the customer said to the reminder to pay."""

    WILL_PAY = "WILL_PAY", _("will pay")
    THINKS = "THINKS", _("still thinks about it")
    ASKS = "ASKS", _("has a question or a wish")
    SILENT = "SILENT", _("no answer")
    DECLINES = "DECLINES", _("does not want it any more")


class ContactKind(TextChoices):
    """By what a customer is reached."""

    PHONE = "PHONE", _("phone")
    ADDRESS = "ADDRESS", _("address")
    COMPANY = "COMPANY", _("company")


class ClockFate(TextChoices):
    """What became of the deadlines of a case (CMP-4)."""

    ACKNOWLEDGED = "ACKNOWLEDGED", _("acknowledged in time")
    ACKNOWLEDGED_LATE = "ACKNOWLEDGED_LATE", _("acknowledged late")
    UNACKNOWLEDGED = "UNACKNOWLEDGED", _("not acknowledged")
    ANSWERED = "ANSWERED", _("answered in time")
    ANSWERED_LATE = "ANSWERED_LATE", _("answered late")
    UNANSWERED = "UNANSWERED", _("not answered")


class FollowUpFate(TextChoices):
    """What became of a follow-up by its due time."""

    IN_TIME = "IN_TIME", _("done in time")
    LATE = "LATE", _("done late")
    OVERDUE = "OVERDUE", _("still open and overdue")
    AHEAD = "AHEAD", _("not due yet")


class UnpaidFate(TextChoices):
    """What happened to unpaid orders in a period."""

    CHASED = "CHASED", _("chased at least once")
    WON = "WON", _("won back")
    PAID = "PAID", _("paid without a chase")
    LOST = "LOST", _("lost")
