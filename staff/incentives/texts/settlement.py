"""The sentences of settlement: what was done, what is refused and why, what is wrong."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal import notices
from portal.period import Month
from staff.incentives.enums import DisputeState, MonthState, RunAct
from staff.incentives.models import SettlementRun
from staff.incentives.queries.soundness import Finding, Soundness, Trouble
from staff.incentives.queries.statements import Statement
from staff.incentives.services import closing, disputes, settling, telling
from staff.rulebook.queries import NoPolicy

Params = Mapping[str, Any]

VERBS = {
    "dispute.granted": gettext_lazy("Disputed line taken back"),
    "dispute.raised": gettext_lazy("Line disputed"),
    "dispute.upheld": gettext_lazy("Disputed line stands"),
    "settlement.closed": gettext_lazy("Month closed"),
    "settlement.computed": gettext_lazy("Month settled"),
    "settlement.corrected": gettext_lazy("Published month corrected"),
    "settlement.published": gettext_lazy("Month published"),
    "settlement.signed": gettext_lazy("Month signed by the first person"),
    "statement.confirmed": gettext_lazy("Statement confirmed"),
    "statement.seen": gettext_lazy("Statement of somebody else looked at"),
}

REFUSALS: tuple[type[Exception], ...] = (
    settling.NotSettled,
    settling.NotOver,
    settling.AlreadyPublished,
    settling.MonthClosed,
    closing.NotPublished,
    closing.TimeForDisputes,
    closing.OpenDisputes,
    closing.SamePerson,
    closing.MayNotClose,
    disputes.TooLate,
    disputes.NoSuchLine,
    disputes.AlreadyDisputed,
    disputes.AlreadyAnswered,
    disputes.NotToBeWaived,
    disputes.OwnDispute,
    disputes.NotPublished,
    NoPolicy,
)


def refusal(refused: Exception, month: Month) -> str:
    """Return why an act about a month is refused."""
    plain = {
        settling.NotSettled: _("%(month)s has not been settled yet."),
        settling.NotOver: _("%(month)s is not over yet, so it cannot be published."),
        settling.AlreadyPublished: _("%(month)s is published already."),
        settling.MonthClosed: _("%(month)s is closed: a closed month never changes (INC-6)."),
        closing.NotPublished: _("%(month)s is a draft: it is published before it is closed."),
        closing.SamePerson: _("%(month)s is closed by two different persons (INC-6)."),
        disputes.NoSuchLine: _("The statement of %(month)s has no such line any more."),
        disputes.AlreadyDisputed: _("This line is disputed already and waits for an answer."),
        disputes.AlreadyAnswered: _("Somebody has already answered this dispute."),
        disputes.OwnDispute: _("Nobody answers their own dispute."),
        disputes.NotPublished: _("%(month)s is a draft: a published statement is confirmed."),
        disputes.NotToBeWaived: _(
            "This line follows from other facts: correct the salary or the other lines instead."
        ),
        NoPolicy: _("No version of the policy holds in %(month)s."),
    }
    params: dict[str, object] = {"month": month}
    if isinstance(refused, closing.TimeForDisputes | disputes.TooLate):
        params["until"] = date_format(timezone.localtime(refused.until), "Y-m-d H:i")
        if isinstance(refused, disputes.TooLate):
            return _("Lines of %(month)s could be disputed until %(until)s.") % params
        return (
            _("Lines of %(month)s can be disputed until %(until)s; it closes after that.") % params
        )
    if isinstance(refused, closing.OpenDisputes):
        params["count"] = refused.count
        return (
            ngettext(
                "%(count)s dispute of %(month)s waits for an answer.",
                "%(count)s disputes of %(month)s wait for an answer.",
                refused.count,
            )
            % params
        )
    if isinstance(refused, closing.MayNotClose):
        params["person"] = refused.person
        return _("%(person)s is neither deputy nor supervisor today, and closes no month.") % params
    return plain[type(refused)] % params


def done(what: settling.Done) -> str:
    """Return what a settlement did."""
    params = {"month": what.settlement, "people": what.people, "lines": what.lines}
    if what.settlement.state == MonthState.DRAFT:
        return _("%(month)s: draft with %(lines)s lines of %(people)s people.") % params
    if what.is_new:
        return _("%(month)s is published: %(lines)s lines of %(people)s people.") % params
    if not what.lines:
        return _("%(month)s is published and right: nothing to correct.") % params
    return _("%(month)s is corrected: %(lines)s new lines of %(people)s people.") % params


def done_run(act: RunAct, month: str, *, people: int, lines: int) -> str:
    """Return what a run of the portal came to."""
    params = {"month": month, "people": people, "lines": lines}
    if act == RunAct.PUBLISH:
        return _("%(month)s is published: %(lines)s lines of %(people)s people.") % params
    if not lines:
        return _("%(month)s is computed: nothing new.") % params
    return _("%(month)s is computed: %(lines)s lines of %(people)s people.") % params


def under_way(run: SettlementRun) -> str:
    """Return what a run is doing; the numbers stand beside."""
    if run.moved_at is None:
        return _("Waits for a worker")
    if run.people_all and run.people_done == run.people_all:
        return _("All people are computed; their lines are being written")
    return _("People computed")


def refused_run(code: str, month: str) -> str:
    """Return why a run of the portal did nothing."""
    texts = {
        "NotSettled": _("%(month)s has not been settled yet."),
        "NotOver": _("%(month)s is not over yet, so it cannot be published."),
        "AlreadyPublished": _("%(month)s is published already."),
        "MonthClosed": _("%(month)s is closed: a closed month never changes (INC-6)."),
        "NoPolicy": _("No version of the policy holds in %(month)s."),
    }
    unforeseen = _(
        "%(month)s could not be computed. The administrator finds the reason in the log."
    )
    return texts.get(code, unforeseen) % {"month": month}


def warning(statement: Statement) -> str:
    """Return that deductions take much of somebody's pay (INC-9)."""
    return _(
        "%(number)s %(name)s: deductions take %(percent)s %% of the month's pay; wage law may "
        "forbid it (INC-9)."
    ) % {
        "number": statement.number,
        "name": statement.name,
        "percent": statement.deducted_percent,
    }


def sound(found: Soundness) -> str:
    """Return that the ledger is what was written."""
    return _("The ledger is sound: %(lines)s lines, digest %(digest)s.") % {
        "lines": found.lines,
        "digest": found.digest,
    }


def unsound(finding: Finding) -> str:
    """Return what is wrong with the ledger, naming the first bad line."""
    texts = {
        Trouble.CHANGED: _("Line %(line)s of the ledger was changed."),
        Trouble.MISSING: _("Line %(line)s of the ledger is missing."),
        Trouble.CUT: _(
            "The ledger ends too early: line %(line)s is missing, which stood there when "
            "%(month)s was published or corrected."
        ),
        Trouble.ADDED: _("Line %(line)s of the ledger was added by no publication."),
        Trouble.REWRITTEN: _(
            "Line %(line)s of the ledger, or one before it, was changed and hashed again: the "
            "audit log has another digest for %(month)s."
        ),
        Trouble.MONTH: _("%(month)s is not in the state that the audit log says."),
    }
    return texts[finding.trouble] % {"line": finding.line, "month": finding.month}


def _month(params: Params) -> str:
    return date_format(Month.parse(params["month"]).first_day, "YEAR_MONTH_FORMAT")


def _line(params: Params) -> dict[str, str]:
    day = date_format(date.fromisoformat(params["day"]), "MONTH_DAY_FORMAT")
    return {"month": _month(params), "rule": params["rule"], "day": day}


def _published(params: Params) -> str:
    return _("Your statement of %(month)s is there: look at it and confirm it.") % {
        "month": _month(params)
    }


def _corrected(params: Params) -> str:
    return _("Your statement of %(month)s was corrected.") % {"month": _month(params)}


def _raised(params: Params) -> str:
    return _("%(name)s disputes %(rule)s of %(day)s in the statement of %(month)s.") % (
        _line(params) | {"name": params["name"]}
    )


def _answered(params: Params) -> str:
    if params["state"] == DisputeState.REVERSED:
        return _("%(rule)s of %(day)s is taken back from your statement.") % _line(params)
    return _("%(rule)s of %(day)s stands in your statement; read the answer.") % _line(params)


def _own_page(params: Params) -> str:
    return f"{reverse('staff:pay')}?month={params['month']}"


def _dispute_page(params: Params) -> str:
    return reverse("staff:dispute", args=[params["dispute"]])


def _people_page(params: Params) -> str:
    return f"{reverse('staff:pay_people')}?month={params['month']}"


def _much(params: Params) -> str:
    told = {**params, "month": _month(params)}
    return (
        ngettext(
            "In %(month)s deductions take more of the pay of %(count)s person than wage law may "
            "allow (INC-9).",
            "In %(month)s deductions take more of the pay of %(count)s people than wage law may "
            "allow (INC-9).",
            params["count"],
        )
        % told
    )


KINDS = (
    notices.Kind(
        code=telling.PUBLISHED, icon="receipt", label=gettext_lazy("Statement published"),
        text=_published, url=_own_page,
    ),
    notices.Kind(
        code=telling.CORRECTED, icon="receipt", label=gettext_lazy("Statement corrected"),
        text=_corrected, url=_own_page,
    ),
    notices.Kind(
        code=telling.MUCH, icon="exclamation-triangle", label=gettext_lazy("High deductions"),
        text=_much, url=_people_page,
    ),
    notices.Kind(
        code=telling.RAISED, icon="question-circle", label=gettext_lazy("Line disputed"),
        text=_raised, url=_dispute_page,
    ),
    notices.Kind(
        code=telling.ANSWERED, icon="chat-left-text", label=gettext_lazy("Dispute answered"),
        text=_answered, url=_own_page,
    ),
)  # fmt: skip
