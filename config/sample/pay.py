"""Settled months of the sample: the last one published, with a dispute; this one a draft."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from portal.period import Month
from staff.incentives.queries import months
from staff.incentives.queries import statements as queries
from staff.incentives.services import disputes, settling
from staff.people.models import Person

PUBLISHED_BEFORE = timedelta(hours=20)
DISPUTES = ("A001", "A002", "A003")
REASON = "那天闸机坏了，前台登记了我的到岗时间，麻烦核对。"


def fill(*, now: datetime) -> None:
    """Settle and publish through the services, as deputy and agents would."""
    supervisor = Person.objects.get(number="S001")
    this = Month.of(timezone.localdate(now))
    begun = datetime.combine(this.first_day, time.min, timezone.get_default_timezone())
    published_at = max(now - PUBLISHED_BEFORE, begun)
    settling.publish(this.previous(), actor=supervisor.user, now=published_at)
    settling.settle(this, actor=supervisor.user, now=now)
    for number in DISPUTES:
        _dispute(Person.objects.get(number=number), this.previous(), now=now)


def _dispute(person: Person, month: Month, *, now: datetime) -> None:
    settlement = months.settlement_of(month)
    lines = queries.disputable_lines(settlement, person.pk) if settlement else []
    packets = [line for line in lines if line.side]
    if packets:
        disputes.dispute(month, person=person, line=packets[0], reason=REASON, now=now)
