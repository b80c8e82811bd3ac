from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChannelState(TextChoices):
    ACTIVE = "ACTIVE", _("active")
    PAUSED = "PAUSED", _("paused")


class ItemKind(TextChoices):
    """What an item is (FBK-2)."""

    PRAISE = "PRAISE", pgettext_lazy("kind of feedback", "praise")
    SUGGESTION = "SUGGESTION", _("suggestion")
    QUESTION = "QUESTION", pgettext_lazy("feedback", "question")
    COMPLAINT = "COMPLAINT", _("complaint")
    SPAM = "SPAM", _("spam")


class ItemState(TextChoices):
    UNREAD = "UNREAD", _("unread")
    TRIAGED = "TRIAGED", _("triaged")
    DONE = "DONE", _("done")


class AlarmStage(TextChoices):
    """Who hears of negative reviews without an answer (FBK-3), in the order of time."""

    LEAD = "LEAD", _("to the lead")
    DEPUTY = "DEPUTY", _("to the deputy")
    SUPERVISOR = "SUPERVISOR", _("to the supervisor")


class Gauge(TextChoices):
    """What an improvement action is measured by (FBK-4)."""

    MEAN_RATING = "MEAN_RATING", _("mean rating")
    NEGATIVE_SHARE = "NEGATIVE_SHARE", _("share of negative ratings")
    ITEMS = "ITEMS", _("number of items")


class ActionState(TextChoices):
    OPEN = "OPEN", pgettext_lazy("improvement action", "open")
    DONE = "DONE", _("done")
    DROPPED = "DROPPED", _("dropped")


class QuestionKind(TextChoices):
    """How a question of a survey is answered (FBK-5)."""

    SCORE = "SCORE", _("satisfaction, 1 to 5")
    STARS = "STARS", _("stars, 1 to 5")
    NPS = "NPS", _("recommendation, 0 to 10")
    CES = "CES", _("effort, 1 to 7")
    CHOICE = "CHOICE", _("one of several")
    TEXT = "TEXT", _("free text")


class SurveyState(TextChoices):
    DRAFT = "DRAFT", _("draft")
    OPEN = "OPEN", pgettext_lazy("survey", "open")
    ENDED = "ENDED", _("ended")


class AfterWay(TextChoices):
    """How the link of a survey after a case reaches the customer (FBK-1)."""

    MAIL = "MAIL", _("by e-mail")
    CHAT = "CHAT", _("by the platform's chat, sent by the owner of the case")
    LEFT_OUT = "LEFT", _("not asked: asked often enough of late")


class CallAfter(TextChoices):
    """What a phone call comes after (FBK-1)."""

    CASE = "CASE", _("a case was closed")
    ORDER = "ORDER", _("an order was shipped")


class CallState(TextChoices):
    WAITING = "WAITING", pgettext_lazy("phone call", "to be made")
    REACHED = "REACHED", pgettext_lazy("phone call", "reached")
    REFUSED = "REFUSED", _("does not want to talk")
    NOT_REACHED = "MISSED", pgettext_lazy("phone call", "not reached")
    LEFT_OUT = "LEFT", _("left alone: called often enough of late")


class CallOutcome(TextChoices):
    """How one attempt to reach a customer by phone went."""

    REACHED = "REACHED", pgettext_lazy("phone call", "reached")
    NO_ANSWER = "NO_ANSWER", pgettext_lazy("phone call", "no answer")
    LATER = "LATER", _("asks to be called later")
    REFUSED = "REFUSED", _("does not want to talk")
    WRONG = "WRONG", _("wrong number")


class ReplyWay(TextChoices):
    """How an answer reached the customer."""

    RECORDED = "RECORDED", _("given elsewhere, written down here")
    MAIL = "MAIL", _("by e-mail")
    HOOK = "HOOK", _("by the chat system")
