"""The summary of a shift: saved while the lead works on it, sent once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal import audit, notices
from staff.daily import policies
from staff.daily.enums import AFTER_SALE, Department, Figure, SummaryState
from staff.daily.models import HandedOver, PassedOn, ReportQuestion, ShiftSummary, SummaryCheck
from staff.daily.queries import open_work, sums
from staff.daily.queries.shifts import Shift
from staff.daily.services.reports import hold_shift
from staff.people import queries as people
from staff.people.enums import Post
from staff.people.models import Person
from staff.people.services import Refused
from staff.roster import queries as roster

SENT = "daily.summary"
TEXTS = ("hard_presale", "hard_postsale", "lost_note", "note")


class ChangedMeanwhile(Refused):
    """Somebody else has saved the summary since it was read; `current` is how it stands."""

    code = "summary_changed"

    def __init__(self, current: ShiftSummary) -> None:
        super().__init__()
        self.current = current


class AlreadySent(Refused):
    """The summary has been sent and stays as it is."""

    code = "summary_sent"


class NotReady(Refused):
    """Something is to be done before the summary is sent; the code says what."""

    def __init__(self, code: policies.Unready) -> None:
        super().__init__()
        self.code = f"summary_{code}"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the lead adds to the sums: words, hard questions, checks, findings to pass on."""

    hard_presale: str = ""
    hard_postsale: str = ""
    lost_note: str = ""
    note: str = ""
    hard: Collection[int] = ()
    checked: Collection[Figure] = ()
    passed_on: Sequence[tuple[Department, str]] = ()


def asked_of(shift: Shift) -> open_work.Asked:
    """Return whose open work a shift hands over: its people's, and its team's stores'."""
    first = shift.first
    stores = people.stores_of(first.team_id, day=first.day)
    return open_work.Asked(
        person_ids=[one.person_id for one in shift.members],
        store_ids=[service.store_id for service in stores],
    )


def _locked(shift: Shift, *, version: int, now: datetime) -> ShiftSummary:
    """Return the summary of a shift, locked. Raises AlreadySent, ChangedMeanwhile."""
    hold_shift(shift.key)
    rows = ShiftSummary.objects.select_for_update(of=("self",))
    summary, fresh = rows.get_or_create(**shift.key._asdict(), defaults={"saved_at": now})
    if summary.state == SummaryState.SENT:
        raise AlreadySent
    if not fresh and summary.version != version:
        raise ChangedMeanwhile(summary)
    return summary


@transaction.atomic
def save_summary(
    *, actor: Person, shift: Shift, words: Words, version: int, now: datetime
) -> ShiftSummary:
    """Keep what the lead has written so far; `version` is 0 where there was no summary.

    A form that was sent twice saves nothing the second time. Raises AlreadySent,
    ChangedMeanwhile.
    """
    try:
        with transaction.atomic():
            summary = _locked(shift, version=version, now=now)
    except ChangedMeanwhile as changed:
        if not _says(changed.current, words, shift=shift):
            raise
        return changed.current
    _put(summary, words, actor=actor, shift=shift, now=now)
    return summary


def _says(summary: ShiftSummary, words: Words, *, shift: Shift) -> bool:
    """Whether the stored summary says the same already."""
    return (
        all(getattr(summary, name) == getattr(words, name) for name in TEXTS)
        and [(row.department, row.text) for row in summary.passed_on.order_by("pk")]
        == list(words.passed_on)
        and {row.figure for row in summary.checks.all()} == set(words.checked)
        and {row.pk for row in ReportQuestion.objects.of_shift(shift.key).filter(is_hard=True)}
        == set(words.hard)
    )


def _put(
    summary: ShiftSummary, words: Words, *, actor: Person, shift: Shift, now: datetime
) -> None:
    for name in TEXTS:
        setattr(summary, name, getattr(words, name))
    summary.saved_at = now
    summary.version += 1
    summary.save()
    summary.passed_on.all().delete()
    PassedOn.objects.bulk_create(
        PassedOn(summary=summary, department=department, text=text)
        for department, text in words.passed_on
    )
    _check(summary, words.checked, actor=actor, shift=shift, now=now)
    asked = ReportQuestion.objects.of_shift(shift.key)
    asked.filter(pk__in=words.hard).update(is_hard=True)
    asked.exclude(pk__in=words.hard).update(is_hard=False)


def _check(
    summary: ShiftSummary,
    checked: Collection[Figure],
    *,
    actor: Person,
    shift: Shift,
    now: datetime,
) -> None:
    """Note which sums the lead has checked, each at the value that it has now."""
    values = {row.figure: row.value for row in sums.of_shift(shift.key) if row.value is not None}
    stands = {row.figure: row for row in summary.checks.all()}
    wanted = {figure: values[figure] for figure in checked if figure in values}
    kept = [row.pk for figure, row in stands.items() if wanted.get(Figure(figure)) == row.value]
    summary.checks.exclude(pk__in=kept).delete()
    SummaryCheck.objects.bulk_create(
        SummaryCheck(summary=summary, figure=figure, value=value, checked_by=actor, checked_at=now)
        for figure, value in wanted.items()
        if figure not in stands or stands[figure].value != value
    )


@transaction.atomic
def send_summary(
    *, actor: Person, shift: Shift, words: Words, version: int, now: datetime
) -> ShiftSummary:
    """Save the summary, keep the list of what is handed over, and tell deputy and supervisor.

    All or nothing. Raises AlreadySent, ChangedMeanwhile, and NotReady where a figure is not
    checked or a case has no owner.
    """
    summary = _locked(shift, version=version, now=now)
    work = open_work.items(asked_of(shift))
    figures = [row.figure for row in sums.of_shift(shift.key) if row.value is not None]
    unready = policies.why_not_sent(
        policies.Shift(
            starts_at=shift.first.starts_at,
            sums=[figure for figure in figures if figure in AFTER_SALE],
            checked=list(words.checked),
            unowned=sum(item.owner_id is None for item in work),
        ),
        now=now,
    )
    if unready:
        raise NotReady(unready)
    summary.state, summary.sent_at, summary.sent_by = SummaryState.SENT, now, actor
    summary.missing = len(shift.missing)
    _put(summary, words, actor=actor, shift=shift, now=now)
    HandedOver.objects.bulk_create(
        HandedOver(
            summary=summary,
            kind=item.kind,
            number=item.number,
            owner_id=item.owner_id or 0,
            due_at=item.due_at,
        )
        for item in work
    )
    audit.record(
        actor=actor.user,
        verb="daily.summary_sent",
        target=summary,
        at=now,
        after={"team": shift.first.team_id, "missing": summary.missing, "open": len(work)},
    )
    _tell(summary, actor=actor, shift=shift, now=now)
    return summary


def _tell(summary: ShiftSummary, *, actor: Person, shift: Shift, now: datetime) -> None:
    chain = people.above(actor.pk, people.members(timezone.localdate(now)))
    receivers = [one.person_id for one in chain if one.post.rank >= Post.DEPUTY.rank]
    first = shift.first
    params = {
        "team": first.team.name if first.team else "",
        "team_id": first.team_id,
        "day": first.day.isoformat(),
        "shift": first.shift_type.code,
        "shift_zh": first.shift_type.name_zh,
        "shift_en": first.shift_type.name_en,
        "by": actor.name,
        "reports": shift.filed,
        "missing": summary.missing,
    }
    notices.send(
        [
            notices.Draft(
                receiver_id=user, key=f"daily-summary:{summary.pk}", kind=SENT, params=params
            )
            for user in roster.user_ids(receivers).values()
        ],
        now=now,
    )
