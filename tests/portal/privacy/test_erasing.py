"""A customer who went through the whole product leaves no trace; the figures stay (§10)."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from complaints.models import Complaint, Order, TimelineEntry
from feedback.models import Call, Invitation, Item, Response
from feedback.queries import figures as feedback_figures
from portal import figures as portal_figures
from portal.models import AuditEntry, OutboxMessage
from portal.period import Month
from portal.privacy import erasing, persons
from portal.privacy.erasing import Wish
from staff.incentives.models import Adjustment, LedgerLine
from tests.portal.privacy import story, story_later, traces

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WORDS = [*story.WORDS, *story_later.MORE_WORDS]
TOLD = {
    "complaints_agreement",
    "complaints_assessment",
    "complaints_attachment",
    "complaints_caseletter",
    "complaints_casereply",
    "complaints_casetask",
    "complaints_chase",
    "complaints_complaint",
    "complaints_customer",
    "complaints_followup",
    "complaints_incident",
    "complaints_liability",
    "complaints_note",
    "complaints_order",
    "complaints_orderremark",
    "complaints_preventivemeasure",
    "complaints_procedure",
    "complaints_proposal",
    "complaints_remedy",
    "complaints_revisit",
    "complaints_rootcause",
    "complaints_unpaidchase",
    "complaints_unpaidorder",
    "django_session",
    "feedback_answer",
    "feedback_callattempt",
    "feedback_item",
    "feedback_itemversion",
    "feedback_reply",
    "portal_apicall",
    "portal_exportrun",
    "portal_importrun",
    "portal_keptdraft",
    "portal_incomingfile",
    "portal_incomingmail",
    "staff_auditscore",
    "staff_dailyreport",
    "staff_praise",
    "staff_qualityaudit",
    "staff_reportquestion",
    "staff_unfinishedorder",
}
"""Where the story leaves words of hers. Outbox and notices hold references from the beginning."""
OURS = ("privacy.erased", "privacy.exported", "export.done")
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()


@pytest.fixture
def told(client, tmp_path, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        found = story.tell(client, tmp_path)
        story_later.go_on(found)
        return found


def figures():
    """Return what is counted: feedback, complaints, money, and all that only grows."""
    items, invited = Item.objects.all(), Invitation.objects.all()
    month = date(2026, 11, 1)
    return {
        "feedback": [
            feedback_figures.of_month(items, invitations=invited, group=group, month=month)
            for group in feedback_figures.GROUPS
        ],
        "dashboards": [
            (
                figure.code,
                sorted(
                    (line.code, line.value, line.last or 0) for line in figure.read(None, asked)
                ),
            )
            for asked in [portal_figures.asked(Month.of(month).span, now=NOW)]
            for figure in portal_figures.every()
        ],
        "orders": list(
            Order.objects.order_by("pk").values_list("number", "amount_fen", "unpaid__state")
        ),
        "calls": list(
            Call.objects.order_by("pk", "attempts__pk").values_list("state", "attempts__outcome")
        ),
        "scores": list(
            Response.objects.order_by("pk", "answers__pk").values_list(
                "answers__value", "survey", "item__rating"
            )
        ),
        "cases": list(
            Complaint.objects.order_by("pk").values_list(
                "stage", "store", "customer", "type", "closed_at", "answered_late", "incident"
            )
        ),
        "money": list(
            Adjustment.objects.order_by("pk").values_list("person", "amount_fen", "rule")
        ),
    }


def grown():
    """Return the rows of the tables that hold references only."""
    return {
        "audit": list(AuditEntry.objects.exclude(verb__in=OURS).order_by("pk").values()),
        "timeline": list(TimelineEntry.objects.order_by("pk").values()),
        "ledger": list(LedgerLine.objects.order_by("pk").values()),
    }


@pytest.mark.usefixtures("told")
def test_nothing_is_left_and_the_figures_stay(django_capture_on_commit_callbacks):
    call_command("settle", "2026-11", stdout=StringIO())
    stood, kept = figures(), grown()
    statements = exported("statements", month=date(2026, 11, 1), format="json")
    assert OutboxMessage.objects.filter(channel="WEBHOOK").count() == 10
    assert OutboxMessage.objects.exclude(sent_at=None).filter(channel="LETTER").count() == 3
    tables = {place for place, _word in traces.of(WORDS)}
    assert set() == TOLD - tables, "the story fills the tables first"
    assert tables & {"portal_auditentry", "complaints_timelineentry", "staff_ledgerline"} == set()
    assert {word for _place, word in traces.of(WORDS)} == set(WORDS)
    subject = persons.the_one(story.NAME)
    with django_capture_on_commit_callbacks(execute=True):
        done = erasing.erase(Wish(subject=subject, actor=None, reference="2026-17"), now=NOW)
    assert traces.of(WORDS) == set()
    assert (figures(), grown()) == (stood, kept)
    assert exported("statements", month=date(2026, 11, 1), format="json") == statements
    for kind in ("complaints", "orders", "followups", "reviews", "daily-reports", "audit"):
        assert not any(word in exported(kind) for word in WORDS)
    assert done.erasure.counts["complaints.complaint"] == 4
    assert done.erasure.reference == "2026-17"


def exported(kind, **options):
    out = StringIO()
    call_command("export", kind, stdout=out, **options)
    return out.getvalue()
