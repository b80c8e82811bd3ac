"""Cases with rungs, and the tick that tells them."""

from complaints.models import CaseAlarm
from complaints.services import alarms, deadlines
from portal.models import Notice
from tests.complaints.scene import HOUR, MINUTE, NINE
from tests.factories.complaints import ComplaintFactory

FIRST = NINE + 30 * MINUTE  # acknowledge by
ANSWER = NINE + 16 * HOUR  # answer by, the end of the service day


def received(department, *, at=NINE, owner="agent", **more):
    """Return a case of the team's store with its deadlines and rungs."""
    case = ComplaintFactory(
        store=department.store,
        owner=getattr(department, owner) if owner else None,
        registered_at=at,
        **more,
    )
    deadlines.recount([case.pk], now=at)
    case.refresh_from_db()
    return case


def run_until(now):
    """Let the tick do its work at each moment at which a rung is due until then."""
    moments = set(CaseAlarm.objects.due(now).values_list("due_at", flat=True))
    for moment in (*sorted(moments), now):
        tick(moment)


def tick(now):
    while alarms.tell_due(now):
        pass


def told(kind=alarms.ALARM):
    rows = Notice.objects.filter(kind=kind).order_by("pk").select_related("receiver")
    return [(row.receiver.username, row.params["clock"], row.params["stage"]) for row in rows]


def planned(case):
    """Return the rungs that wait, in the order of time."""
    rows = CaseAlarm.objects.waiting().filter(complaint=case).order_by("due_at", "pk")
    return list(rows.values_list("clock", "stage", "due_at"))
