"""The kind `deliveries`, for export only: who was told what, when, and where (data-formats)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from complaints.enums import Stage
from complaints.models import FollowUp, Reminder
from complaints.resources.followups import month_of
from complaints.resources.orders import staff_exports
from complaints.services import reminders
from portal.models import OutboxMessage
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context

CHUNK = 500


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give each delivered reminder once, and after it its messages to the outside.

    A message that is still on its way has no `delivered_at`. A person gets the reminders of the
    follow-ups that they see; the command line gets all.
    """
    told = Reminder.objects.filter(delivered_at__isnull=False, receiver__user__isnull=False)
    if context.scope is not None:
        told = told.filter(followup__in=FollowUp.objects.visible_to(context.scope))
    if span := month_of(context):
        told = told.filter(due_at__gte=span[0], due_at__lt=span[1])
    rows = told.order_by("pk").values(
        "pk",
        "stage",
        "delivered_at",
        number=F("followup__number"),
        receiver_number=F("receiver__number"),
        rung_due_at=F("due_at"),
    )
    chunk: list[Mapping[str, Any]] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _with_messages(chunk)
            chunk = []
    yield from _with_messages(chunk)


def _with_messages(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    keys = [f"reminder:{row['pk']}:{way}" for row in rows for way in ("mail", "robot")]
    sent: dict[int, list[OutboxMessage]] = defaultdict(list)
    found = OutboxMessage.objects.filter(key__in=keys, kind=reminders.REMINDER).order_by("key")
    for message in found.only("key", "channel", "sent_at"):
        sent[int(message.key.split(":")[1])].append(message)
    for row in rows:
        yield _line(row) | {
            "channel": "portal",
            "delivered_at": row["delivered_at"],
            "identifier": f"reminder:{row['pk']}",
        }
        for message in sent[row["pk"]]:
            yield _line(row) | {
                "channel": message.channel.lower(),
                "delivered_at": message.sent_at,
                "identifier": message.key,
            }


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reminder": row["pk"],
        "followup": row["number"],
        "stage": row["stage"],
        "receiver": row["receiver_number"],
        "due_at": row["rung_due_at"],
    }


DELIVERIES = registry.register(
    registry.Kind(
        name="deliveries",
        label=_("Delivered reminders"),
        columns=(
            Column("reminder", "提醒", values.Whole()),
            Column("followup", "跟进编号", values.Text(20)),
            Column("stage", "级别", values.Choice(Stage)),
            Column("receiver", "接收人工号", values.Text(20)),
            Column("channel", "渠道", values.Text(10)),
            Column("due_at", "到期时间", values.Moment()),
            Column("delivered_at", "送达时间", values.Moment()),
            Column("identifier", "标识", values.Text(160)),
        ),
        export=export,
        by_month=True,
        may_export=staff_exports,
    )
)
