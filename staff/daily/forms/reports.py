"""The form of a daily report, its rows, and what is kept of it while it is typed."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from staff.daily.enums import Figure, Reason
from staff.daily.models import DailyReport
from staff.daily.services.reports import Content, Unfinished
from staff.rulebook.forms import CountField, DayField

MOST = 99_999
MOST_ROWS = 30
LONGEST = 4000
FARTHEST = timedelta(days=730)
FIGURE, REASON, QUESTIONS, ORDERS = "figure-", "reason-", "questions", "orders"
TEXTS = ("learnt", "lost_note")
ROW = re.compile(rf"({QUESTIONS}|{ORDERS})-([0-9]{{1,2}})-([a-z_]{{1,20}})", re.ASCII)
Choices = Sequence[tuple[int, str]]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


def _line(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **attrs})


def _count(label: Any) -> CountField:  # noqa: ANN401 -- a lazy text
    attrs = {"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}
    return CountField(
        label=label, least=0, most=MOST, required=False, widget=forms.TextInput(attrs=attrs)
    )


class VersionField(CountField):
    """The version of a row as it was shown; 0 where there was none."""

    def __init__(self) -> None:
        super().__init__(least=0, most=10**9 - 1, widget=forms.HiddenInput)


class ReportForm(forms.Form):
    """Figures, reasons and words. `known` is what the portal knows of the figures."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = VersionField()
    learnt = PlainText(label=_("Learnt today"), max_length=LONGEST, required=False, widget=_area(3))
    lost_note = PlainText(
        label=_("Anything to add on the reasons"), max_length=500, required=False, widget=_line()
    )

    def __init__(self, *args: Any, known: Mapping[Figure, int], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **{"auto_id": "daily-%s", **kwargs})
        self.known = known
        for figure in Figure:
            self.fields[f"{FIGURE}{figure}"] = _count(figure.label)
        for reason in Reason:
            self.fields[f"{REASON}{reason}"] = _count(reason.label)

    @property
    def figures(self) -> list[tuple[Figure, forms.BoundField, int | None]]:
        return [(figure, self[f"{FIGURE}{figure}"], self.known.get(figure)) for figure in Figure]

    @property
    def reasons(self) -> list[forms.BoundField]:
        return [self[f"{REASON}{reason}"] for reason in Reason]

    @property
    def counts_reasons(self) -> bool:
        return any(field.value() or field.errors for field in self.reasons)

    def content(self, questions: Sequence[str], orders: Sequence[Unfinished]) -> Content:
        """Return what a valid form says; a figure left empty is the portal's own."""
        data = self.cleaned_data
        figures = dict(self.known)
        for figure in Figure:
            if data[f"{FIGURE}{figure}"] is not None:
                figures[figure] = data[f"{FIGURE}{figure}"]
        return Content(
            figures=figures,
            known=self.known,
            reasons={r: n for r in Reason if (n := data[f"{REASON}{r}"])},
            questions=questions,
            orders=orders,
            learnt=data["learnt"],
            lost_note=data["lost_note"],
        )


class QuestionForm(forms.Form):
    """A question; an empty line is left out."""

    text = PlainText(label=_("Question"), max_length=500, required=False, widget=_area(2))


class OrderForm(forms.Form):
    """An unfinished order; a row with nothing but a store is left out."""

    store = forms.TypedChoiceField(
        label=_("Store"), coerce=int, empty_value=None, required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    buyer = PlainText(
        label=_("Customer's platform name"), max_length=120, required=False, widget=_line()
    )
    order_number = PlainText(label=_("Order number"), max_length=64, required=False, widget=_line())
    bought_on = DayField(
        label=_("Bought on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    problem = PlainText(label=_("Problem"), max_length=300, required=False, widget=_line())
    asks = PlainText(
        label=_("What the buyer asks for"), max_length=150, required=False, widget=_line()
    )
    due_at = forms.DateTimeField(
        label=_("By when"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"
        ),
    )

    def __init__(self, *args: Any, stores: Choices, now: datetime, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["store"].choices = [("", "---------"), *stores]  # type: ignore[attr-defined]  # a ChoiceField
        self.now = now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = [name for name in self.fields if name != "store"]
        if not any(data.get(name) or name in self.errors for name in said):
            return data
        for name in self.fields:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("An unfinished order needs this."))
        self._look_at_time(data)
        return data

    def _look_at_time(self, data: Mapping[str, Any]) -> None:
        due_at, bought_on = data.get("due_at"), data.get("bought_on")
        if due_at and not self.now < due_at < self.now + FARTHEST:
            self.add_error("due_at", _("This moment must lie ahead, within two years."))
        if bought_on and bought_on > self.now.date() + timedelta(days=1):
            self.add_error("bought_on", _("This day is yet to come."))

    def unfinished(self) -> Unfinished | None:
        """Return the order of a valid form; None for an empty row."""
        data = self.cleaned_data
        if not data.get("order_number"):
            return None
        names = ("buyer", "order_number", "bought_on", "problem", "asks", "due_at")
        return Unfinished(store_id=data["store"], **{name: data[name] for name in names})


QuestionForms: "type[BaseFormSet[QuestionForm]]" = forms.formset_factory(
    QuestionForm, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)
OrderForms: "type[BaseFormSet[OrderForm]]" = forms.formset_factory(
    OrderForm, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


def draft_of(data: QueryDict, *, known: Mapping[Figure, int]) -> dict[str, str]:
    """Return what is worth keeping of a form that is being filled in, as it was typed.

    Figures that are the portal's own are left out, so that they go on following it.
    """
    found: dict[str, str] = {}
    for figure in Figure:
        typed = _kept(data, f"{FIGURE}{figure}")
        if typed is not None and typed != str(known.get(figure, "")):
            found[f"{FIGURE}{figure}"] = typed
    for name in (*(f"{REASON}{reason}" for reason in Reason), *TEXTS):
        if typed := _kept(data, name):
            found[name] = typed
    for name in data:
        if ROW.fullmatch(name) and (typed := _kept(data, name)):
            found[name] = typed
    return found


def _kept(data: QueryDict, name: str) -> str | None:
    text = data.get(name)
    if text is None:
        return None
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")[:LONGEST]


def initial_of(draft: Mapping[str, Any], *, known: Mapping[Figure, int]) -> dict[str, Any]:
    """Return the figures and words of a draft as the form shows them."""
    own = {f"{FIGURE}{figure}": count for figure, count in known.items()}
    return own | {name: text for name, text in draft.items() if not ROW.fullmatch(name)}


def rows_of(draft: Mapping[str, Any], kind: str) -> list[dict[str, str]]:
    """Return the rows of a kind that a draft holds, in order, without empty ones."""
    rows: dict[int, dict[str, str]] = {}
    for name, text in draft.items():
        found = ROW.fullmatch(name)
        if found and found[1] == kind and text:
            rows.setdefault(int(found[2]), {})[found[3]] = text
    said = [rows[place] for place in sorted(rows)]
    return [row for row in said if row.keys() - {"store"}][:MOST_ROWS]


def initial_of_filed(report: DailyReport) -> dict[str, Any]:
    """Return what a filed report says as the form shows it."""
    return {
        **{f"{FIGURE}{row.figure}": row.value for row in report.figures.all()},
        **{f"{REASON}{row.reason}": row.count for row in report.reasons.all()},
        "learnt": report.learnt,
        "lost_note": report.lost_note,
        "version": report.version,
    }


class AnswerForm(forms.Form):
    """The answer of a question; empty opens it again."""

    version = VersionField()
    answer = PlainText(label=_("Answer"), max_length=LONGEST, required=False, widget=_area(4))


class HeadForm(forms.Form):
    """Which page asks, and what it has read; all that saving while typing insists on."""

    form_key = forms.UUIDField()
    version = VersionField()
