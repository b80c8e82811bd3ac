"""Statements of a month: one's own, those of the people below, on the page and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import audit, paper
from portal.money import display_yuan
from portal.period import Month, NotAMonth
from staff.incentives import access
from staff.incentives.enums import DisputeState, MonthState
from staff.incentives.forms import statements as forms
from staff.incentives.models import Confirmation, Dispute, Settlement
from staff.incentives.policies.values import BASE
from staff.incentives.queries import statements as queries
from staff.incentives.queries.statements import Opened, Statement, StatementLine
from staff.incentives.queries.sums import sums_of
from staff.incentives.services import disputes, looking
from staff.incentives.texts import settlement as refusals
from staff.incentives.texts import statements as texts
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Person

PAGE_SIZE = 50


def month_of(text: str) -> Month | None:
    """Return the month of an address, None where it names none."""
    try:
        return Month.parse(text)
    except NotAMonth:
        return None


@dataclass(frozen=True)
class ShownLine:
    """A line as its row shows it; `disputed` is its latest dispute."""

    row: StatementLine
    name: str
    words: str
    quantity: str
    amount: str
    facts: list[texts.Fact]
    disputed: Dispute | None
    badge: texts.Badge | None
    can_dispute: bool


def _lines(opened: Opened, rows: Iterable[StatementLine], *, is_own: bool) -> list[ShownLine]:
    now = timezone.now()
    return [_line(opened, row, is_own=is_own, now=now) for row in rows]


def _line(opened: Opened, row: StatementLine, *, is_own: bool, now: Any) -> ShownLine:  # noqa: ANN401 -- a moment
    found = opened.dispute_of(row)
    open_until = opened.disputable_until
    is_waiting = found is not None and found.state == DisputeState.OPEN
    in_time = opened.statement is not None and opened.statement.state != MonthState.CLOSED
    if open_until is not None:
        in_time = in_time and now < open_until
    return ShownLine(
        row=row,
        name=texts.name_of(row.line.rule),
        words=texts.rule_in_words(row.line.rule),
        quantity=texts.quantity_of(row.line),
        amount=texts.amount(row.line.amount),
        facts=texts.facts_of(row, opened.statement.number if opened.statement else ""),
        disputed=found,
        badge=texts.dispute_badge(found.state) if found else None,
        can_dispute=is_own and in_time and row.nth is not None and not is_waiting,
    )


def _beside(opened: Opened) -> list[tuple[str, str, str]]:
    """What differs from the month before, by rule: name, rule, difference."""
    if opened.statement is None or opened.before is None:
        return []
    changed = texts.difference(opened.statement.payroll, opened.before.payroll)
    base = opened.statement.base - opened.before.base
    rows = [(texts.name_of(rule), rule, texts.amount(fen)) for rule, fen in changed.items()]
    first = [(texts.name_of(BASE), BASE, texts.amount(base))] if base else []
    return [*first, *rows]


def _context(request: StaffRequest, opened: Opened, *, is_own: bool) -> dict[str, Any]:
    statement = opened.statement
    earlier = [month for month in opened.months if month < opened.month]
    later = [month for month in opened.months if month > opened.month]
    context: dict[str, Any] = {
        "is_own": is_own,
        "opened": opened,
        "statement": statement,
        "month_name": date_format(opened.month.first_day, "YEAR_MONTH_FORMAT"),
        "previous_url": f"?month={earlier[0]}" if earlier else "",
        "next_url": f"?month={later[-1]}" if later else "",
        "pdf": paper.available(),
        **tabs(request, "mine" if is_own else "people"),
    }
    if statement is None:
        return context
    may_confirm = is_own and statement.state == MonthState.PUBLISHED and not opened.confirmed_at
    return context | {
        "badge": texts.month_badge(statement.state),
        "is_disputable": opened.disputable_until is not None
        and timezone.now() < opened.disputable_until,
        "base": display_yuan(statement.base),
        "total": display_yuan(statement.total),
        "before": display_yuan(opened.before.total) if opened.before else "",
        "difference": texts.amount(statement.total - opened.before.total) if opened.before else "",
        "beside": _beside(opened),
        "wage": display_yuan(statement.wage),
        "payroll": _lines(opened, statement.payroll, is_own=is_own),
        "packets": _lines(opened, statement.red_packets, is_own=is_own),
        "owed": display_yuan(statement.owed),
        "paid": display_yuan(statement.paid),
        "flags": [texts.FLAGS[flag] for flag in statement.flags],
        "is_much": statement.is_much,
        "may_confirm": may_confirm,
    }


@require_GET
def mine(request: StaffRequest) -> HttpResponse:
    """One's own statement; without a month in the address the newest."""
    opened = _own(request, month_of(request.GET.get("month", "")))
    return render(request, "staff/pay/statement.html", _context(request, opened, is_own=True))


def _own(request: StaffRequest, month: Month | None) -> Opened:
    """One's own statement without looking the person up, who is known by the scope."""
    if request.scope.person_id is None:
        raise Http404
    return queries.opened(request.scope.person_id, month)


def _me(request: StaffRequest) -> Person:
    """Return who asks; whoever is no person of the department finds nothing here."""
    me = request.person
    me.pk  # noqa: B018 -- looks the person up
    return me


def _someone(request: StaffRequest, number: str) -> Person:
    someone = get_object_or_404(Person.objects.visible_to(request.scope), number=number)
    if not access.can_see(request.scope, someone.pk):
        raise Http404
    return someone


def _note_seen(request: StaffRequest, opened: Opened, someone: Person) -> None:
    if opened.statement is not None and opened.settlement is not None:
        looking.look(opened.settlement, person=someone, actor=request.user, now=timezone.now())


@require_GET
def person(request: StaffRequest, number: str) -> HttpResponse:
    """The statement of somebody below."""
    someone = _someone(request, number)
    opened = queries.opened(someone.pk, month_of(request.GET.get("month", "")))
    _note_seen(request, opened, someone)
    context = _context(request, opened, is_own=someone.pk == request.scope.person_id)
    context["someone"] = someone
    return render(request, "staff/pay/statement.html", context)


@require_GET
def pdf(request: StaffRequest, number: str) -> HttpResponse:
    """A statement on paper; the name of the file does not tell whose."""
    someone = request.person if number == request.person.number else _someone(request, number)
    opened = queries.opened(someone.pk, month_of(request.GET.get("month", "")))
    if opened.statement is None or not paper.available():
        raise Http404
    _note_seen(request, opened, someone)
    content = paper.draw(_paper(opened, opened.statement))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="statement-{opened.month}.pdf"'
    return response


def _paper(opened: Opened, statement: Statement) -> paper.Paper:
    month = date_format(opened.month.first_day, "YEAR_MONTH_FORMAT")
    state = texts.month_badge(statement.state).label
    return paper.Paper(
        title=_("Statement of %(month)s") % {"month": month},
        subtitle=f"{statement.number} {statement.name} · {state}",
        parts=[
            paper.Heading(_("Payroll")),
            _table(
                statement.payroll,
                first=[("", texts.name_of(BASE), "", display_yuan(statement.base))],
                total=["", _("Paid out"), "", display_yuan(statement.total)],
            ),
            paper.Heading(_("Red packets")),
            _table(
                statement.red_packets,
                total=["", _("Owed"), "", display_yuan(statement.owed)],
            ),
            paper.Paragraph(
                _("Red packets are settled in the team group and are no part of the payroll."),
                small=True,
            ),
            paper.Paragraph("\n".join(str(texts.FLAGS[flag]) for flag in statement.flags)),
        ],
        made_at=timezone.now(),
    )


def _table(
    rows: Iterable[StatementLine],
    *,
    total: list[str],
    first: Iterable[tuple[str, str, str, str]] = (),
) -> paper.Table:
    cells = [
        (
            f"{row.line.day:%Y-%m-%d}",
            f"{row.line.rule} {texts.name_of(row.line.rule)}",
            texts.quantity_of(row.line),
            texts.amount(row.line.amount),
        )
        for row in rows
    ]
    return paper.Table(
        headings=(_("Date"), _("Rule"), _("Quantity"), _("Amount (yuan)")),
        rows=[*first, *cells],
        widths=(3, 7, 3, 3),
        numbers=frozenset({3}),
        total=total,
    )


@require_http_methods(["GET", "POST"])
def dispute(request: StaffRequest) -> HttpResponse:
    """Object to a line of one's own statement."""
    me = _me(request)
    data = request.POST if request.method == "POST" else request.GET
    given = {name: data.get(name, "") for name in forms.DisputeForm.base_fields}
    form = (
        forms.DisputeForm(given) if request.method == "POST" else forms.DisputeForm(initial=given)
    )
    month = month_of(given["month"])
    if month is None:
        raise Http404
    back = f"{reverse('staff:pay')}?month={month}"
    if request.method == "POST" and form.is_valid():
        try:
            disputes.dispute(
                month,
                person=me,
                line=form.line,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except refusals.REFUSALS as refused:
            messages.error(request, refusals.refusal(refused, month))
        else:
            messages.success(request, _("The line is disputed. You are told when it is answered."))
        return redirect(back)
    context = {
        "form": form,
        "back": back,
        "name": texts.name_of(given["rule"]),
        "words": texts.rule_in_words(given["rule"]),
        **tabs(request, "mine"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "staff/pay/dispute_form.html", context, status=status)


@require_POST
def confirm(request: StaffRequest) -> HttpResponse:
    """Confirm one's own published statement."""
    me = _me(request)
    month = month_of(request.POST.get("month", ""))
    if month is None:
        raise Http404
    try:
        disputes.confirm(month, person=me, now=timezone.now())
    except refusals.REFUSALS as refused:
        messages.error(request, refusals.refusal(refused, month))
    else:
        messages.success(request, _("You have confirmed your statement."))
    return redirect(f"{reverse('staff:pay')}?month={month}")


@dataclass(frozen=True)
class ShownStatement:
    """A statement as the list shows it."""

    statement: Statement
    total: str
    owed: str
    flags: list[Any]
    disputes: int
    is_confirmed: bool


@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """The statements of a month that one may see, with their sum over three and more (INC-8)."""
    if not access.may_settle(request.scope):
        raise PermissionDenied
    months = [Month.of(day) for day in _settled_months()]
    month = month_of(request.GET.get("month", "")) or (months[0] if months else None)
    settlement = Settlement.objects.filter(month=month.first_day).first() if month else None
    form = forms.StatementFilter(request.GET)
    rows = _fitting(request, settlement, form.wanted) if settlement else []
    page = page_of(request.GET)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    keep = {"month": str(month)} if month else {}
    if settlement is not None and shown:
        audit.record(
            actor=request.user, verb="statement.seen", target=settlement, at=timezone.now(),
            after={"people": [row.statement.number for row in shown]},
        )  # fmt: skip
    context = {
        "form": form,
        "months": months,
        "month": month,
        "settlement": settlement,
        "badge": texts.month_badge(settlement.state) if settlement else None,
        "rows": shown,
        "count": len(rows),
        "sums": _sums(rows),
        "hidden": bool(rows) and _sums(rows) is None,
        "prev": f"?{form.query(page=str(page - 1), **keep)}" if page > 1 else "",
        "next": f"?{form.query(page=str(page + 1), **keep)}"
        if len(rows) > page * PAGE_SIZE
        else "",
        **tabs(request, "people"),
    }
    return render(request, "staff/pay/people.html", context)


def _settled_months() -> list[Any]:
    return list(Settlement.objects.order_by("-month").values_list("month", flat=True))


def _fitting(
    request: StaffRequest, settlement: Settlement, wanted: dict[str, str]
) -> list[ShownStatement]:
    found = queries.seen_by(request.scope, settlement)
    ids = [statement.person_id for statement in found]
    waiting: dict[int, int] = {}
    open_ones = Dispute.objects.open().filter(settlement=settlement, person_id__in=ids)
    for pk in open_ones.values_list("person_id", flat=True):
        waiting[pk] = waiting.get(pk, 0) + 1
    confirmed = set(
        Confirmation.objects.filter(settlement=settlement, person_id__in=ids).values_list(
            "person_id", flat=True
        )
    )
    rows = [
        ShownStatement(
            statement=statement,
            total=display_yuan(statement.total),
            owed=display_yuan(statement.owed),
            flags=[texts.FLAGS[flag] for flag in statement.flags],
            disputes=waiting.get(statement.person_id, 0),
            is_confirmed=statement.person_id in confirmed,
        )
        for statement in found
    ]
    return [row for row in rows if _fits(row, wanted)]


def _fits(row: ShownStatement, wanted: dict[str, str]) -> bool:
    sought = wanted.get("q", "").casefold()
    if sought and sought not in f"{row.statement.number} {row.statement.name}".casefold():
        return False
    return {
        "": True,
        forms.FLAGGED: bool(row.flags),
        forms.DISPUTED: bool(row.disputes),
        forms.UNCONFIRMED: not row.is_confirmed,
    }[wanted.get("only", "")]


def _sums(rows: list[ShownStatement]) -> dict[str, str] | None:
    found = sums_of([row.statement for row in rows])
    if found is None:
        return None
    return {"total": display_yuan(found.payroll), "owed": display_yuan(found.owed)}


@require_GET
def tile(request: StaffRequest) -> HttpResponse:
    """One's newest statement in a tile."""
    opened = _own(request, None)
    return render(request, "staff/pay/tile.html", _context(request, opened, is_own=True))


def tabs(request: StaffRequest, here: str) -> dict[str, Any]:
    """Return the tabs above the pages of pay, as far as they lead somewhere."""
    manages = access.may_settle(request.scope)
    wanted = [
        ("mine", _("My statement"), "staff:pay", "receipt", request.scope.person_id is not None),
        ("people", _("Statements"), "staff:pay_people", "people", manages),
        ("disputes", _("Disputes"), "staff:disputes", "chat-left-dots", manages),
        ("months", _("Months"), "staff:pay_months", "calendar3", manages),
    ]
    return {
        "tabs": [
            {"label": label, "url": reverse(view), "icon": icon, "active": name == here}
            for name, label, view, icon, shown in wanted
            if shown
        ]
    }
