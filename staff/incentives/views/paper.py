"""A statement on paper."""

from collections.abc import Iterable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal import paper
from portal.money import display_yuan
from staff.incentives.policies.values import BASE
from staff.incentives.queries import opening as queries
from staff.incentives.queries.opening import Opened
from staff.incentives.queries.statements import Statement, StatementLine
from staff.incentives.texts import statements as texts
from staff.incentives.views.pay import month_of, note_seen, someone_of
from staff.people.http import StaffRequest


@require_GET
def pdf(request: StaffRequest, number: str) -> HttpResponse:
    """A statement on paper; the name of the file does not tell whose."""
    someone = request.person if number == request.person.number else someone_of(request, number)
    opened = queries.opened(someone.pk, month_of(request.GET.get("month", "")))
    if opened.statement is None or not paper.available():
        raise Http404
    note_seen(request, opened, someone)
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
