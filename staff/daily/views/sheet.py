"""The form of a report with its rows, and what its pages show around it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from portal import submissions
from portal.servicetime import Timetable
from staff.daily import policies, texts
from staff.daily.enums import Figure
from staff.daily.forms import reports as forms
from staff.daily.models import DailyReport
from staff.daily.queries import known
from staff.daily.queries.places import Place
from staff.daily.services import reports as services
from staff.people.enums import Post
from staff.people.http import StaffRequest
from staff.people.models import Store


def shift_name(place: Place) -> str:
    """Return the name of the shift in the active language; empty without one."""
    if place.shift_type is None:
        return ""
    chinese = (get_language() or "").startswith("zh")
    return place.shift_type.name_zh if chinese else place.shift_type.name_en


def badge(report: DailyReport | None, place: Place, *, now: datetime) -> texts.Badge:
    return texts.report_badge(
        filed=report is not None and report.filed_at is not None,
        late_minutes=report.late_minutes if report else 0,
        due_at=report.due_at if report and report.filed_at else place.due_at,
        now=now,
        begun=report is not None,
    )


def is_open(place: Place, desk: Timetable, *, now: datetime) -> bool:
    today = desk.service_day(now)
    return policies.may_write(day=place.day, today=today, starts_at=place.starts_at, now=now)


def _stores(request: StaffRequest) -> list[tuple[int, str]]:
    """Return the stores, those of one's team first: anybody may take an order (ORG-5)."""
    served = request.scope.store_ids
    rows = Store.objects.visible_to(request.scope).filter(is_open=True).values_list("pk", "name")
    return sorted(rows, key=lambda row: (row[0] not in served, row[1]))


def known_to(request: StaffRequest, day: date) -> dict[Figure, int]:
    return known.figures_of([request.person.pk], day=day)[request.person.pk]


class Sheet:
    """The form of a report with its rows, empty, as a draft has it, or as it was sent."""

    def __init__(self, request: StaffRequest, day: date, *, now: datetime) -> None:
        self.request, self.day, self.now = request, day, now
        self.known = known_to(request, day)
        self.row_options = {"stores": _stores(request), "now": now}

    def show(self, initial: dict[str, Any], draft: dict[str, Any]) -> None:
        first = {"form_key": submissions.new_key(), "version": 0, **initial}
        self.form = forms.ReportForm(known=self.known, initial=first)
        self.questions = forms.QuestionForms(
            prefix=forms.QUESTIONS, initial=forms.rows_of(draft, forms.QUESTIONS)
        )
        self.orders = forms.OrderForms(
            prefix=forms.ORDERS,
            initial=forms.rows_of(draft, forms.ORDERS),
            form_kwargs=self.row_options,
        )

    def read(self) -> bool:
        """Take what was sent; returns whether all of it is in order."""
        data = self.request.POST
        self.form = forms.ReportForm(data, known=self.known)
        self.questions = forms.QuestionForms(data, prefix=forms.QUESTIONS)
        self.orders = forms.OrderForms(data, prefix=forms.ORDERS, form_kwargs=self.row_options)
        return all([self.form.is_valid(), self.questions.is_valid(), self.orders.is_valid()])

    def content(self) -> services.Content:
        texts_asked = [form.cleaned_data.get("text", "") for form in self.questions.forms]
        orders = [form.unfinished() for form in self.orders.forms]
        return self.form.content(
            [text for text in texts_asked if text], [order for order in orders if order]
        )

    def stand_at(self, version: int) -> None:
        """Let the next sending take what stands there now."""
        data = self.request.POST.copy()
        data["version"], data["form_key"] = str(version), submissions.new_key()
        self.form.data = data


def fields_of(sheet: Sheet, *, post: str) -> dict[str, Any]:
    defined = known.definitions()
    return {
        "form": sheet.form,
        "sells": post == Post.PRESALE,
        "figures": [
            (figure, field, count, defined.get(figure, ""))
            for figure, field, count in sheet.form.figures
        ],
        "questions": sheet.questions,
        "orders": sheet.orders,
        "has_errors": _has_errors([sheet.form, *sheet.questions.forms, *sheet.orders.forms])
        or bool(sheet.questions.is_bound and sheet.questions.non_form_errors())
        or bool(sheet.orders.is_bound and sheet.orders.non_form_errors()),
    }


def _has_errors(some: Sequence[Any]) -> bool:
    return any(form.is_bound and form.errors for form in some)
