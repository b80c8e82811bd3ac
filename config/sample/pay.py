"""Settled months of the sample: the last one published, with disputes; this one a draft."""

from datetime import datetime, time, timedelta
from itertools import islice

from django.utils import timezone

from portal.period import Month
from staff.incentives.models import Dispute
from staff.incentives.queries import months
from staff.incentives.queries import statements as queries
from staff.incentives.services import disputes, settling
from staff.people.models import Person

PUBLISHED_BEFORE = timedelta(hours=20)
REASON = "那天闸机坏了，前台登记了我的到岗时间，麻烦核对。"
ANSWER = "已向前台核实，当天准时到岗，这一笔撤销。"


def fill(*, now: datetime) -> None:
    """Settle and publish through the services, as deputy and agents would."""
    supervisor = Person.objects.get(number="S001")
    this = Month.of(timezone.localdate(now))
    begun = datetime.combine(this.first_day, time.min, timezone.get_default_timezone())
    published_at = max(now - PUBLISHED_BEFORE, begun)
    settling.publish(this.previous(), actor=supervisor.user, now=published_at)
    settling.settle(this, actor=supervisor.user, now=now)
    agents = Person.objects.filter(number__startswith="A").order_by("number")
    asked = (_dispute(agent, this.previous(), now=now) for agent in agents)
    raised = list(islice((found for found in asked if found), 2))
    for found in raised[1:2]:
        said = disputes.Answer(reverse=True, by=supervisor, text=ANSWER)
        disputes.answer(found.pk, said=said, now=now)


def _dispute(person: Person, month: Month, *, now: datetime) -> Dispute | None:
    settlement = months.settlement_of(month)
    lines = queries.disputable_lines(settlement, person.pk) if settlement else []
    packets = [line for line in lines if line.side]
    if not packets:
        return None
    return disputes.dispute(month, person=person, line=packets[0], reason=REASON, now=now)
