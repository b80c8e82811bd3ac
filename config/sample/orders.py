"""Remarks, promised dates and unpaid orders of the sample department."""

from datetime import datetime, timedelta

from django.utils import timezone

from complaints.enums import Channel, ChaseResult, UnpaidState
from complaints.models import Order, OrderRemark, ShippingPromise, UnpaidChase, UnpaidOrder
from complaints.policies.orders import Parts, remark_text
from config.sample.department import Made
from staff.daily.enums import Reason
from staff.people.models import Person

HOUR = timedelta(hours=1)
WORDS = "亲，您拍下的宝贝还没有付款，今天付款今天发出哦"
REMARKS = (
    Parts(logistics="发顺丰，周末送货", gift="洗车毛巾1条", wishes="开增值税普票"),
    Parts(logistics="正常", gift="无", wishes="包装盒完好，送人"),
)
STATES = (
    (UnpaidState.OPEN, ""),
    (UnpaidState.OPEN, ""),
    (UnpaidState.OPEN, ""),
    (UnpaidState.WON, ""),
    (UnpaidState.WON, ""),
    (UnpaidState.PAID, ""),
    (UnpaidState.LOST, Reason.PRICE),
    (UnpaidState.LOST, Reason.COMPETITOR),
)


def fill(made: Made, *, now: datetime) -> None:
    """Some of each, for the team of the sample's agents, in a handful of statements."""
    agents = [made.people[number] for number in ("A001", "A002")]
    team = made.posting[agents[0].pk].team_id
    stores = [pk for pk, held in made.team_of_store.items() if held == team]
    orders = list(Order.objects.filter(store_id__in=stores, shipped_at=None).order_by("pk")[:12])
    _remarks(orders[:2], agents, now=now)
    _promises(orders[2:4], agents[0], now=now)
    _unpaid(orders[4:], agents, now=now)


def _remarks(orders: list[Order], agents: list[Person], *, now: datetime) -> None:
    rows = []
    for order, parts, author in zip(orders, REMARKS, agents, strict=False):
        at = now - 5 * HOUR
        text = remark_text(
            parts, author=f"{author.number} {author.name}", at=timezone.localtime(at)
        )
        order.remark, order.remark_by = text, author
        rows.append(
            OrderRemark(
                order=order, version=1, author=author, at=at, text=text,
                logistics=parts.logistics, gift=parts.gift, wishes=parts.wishes,
            )
        )  # fmt: skip
    OrderRemark.objects.bulk_create(rows)
    Order.objects.bulk_update(orders, ["remark", "remark_by"])


def _promises(orders: list[Order], agent: Person, *, now: datetime) -> None:
    pairs = list(zip(orders, (now - 2 * HOUR, now + 4 * HOUR), strict=False))
    for order, promised in pairs:
        order.promised_at = promised
    Order.objects.bulk_update(orders, ["promised_at"])
    ShippingPromise.objects.bulk_create(
        ShippingPromise(order=one, promised_at=promised, by=agent, at=now - 20 * HOUR)
        for one, promised in pairs
    )


def _unpaid(orders: list[Order], agents: list[Person], *, now: datetime) -> None:
    rows = []
    for place, (order, (state, reason)) in enumerate(zip(orders, STATES, strict=False)):
        placed, paid = now - (4 + place) * HOUR, state in (UnpaidState.WON, UnpaidState.PAID)
        owner = agents[place % 2]
        rows.append(
            UnpaidOrder(
                order=order, store_id=order.store_id, owner=owner, placed_at=placed,
                pay_until=placed + 24 * HOUR, state=state, lost_because=reason,
                paid_at=now - HOUR if paid else None,
                won_by=owner if state == UnpaidState.WON else None,
                closed_at=None if state == UnpaidState.OPEN else now - HOUR,
                closed_by=None if state == UnpaidState.OPEN else owner,
                note="嫌运费贵" if place % 3 == 0 else "",
                noted_at=placed, noted_by=owner,
            )
        )  # fmt: skip
    made = UnpaidOrder.objects.bulk_create(rows)
    UnpaidChase.objects.bulk_create(
        UnpaidChase(
            unpaid=one, by=one.owner, at=now - 2 * HOUR, channel=Channel.CHAT, words=WORDS,
            result=ChaseResult.WILL_PAY if one.state == UnpaidState.WON else ChaseResult.THINKS,
        )
        for place, one in enumerate(made)
        if place and one.state != UnpaidState.PAID
    )  # fmt: skip
