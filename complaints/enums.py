from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class FollowUpState(TextChoices):
    OPEN = "OPEN", _("open")
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
    OPEN = "OPEN", _("open")
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


class AlarmClock(TextChoices):
    """What a rung of a case is about: a deadline of CMP-4, or that it goes up at once (CMP-10)."""

    ACKNOWLEDGE = "ACKNOWLEDGE", _("acknowledge")
    ANSWER = "ANSWER", _("answer in substance")
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
    SHIPPED = "SHIPPED", _("the order has been shipped")
    NOT_SHIPPED = "NOT_SHIPPED", _("the order has not been shipped")
