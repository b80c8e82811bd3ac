from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import Customer, Order
from feedback.enums import QuestionKind, SurveyState
from feedback.models.items import Item
from feedback.querysets import InvitationQuerySet, ResponseQuerySet, SurveyQuerySet
from portal.enums import Language
from staff.people.models import Person, Store

MOST_PER_PERSON = 20
LONGEST_LINK = 365


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


class Survey(models.Model):
    """Questions that customers of a store answer without an account (FBK-1).

    `public_key` stands in the public link and its QR code and is no secret. `per_person` limits
    the answers of one customer, or of one browser on the public link. A survey with
    `after_case_since` goes by itself to the customers of cases that close from then on; it asks
    one customer `per_person` times in `rest_days` at most.
    """

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="surveys", verbose_name=_("store")
    )
    title_zh = models.CharField(_("title in Chinese"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=80)
    intro_zh = models.TextField(_("introduction in Chinese"), max_length=600, blank=True)
    intro_en = models.TextField(_("introduction in English"), max_length=600, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=SurveyState.choices, default=SurveyState.DRAFT
    )
    opens_on = models.DateField(_("open from"), null=True, blank=True)
    closes_on = models.DateField(_("open until"), null=True, blank=True)
    is_public = models.BooleanField(_("has a public link"), default=False)
    public_key = models.CharField(max_length=22, unique=True, editable=False)
    per_person = models.PositiveSmallIntegerField(
        _("answers of one person at most"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_PERSON)],
    )
    link_days = models.PositiveSmallIntegerField(
        _("a personal link works for (days)"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LINK)],
    )
    remind_days = models.PositiveSmallIntegerField(
        _("reminder after (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LINK)],
    )
    after_case_since = models.DateTimeField(
        _("sent after cases since"), null=True, blank=True, editable=False
    )
    rest_days = models.PositiveSmallIntegerField(
        _("a customer is left alone for (days)"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LINK)],
    )
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("made at"))
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="survey_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(per_person__gte=1, per_person__lte=MOST_PER_PERSON)
                & Q(link_days__gte=1, link_days__lte=LONGEST_LINK)
                & Q(rest_days__gte=1, rest_days__lte=LONGEST_LINK)
                & (Q(remind_days=None) | Q(remind_days__gte=1, remind_days__lte=LONGEST_LINK)),
                name="survey_numbers_sensible",
            ),
        ]
        indexes = [models.Index(fields=["-made_at", "-id"], name="survey_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def title(self) -> str:
        """Return the title in the active language."""
        return self.title_zh if _in_chinese() else self.title_en

    @property
    def intro(self) -> str:
        return self.intro_zh if _in_chinese() else self.intro_en


class Question(models.Model):
    """A question; asked only if the earlier one `after` was answered from `low` to `high`.

    The value of a choice is its place in the lines, from 1.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, db_index=False, related_name="questions")
    position = models.PositiveSmallIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind.choices)
    text_zh = models.CharField(_("question in Chinese"), max_length=200)
    text_en = models.CharField(_("question in English"), max_length=200)
    options_zh = models.TextField(_("choices in Chinese"), max_length=1000, blank=True)
    options_en = models.TextField(_("choices in English"), max_length=1000, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    after = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only after"),
    )
    low = models.PositiveSmallIntegerField(pgettext_lazy("scale", "from"), null=True, blank=True)
    high = models.PositiveSmallIntegerField(pgettext_lazy("scale", "to"), null=True, blank=True)

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(after=None, low=None, high=None)
                | Q(after__isnull=False, low__isnull=False, high__gte=F("low")),
                name="question_condition_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="CHOICE") & ~Q(options_zh="") & ~Q(options_en="")
                | ~Q(kind="CHOICE") & Q(options_zh="", options_en=""),
                name="question_choices_of_a_choice",
            ),
        ]
        indexes = [models.Index(fields=["survey", "position", "id"], name="question_in_order")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def text(self) -> str:
        """Return the question in the active language."""
        return self.text_zh if _in_chinese() else self.text_en

    @property
    def options(self) -> list[str]:
        return (self.options_zh if _in_chinese() else self.options_en).splitlines()


class Invitation(models.Model):
    """Somebody is asked by a personal link, which works once and for some days.

    `remind_at` is when whoever invited is told that the answer is missing.
    """

    survey = models.ForeignKey(
        Survey, models.PROTECT, db_index=False, related_name="invitations", verbose_name=_("survey")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="+", verbose_name=_("customer")
    )
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, related_name="+", verbose_name=_("order")
    )
    agent = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("agent asked about")
    )
    made_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    made_at = models.DateTimeField(_("invited at"))
    service_day = models.DateField(_("service day"))
    expires_at = models.DateTimeField(_("works until"))
    remind_at = models.DateTimeField(_("reminder due"), null=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["survey", "-made_at", "-id"], name="invitation_of_survey"),
            models.Index(fields=["service_day"], name="invitation_day"),
            models.Index(
                fields=["remind_at"],
                condition=Q(reminded_at=None, answered_at=None, remind_at__isnull=False),
                name="invitation_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PersonalLink(models.Model):
    """A link of an invitation; the link itself is known to its receiver only.

    A reminder brings a second link for the same single answer.
    """

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")

    def __str__(self) -> str:
        return f"{self.pk}"


class Response(models.Model):
    """What one customer sent: by invitation once, or as a browser's n-th on the public link."""

    survey = models.ForeignKey(Survey, models.PROTECT, db_index=False, related_name="responses")
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, null=True, related_name="response"
    )
    visitor = models.CharField(max_length=40, blank=True, editable=False)
    turn = models.PositiveSmallIntegerField(default=1, editable=False)
    form_key = models.UUIDField(unique=True, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices)
    at = models.DateTimeField(_("answered at"))
    item = models.OneToOneField(Item, models.PROTECT, related_name="response")
    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response to a survey")
        verbose_name_plural = _("responses to surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "visitor", "turn"],
                condition=~Q(visitor=""),
                name="response_turn_once",
            ),
            models.CheckConstraint(
                condition=Q(invitation=None) & ~Q(visitor="")
                | Q(invitation__isnull=False, visitor=""),
                name="response_by_one_way",
            ),
        ]
        indexes = [models.Index(fields=["survey", "-at", "-id"], name="response_of_survey")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Answer(models.Model):
    """The answer to one question: a value on its scale, or a text."""

    response = models.ForeignKey(Response, models.CASCADE, db_index=False, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.PositiveSmallIntegerField(_("value"), null=True)
    text = models.TextField(_("text"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, text="") | Q(value=None) & ~Q(text=""),
                name="answer_value_or_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
