"""Forms of surveys: building one, asking customers, and the sheet that customers fill in."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.enums import QuestionKind
from feedback.filters import SENSIBLE
from feedback.forms.desk import NONE, Pairs
from feedback.models import Question
from feedback.models.surveys import LONGEST_LINK, MOST_PER_PERSON
from feedback.policies import surveys as policies
from feedback.queries import surveys as queries
from feedback.services.surveys import QuestionFacts, SurveyFacts
from portal.forms import PlainText

MOST_OPTIONS, LONGEST_OPTION = 12, 60
MOST_LINKS = 200
MOST_PLACE = 99
HONEYPOT = "website"


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, validators=SENSIBLE, widget=widget)


def _area(label: Any, *, most: int, rows: int, hint: Any = "") -> PlainText:  # noqa: ANN401 -- lazy texts
    widget = forms.Textarea(attrs={"rows": rows})
    return PlainText(label=label, max_length=most, required=False, widget=widget, help_text=hint)


class SurveyForm(forms.Form):
    """A survey without its questions; a new one has version 0."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    store = forms.TypedChoiceField(label=gettext_lazy("Store"), coerce=int, empty_value=None)
    title_zh = PlainText(label=gettext_lazy("Title in Chinese"), max_length=80)
    title_en = PlainText(label=gettext_lazy("Title in English"), max_length=80)
    intro_zh = _area(gettext_lazy("Introduction in Chinese"), most=600, rows=2)
    intro_en = _area(gettext_lazy("Introduction in English"), most=600, rows=2)
    opens_on = _day(gettext_lazy("Open from"))
    closes_on = _day(gettext_lazy("Open until"))
    is_public = forms.BooleanField(
        label=gettext_lazy("Has a public link and a QR code"),
        required=False,
        help_text=gettext_lazy("Whoever has the link may answer; for parcels and signs."),
    )
    per_person = forms.IntegerField(
        label=gettext_lazy("Answers of one person at most"),
        min_value=1,
        max_value=MOST_PER_PERSON,
        help_text=gettext_lazy("A customer with personal links, or a browser on the public link."),
    )
    link_days = forms.IntegerField(
        label=gettext_lazy("A personal link works for (days)"), min_value=1, max_value=LONGEST_LINK
    )
    remind_days = forms.IntegerField(
        label=gettext_lazy("Remind after (days)"),
        required=False,
        min_value=1,
        max_value=LONGEST_LINK,
        help_text=gettext_lazy("Whoever invited is told whose answer is missing. Empty: never."),
    )

    is_after_case = forms.BooleanField(
        label=gettext_lazy("Goes out by itself after each case of the store that closes"),
        required=False,
        help_text=gettext_lazy(
            "By e-mail where the customer wrote one; else the owner of the case is given the link "
            "to send. A low first score reopens the case once."
        ),
    )
    rest_days = forms.IntegerField(
        label=gettext_lazy("... and leaves a customer alone for (days)"),
        min_value=1,
        max_value=LONGEST_LINK,
        help_text=gettext_lazy(
            "Within these days a customer is asked as often as one person may answer at most."
        ),
    )

    def __init__(self, *args: Any, stores: Pairs, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["store"].choices = [NONE, *stores]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("A survey closes on its first day or later."))
        if (data.get("remind_days") or 0) >= data.get("link_days", LONGEST_LINK + 1):
            self.add_error("remind_days", _("By then the link does not work any more."))
        return data

    def facts(self) -> SurveyFacts:
        data = self.cleaned_data
        names = ("title_zh", "title_en", "intro_zh", "intro_en", "opens_on", "closes_on",
                 "is_public", "per_person", "link_days", "remind_days", "is_after_case",
                 "rest_days")  # fmt: skip
        return SurveyFacts(store_id=data["store"], **{name: data[name] for name in names})


class QuestionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    position = forms.IntegerField(
        label=gettext_lazy("Place"), min_value=1, max_value=MOST_PLACE,
        help_text=gettext_lazy("Questions are asked in this order."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Answered by"), choices=QuestionKind.choices)
    text_zh = PlainText(label=gettext_lazy("Question in Chinese"), max_length=200)
    text_en = PlainText(label=gettext_lazy("Question in English"), max_length=200)
    options_zh = _area(
        gettext_lazy("Choices in Chinese"), most=1000, rows=3,
        hint=gettext_lazy("One on each line; only for one of several."),
    )  # fmt: skip
    options_en = _area(
        gettext_lazy("Choices in English"), most=1000, rows=3,
        hint=gettext_lazy("In the same order."),
    )  # fmt: skip
    is_required = forms.BooleanField(label=gettext_lazy("must be answered"), required=False)
    after = forms.TypedChoiceField(
        label=gettext_lazy("Only after the answer to"), required=False, coerce=int,
        empty_value=None,
    )  # fmt: skip
    low = forms.IntegerField(
        label=gettext_lazy("... of at least"), required=False, min_value=0, max_value=MOST_OPTIONS,
        help_text=gettext_lazy("A score, or the number of a choice."),
    )  # fmt: skip
    high = forms.IntegerField(
        label=gettext_lazy("... and at most"), required=False, min_value=0, max_value=MOST_OPTIONS
    )

    def __init__(self, *args: Any, earlier: Pairs, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["after"].choices = [NONE, *earlier]  # type: ignore[attr-defined]  # a choice field

    def clean_options_zh(self) -> str:
        return self._lines("options_zh")

    def clean_options_en(self) -> str:
        return self._lines("options_en")

    def _lines(self, name: str) -> str:
        lines = [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]
        if len(lines) > MOST_OPTIONS:
            raise forms.ValidationError(
                _("At most %(most)d choices.") % {"most": MOST_OPTIONS}, code="many"
            )
        if any(len(line) > LONGEST_OPTION for line in lines):
            raise forms.ValidationError(
                _("A choice has at most %(most)d characters.") % {"most": LONGEST_OPTION},
                code="long",
            )
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") != QuestionKind.CHOICE:
            data["options_zh"] = data["options_en"] = ""
        elif not self.errors.keys() & {"options_zh", "options_en"}:
            self._check_options(data["options_zh"], data["options_en"])
        self._check_condition(data)
        return data

    def _check_options(self, chinese: str, english: str) -> None:
        if len(chinese.splitlines()) < 2:  # noqa: PLR2004 -- one is no choice
            self.add_error("options_zh", _("A choice needs at least two lines."))
        elif len(chinese.splitlines()) != len(english.splitlines()):
            self.add_error("options_en", _("Both languages need the same number of choices."))

    def _check_condition(self, data: dict[str, Any]) -> None:
        if data.get("after") is None:
            data["low"] = data["high"] = None
            return
        for name in ("low", "high"):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, _("A condition needs both ends."))
        if not self.errors and data["high"] < data["low"]:
            self.add_error("high", _("The upper end lies below the lower one."))

    def facts(self) -> QuestionFacts:
        data = self.cleaned_data
        names = ("position", "kind", "text_zh", "text_en", "options_zh", "options_en",
                 "is_required", "low", "high")  # fmt: skip
        return QuestionFacts(after_id=data["after"], **{name: data[name] for name in names})


class InviteForm(forms.Form):
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    orders = _area(
        gettext_lazy("Order numbers"), most=20_000, rows=5,
        hint=gettext_lazy("One on each line. Each gets a link; the answer belongs to the order."),
    )  # fmt: skip
    nameless = forms.IntegerField(
        label=gettext_lazy("Further links that name nobody"), required=False, min_value=0,
        max_value=MOST_LINKS,
    )  # fmt: skip
    agent = forms.TypedChoiceField(
        label=gettext_lazy("Asked about the service of"), required=False, coerce=int,
        empty_value=None,
    )  # fmt: skip

    def __init__(self, *args: Any, people: Pairs, **options: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **options)
        self.fields["agent"].choices = [NONE, *people]  # type: ignore[attr-defined]  # a choice field

    def clean_orders(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["orders"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        count = len(data.get("orders", [])) + (data.get("nameless") or 0)
        if not self.errors and not count:
            self.add_error("orders", _("Name at least one order, or ask for further links."))
        if count > MOST_LINKS:
            self.add_error("orders", _("At most %(most)d links at once.") % {"most": MOST_LINKS})
        return data


@dataclass(frozen=True, kw_only=True)
class Row:
    """A question as the page shows it."""

    question: Question
    field: forms.BoundField
    value: str
    ends: tuple[str, str]
    condition: str
    """`question low high` for the script that hides what is not asked."""


def _ends(kind: str) -> tuple[str, str]:
    return {
        QuestionKind.SCORE: (_("very dissatisfied"), _("very satisfied")),
        QuestionKind.NPS: (_("not likely at all"), _("very likely")),
        QuestionKind.CES: (_("very difficult"), _("very easy")),
    }.get(QuestionKind(kind), ("", ""))


class AnswerSheet(forms.Form):
    """What a customer fills in. A robot also fills in the field that people do not see."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, questions: Sequence[Question]) -> None:  # noqa: ANN401 -- as Form takes it
        super().__init__(data, auto_id="%s")
        self.questions = questions
        for one in questions:
            self.fields[f"q{one.pk}"] = self._field(one)

    def _field(self, question: Question) -> forms.Field:
        scale = policies.scale_of(queries.asked(question))
        if scale is None:
            return PlainText(
                label=question.text, required=False, max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2000}),
            )  # fmt: skip
        values = range(scale[0], scale[1] + 1)
        labels = (
            question.options if question.kind == QuestionKind.CHOICE else list(map(str, values))
        )
        return forms.TypedChoiceField(
            label=question.text, required=False, coerce=int, empty_value=None,
            choices=list(zip(map(str, values), labels, strict=False)), widget=forms.RadioSelect,
        )  # fmt: skip

    @property
    def is_robot(self) -> bool:
        return bool(self.data.get(HONEYPOT, "").strip())

    @property
    def key(self) -> str:
        """Return the key that was sent, or a fresh one."""
        sent = None if self.errors.get("form_key") else self.data.get("form_key")
        return str(sent or uuid.uuid4())

    def rows(self) -> list[Row]:
        return [
            Row(
                question=one,
                field=self[f"q{one.pk}"],
                value=str(self.data.get(f"q{one.pk}", "")),
                ends=_ends(one.kind),
                condition=f"q{one.after_id} {one.low} {one.high}" if one.after_id else "",
            )
            for one in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = {one.pk: data.get(f"q{one.pk}") for one in self.questions}
        values = {key: value for key, value in given.items() if isinstance(value, int)}
        asked = policies.shown([queries.asked(one) for one in self.questions], values)
        keys = {one.key for one in asked}
        for one in asked:
            if (
                one.is_required
                and given[one.key] in (None, "")
                and f"q{one.key}" not in self.errors
            ):
                self.add_error(f"q{one.key}", _("Please answer this question."))
        self.values = {key: value for key, value in values.items() if key in keys}
        self.texts = {
            key: value for key, value in given.items() if isinstance(value, str) and value
            if key in keys
        }  # fmt: skip
        if not self.errors and not self.values and not self.texts:
            self.add_error(None, _("Please answer at least one question."))
        return data
