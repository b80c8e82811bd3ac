"""The ladder of follow-ups: what is told of a rung, and the offer to the lead (FUP-2, FUP-4)."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import NamedTuple

from complaints.enums import FollowUpState, OfferReason, OfferState, Stage
from complaints.models import HandoverOffer, Reminder
from complaints.services import ladders
from complaints.services.ladders import AT_ONCE, Due

REMINDER = "followup.reminder"


def subject_of(followup_id: int) -> str:
    """Return the subject under which notices of a follow-up are settled."""
    return f"followup:{followup_id}"


class _Row(NamedTuple):
    """A due rung with what is told of its follow-up, in the order of `COLUMNS`."""

    pk: int
    stage: str
    followup_due_at: datetime
    due_at: datetime
    followup_id: int
    number: str
    owner_id: int
    urgent: bool
    state: str
    complaint_id: int | None
    case: str | None


COLUMNS = (
    *("pk", "stage", "followup_due_at", "due_at", "followup_id", "followup__number"),
    *("followup__owner_id", "followup__urgent", "followup__state"),
    *("followup__complaint_id", "followup__complaint__number"),
)


class Telling(ladders.Telling):
    """A batch of due rungs of follow-ups."""

    rows = Reminder
    kind = REMINDER
    key = "reminder"

    def due(self, rung_ids: Sequence[int]) -> list[Due]:
        found = Reminder.objects.filter(pk__in=rung_ids).order_by("due_at", "pk")
        rows = [_Row(*row) for row in found.values_list(*COLUMNS)]
        return [
            Due(
                pk=row.pk,
                stage=Stage(row.stage),
                due_at=row.due_at,
                owner_id=row.owner_id,
                team_id=None,
                urgent=row.urgent,
                is_void=row.state != FollowUpState.OPEN,
                once=(row.followup_id, row.stage, row.followup_due_at),
                subject=subject_of(row.followup_id),
                about=row.followup_id,
                complaint_id=row.complaint_id,
                params={
                    "followup": row.number,
                    "case": row.case or "",
                    "stage": row.stage,
                    "due_at": row.followup_due_at.isoformat(),
                },
                entry={"followup": row.number},
            )
            for row in rows
        ]

    def told_before(self, rungs: Sequence[Due]) -> set[tuple[Hashable, int | None]]:
        rows = Reminder.objects.filter(followup_id__in={rung.about for rung in rungs})
        told = rows.exclude(delivered_at=None)
        return {
            ((followup, stage, due_at), receiver)
            for followup, stage, due_at, receiver in told.values_list(
                "followup_id", "stage", "followup_due_at", "receiver_id"
            )
        }

    def write(self) -> None:
        """Write what every ladder writes, and offer what the owner cannot see to (FUP-4)."""
        super().write()
        on_shift = {owner for owner in self.wait_of if self.duty.on_shift(owner)}
        HandoverOffer.objects.bulk_create(
            [
                HandoverOffer(
                    followup_id=told.rung.about,
                    lead_id=told.receiver,
                    owner_id=told.rung.owner_id or 0,
                    reason=(
                        OfferReason.ABSENT
                        if told.rung.owner_id in self.duty.away
                        else OfferReason.OFF_SHIFT
                    ),
                    key=f"due:{told.rung.pk}",
                    offered_at=self.now,
                    state=OfferState.OPEN,
                )
                for told in self.up
                if told.rung.stage == Stage.LEAD
                and told.receiver != told.rung.owner_id
                and told.rung.owner_id not in on_shift
            ],
            ignore_conflicts=True,
            batch_size=AT_ONCE,
        )
