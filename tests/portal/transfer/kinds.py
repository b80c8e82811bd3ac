"""A small kind for the tests: rows of portal.Heartbeat, which may lean on one another."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from portal.enums import Channel
from portal.models import Heartbeat
from portal.transfer import registry, values
from portal.transfer.jobs import Job, Listener

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)


class BeatResource(registry.Resource):
    """Writes heartbeats; `after` must be in the database or a good row of the file."""

    def __init__(self, context):
        super().__init__(context)
        self.after = {}

    def known(self, rows):
        return Heartbeat.objects.in_bulk([row.values["name"] for row in rows])

    def judge(self, beat, row, notes):
        if beat is None:
            notes.added(row)
        elif registry.differs(beat, row, "beat_at", "detail"):
            notes.changed(row)
        else:
            notes.unchanged(row)

    def check(self, rows, notes):
        known = self.known(rows)
        for row in rows:
            self.after[row.values["name"]] = (row.number, row.get("after"))
            if row.get("detail") == "forbidden":
                notes.reject(row, "detail", "forbidden", rule="BEAT-1")
            else:
                self.judge(known.get(row.values["name"]), row, notes)

    def finish(self, notes, rejected):
        wanted = {after for _number, after in self.after.values() if after}
        stored = set(Heartbeat.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        for number, after in self.after.values():
            row = self.after.get(after)
            if after and after not in stored and (row is None or row[0] in rejected):
                notes.reject(number, "after", "unknown_beat", text=after)

    def write(self, rows, notes, sweep):  # noqa: ARG002 -- one sweep
        known = self.known(rows)
        for row in rows:
            beat = known.get(row.values["name"])
            self.judge(beat, row, notes)
            beat = beat or Heartbeat(pk=row.values["name"])
            registry.assign(beat, row, "beat_at", "detail")
            beat.save()


def export_beats(context):
    beats = Heartbeat.objects.order_by("pk")
    if context.month:
        beats = beats.filter(beat_at__month=context.month.month)
    for beat in beats.iterator():
        yield {"name": beat.name, "beat_at": beat.beat_at, "detail": beat.detail}


def beats(**changes):
    return registry.Kind(
        **{
            "name": "beats",
            "label": "Heartbeats",
            "columns": (
                registry.Column("name", "名称", values.Text(40), required=True),
                registry.Column("beat_at", "时间", values.Moment(), required=True),
                registry.Column("detail", "说明", values.Text(120)),
                registry.Column("after", "之后", values.Text(40)),
                registry.Column("price", "金额", values.Amount()),
                registry.Column("way", "渠道", values.Choice(Channel, also={"邮件": Channel.MAIL})),
            ),
            "identity": registry.by("name"),
            "resource": BeatResource,
            "export": export_beats,
            "sentences": {
                "forbidden": _('"%(text)s" is against %(rule)s'),
                "unknown_beat": _('there is no heartbeat "%(text)s"'),
            },
            **changes,
        }
    )


def context(**changes):
    return registry.Context(**{"actor": None, "now": NOW, "zone": ZONE, **changes})


def job(kind, path, *, run=None, listener=None, **changes):
    return Job(
        kind=kind,
        path=Path(path),
        context=context(**changes),
        clock=lambda: NOW,
        run=run,
        listener=listener or Listener(),
    )
