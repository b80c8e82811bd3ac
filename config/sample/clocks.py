"""What happened to the clocks of the sample's complaints (CMP-4): some late, some waiting."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from complaints.enums import EntryKind
from complaints.models import Complaint, Note, TimelineEntry
from complaints.services import deadlines
from portal.servicetime import Timetable

SEED = 20261127
ANSWERS = [
    "已向顾客说明原因，给出换货方案，顾客同意。",
    "已答复：补发新品，今天发出，单号稍后告知。",
    "已解释差价规则，退还差价，顾客接受。",
    "已道歉并说明处理结果，顾客表示理解。",
]
REASONS = ["等顾客发破损照片", "等顾客确认收货地址", "等顾客寄回商品"]
MINUTE = timedelta(minutes=1)
FRESH = timedelta(days=3)  # who waits longer has been asked


def fill(cases: Sequence[Complaint], *, now: datetime, desk: Timetable) -> None:
    """Acknowledge and answer most cases, let a few wait, and work their deadlines out."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample must come out the same each time
    entries: list[TimelineEntry] = []
    for case in cases:
        if case.owner is None:
            continue
        at = desk.add(case.registered_at, MINUTE * rng.choice((3, 8, 12, 20, 26, 41)))
        if at < now:
            entries.append(_entry(case, EntryKind.ACKNOWLEDGED, at))
        answered_at = desk.add(at, MINUTE * rng.choice((35, 70, 120, 180, 240, 520)))
        if answered_at < now and rng.random() < 0.97:  # noqa: PLR2004 -- a few are forgotten
            entries.append(_entry(case, EntryKind.ANSWERED, answered_at, rng.choice(ANSWERS)))
        elif timedelta(0) < now - at < FRESH and rng.random() < 0.5:  # noqa: PLR2004 -- half of them
            until = desk.add(now, MINUTE * rng.choice((90, 400, 1500)))
            entries.append(_entry(case, EntryKind.WAITING, at, rng.choice(REASONS), until=until))
            Complaint.objects.filter(pk=case.pk).update(waiting_until=until)
    TimelineEntry.objects.bulk_create(entries, batch_size=500)
    deadlines.recount([case.pk for case in cases], now=now)


def _entry(
    case: Complaint, kind: EntryKind, at: datetime, text: str = "", until: datetime | None = None
) -> TimelineEntry:
    params: dict[str, object] = {"until": until.isoformat()} if until else {}
    if text:
        note = Note.objects.create(complaint=case, author=case.owner, written_at=at, text=text)
        params["note"] = note.pk
    return TimelineEntry(complaint=case, at=at, actor=case.owner, kind=kind, params=params)
