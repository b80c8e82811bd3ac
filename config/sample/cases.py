"""Customers, orders, two months of complaints, and follow-ups around the present moment."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.enums import Channel, EntryKind, FollowUpState, Mood, Severity, ShippingState
from complaints.models import (
    Complaint,
    ComplaintType,
    Customer,
    FollowUp,
    Note,
    Order,
    Product,
    Reminder,
    TimelineEntry,
)
from complaints.services import numbering, reminders
from config.sample import clocks, way
from config.sample.department import Made
from portal import sealing
from portal.servicetime import Timetable
from portal.texttokens import begun_tokens
from staff.people.enums import Post
from staff.people.models import Person
from staff.rulebook import queries as rulebook

SEED = 20261008
COMPLAINTS = 420
CUSTOMERS = 180
DAYS = 60

PRODUCTS = [
    "手工白瓷盖碗",
    "竹编收纳篮",
    "加厚珊瑚绒毯",
    "实木折叠茶桌",
    "玻璃公道杯",
    "陶瓷马克杯",
    "北欧落地灯",
    "记忆棉枕头",
    "旅行茶具套装",
    "不锈钢保温壶",
]
SPECIFICATIONS = ["白色 大号", "原木色", "米色 150×200", "四件套", "透明 350ml", "墨绿", "礼盒装"]
STORIES = [
    ("quality.defect", "收到的{p}边上有一道裂口，拍了照片，第一次用就漏水。", "换一个新的"),
    ("quality.defect", "{p}打开包装就掉漆，底部有很明显的黑点，送人没法拿出手。", "退货退款"),
    ("quality.malfunction", "{p}用了三天就坏了，按说明书重新装过还是不行。", "换货或者维修"),
    ("quality.not_as_described", "{p}颜色和页面图片差很多，尺寸也小了一圈。", "退差价"),
    (
        "service.logistics_delay",
        "说好48小时发货，{p}等了一个星期还没有物流信息。",
        "马上发货并补偿",
    ),
    (
        "service.logistics_delay",
        "快递一直停在中转站，{p}是给老人过生日用的，已经来不及了。",
        "退款",
    ),
    ("service.damaged", "{p}送到的时候箱子压扁了，里面碎了两件。", "补发碎掉的两件"),
    ("service.after_sales", "申请售后三天没有人理，{p}到底能不能退？", "尽快处理退货"),
    ("service.attitude", "问{p}怎么洗，客服说自己看说明，态度很不好。", "道歉"),
    (
        "service.communication",
        "前后两个客服说法不一样，一个说{p}能改地址，一个说不能。",
        "给个准话",
    ),
    ("price.false", "刚买的{p}第二天就降价三十块，活动价是假的吧。", "退差价"),
    ("other.platform_rules", "平台说好的运费险没有，{p}退回去要自己出运费。", "报销运费"),
]
NOTES = [
    "已电话联系顾客，顾客同意先等照片核实。",
    "仓库确认已重新打包，今天下午发出。",
    "顾客情绪平稳，答应周末前给答复。",
    "物流回复包裹已找到，预计明天派送。",
    "已和组长确认可以补发，等顾客确认地址。",
]
PURPOSES = [
    "回电确认换货地址",
    "催仓库补发并回复单号",
    "确认退款是否到账",
    "跟进物流，给顾客一个准确时间",
    "回访顾客是否满意",
    "把鉴定结果告诉顾客",
]
OUTCOMES = [
    "顾客满意，结束跟进。",
    "已补发，单号已告知。",
    "退款已到账，顾客确认。",
    "物流已签收。",
]
NICKNAMES = ["小鱼", "橙子", "阿木", "云朵", "糖糖", "老周", "南风", "米粒", "豆豆", "山月"]
STREETS = ["文昌中路", "建设大道", "人民南路", "解放路", "滨江东路"]
CITIES = ["江苏省扬州市邗江区", "广东省汕尾市海丰县", "浙江省杭州市西湖区", "四川省成都市武侯区"]


@dataclass(frozen=True)
class _Stage:
    """What the makers share."""

    rng: random.Random
    made: Made
    now: datetime
    desk: Timetable


def fill(made: Made, *, now: datetime) -> None:
    """Write customers, orders, complaints, notes and follow-ups with their reminders."""
    stage = _Stage(
        rng=random.Random(SEED),  # noqa: S311 -- a sample must come out the same each time
        made=made,
        now=now.replace(second=0, microsecond=0),
        desk=rulebook.timetable(),
    )
    orders = _orders(stage, customers=_customers(stage), products=_products())
    complaints = _complaints(stage, orders=orders)
    _notes(stage, complaints=complaints)
    _done_followups(stage, complaints=complaints)
    _open_followups(stage, complaints=complaints)
    clocks.fill(complaints, now=stage.now, desk=stage.desk)
    way.fill(complaints, now=stage.now, desk=stage.desk)


def _products() -> list[Product]:
    return Product.objects.bulk_create([Product(name=name) for name in PRODUCTS])


def _customers(stage: _Stage) -> list[Customer]:
    rng = stage.rng
    rows = []
    for index in range(CUSTOMERS):
        phone = f"13{rng.randint(100000000, 999999999)}"
        address = f"{rng.choice(CITIES)}{rng.choice(STREETS)}{rng.randint(1, 300)}号"
        store = stage.made.stores[index % len(stage.made.stores)]
        rows.append(
            Customer(
                name=f"{rng.choice(NICKNAMES)}{rng.choice(NICKNAMES)}{rng.randint(10, 99)}",
                platform=store.platform,
                phone=phone,
                phone_hash=sealing.phone_hash(phone),
                phone_masked=sealing.mask_phone(phone),
                address=address,
                address_masked=sealing.mask_address(address),
                created_at=stage.now - timedelta(days=DAYS + 30),
            )
        )
    return Customer.objects.bulk_create(rows)


def _orders(
    stage: _Stage, *, customers: Sequence[Customer], products: Sequence[Product]
) -> list[Order]:
    rng = stage.rng
    rows = []
    for index in range(COMPLAINTS):
        customer = customers[min(rng.randrange(CUSTOMERS), rng.randrange(CUSTOMERS))]
        stores = [s for s in stage.made.stores if s.platform == customer.platform]
        bought_at = stage.now - timedelta(
            days=DAYS * (COMPLAINTS - index) / COMPLAINTS + rng.uniform(2, 9)
        )
        promised_at = bought_at + timedelta(days=2)
        is_shipped = rng.random() < 0.85  # noqa: PLR2004 -- a share of the sample
        rows.append(
            Order(
                store=rng.choice(stores),
                number=f"{bought_at:%y%m%d}{rng.randint(10**11, 10**12 - 1)}",
                customer=customer,
                product=rng.choice(products),
                specification=rng.choice(SPECIFICATIONS),
                batch=f"B{bought_at:%y%m}{rng.randint(1, 9)}",
                amount_fen=rng.randrange(1900, 49900, 100),
                bought_at=bought_at,
                promised_at=promised_at,
                shipped_at=promised_at - timedelta(hours=rng.randint(1, 30))
                if is_shipped
                else None,
                tracking=f"SF{rng.randint(10**11, 10**12 - 1)}" if is_shipped else "",
            )
        )
    return Order.objects.bulk_create(rows, batch_size=500)


def _registered_at(stage: _Stage, index: int) -> datetime:
    """Spread over the two months, inside service time, the last ones in the last hours."""
    share = (COMPLAINTS - 1 - index) / COMPLAINTS
    moment = stage.now - timedelta(days=DAYS * share, minutes=stage.rng.randint(3, 400))
    if stage.desk.is_open(moment):
        return moment
    opening = stage.desk.next_open(moment)
    late = opening + timedelta(minutes=stage.rng.randint(0, 300))
    return late if late < stage.now else stage.now - timedelta(minutes=stage.rng.randint(3, 50))


def _complaints(stage: _Stage, *, orders: Sequence[Order]) -> list[Complaint]:
    rng = stage.rng
    types = {row.code: row for row in ComplaintType.objects.all()}
    moments = sorted(_registered_at(stage, index) for index in range(COMPLAINTS))
    rows = []
    for moment, order in zip(moments, orders, strict=True):
        code, story, demand = rng.choice(STORIES)
        team = stage.made.team_of_store[order.store_id]
        agents = stage.made.in_team(team, posts=(Post.PRESALE, Post.POSTSALE))
        recorder = rng.choice(agents)
        is_fresh = moment > stage.now - timedelta(hours=6)
        day = stage.desk.service_day(moment)
        number = numbering.take("C", day=day)[0]
        description = story.format(p=order.product.name if order.product else "")
        rows.append(
            Complaint(
                number=number,
                registered_at=moment,
                service_day=day,
                channel=rng.choice(list(Channel)[:5]),
                store_id=order.store_id,
                order=order,
                customer=order.customer,
                shipping=ShippingState.SHIPPED if order.shipped_at else ShippingState.NOT_SHIPPED,
                product=order.product,
                specification=order.specification,
                batch=order.batch,
                description=description,
                type=types[code],
                severity=rng.choices(list(Severity), weights=(3, 10, 3, 1))[0],
                amount_fen=order.amount_fen,
                demand=demand,
                mood=rng.choices(list(Mood), weights=(4, 5, 3, 1))[0],
                recorder=recorder,
                owner=None if is_fresh and rng.random() < 0.5 else rng.choice(agents),  # noqa: PLR2004 -- half of the newest wait for an owner
                changed_at=moment,
                words=" ".join(
                    begun_tokens(
                        number,
                        order.number,
                        order.customer.name if order.customer else "",
                        description,
                        demand,
                        order.product.name if order.product else "",
                    )
                ),
            )
        )
    made = Complaint.objects.bulk_create(rows, batch_size=200)
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                complaint=row,
                at=row.registered_at,
                actor=row.recorder,
                kind=EntryKind.REGISTERED,
                params={},
            )
            for row in made
        ],
        batch_size=500,
    )
    return made


def _notes(stage: _Stage, *, complaints: Sequence[Complaint]) -> None:
    rng = stage.rng
    notes = []
    for row in complaints:
        for step in range(rng.choice((0, 1, 1, 2))):
            written_at = row.registered_at + timedelta(minutes=rng.randint(10, 900) * (step + 1))
            if written_at < stage.now:
                author = row.owner or row.recorder
                notes.append(
                    Note(
                        complaint=row,
                        author=author,
                        written_at=written_at,
                        text=rng.choice(NOTES),
                    )
                )
    Note.objects.bulk_create(notes, batch_size=500)
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                complaint=note.complaint,
                at=note.written_at,
                actor=note.author,
                kind=EntryKind.NOTE,
                params={"note": note.pk},
            )
            for note in notes
        ],
        batch_size=500,
    )


def _followup(
    stage: _Stage, case: Complaint, *, owner: Person, due_at: datetime, created_at: datetime
) -> FollowUp:
    lead = stage.made.posting[owner.pk].chief or owner
    return FollowUp(
        number=numbering.take("F", day=stage.desk.service_day(created_at))[0],
        complaint=case,
        order=case.order,
        store_id=case.store_id,
        owner=owner,
        assigned_by=lead,
        purpose=stage.rng.choice(PURPOSES),
        due_at=due_at,
        created_at=created_at,
    )


def _done_followups(stage: _Stage, *, complaints: Sequence[Complaint]) -> None:
    rng = stage.rng
    rows = []
    for case in complaints:
        owner = case.owner
        if owner is None or case.registered_at > stage.now - timedelta(days=3):
            continue
        due_at = stage.desk.add(case.registered_at, timedelta(minutes=rng.randint(60, 900)))
        row = _followup(stage, case, owner=owner, due_at=due_at, created_at=case.registered_at)
        row.state = FollowUpState.DONE
        row.done_at = min(
            due_at + timedelta(minutes=rng.randint(-50, 20)), stage.now - timedelta(hours=1)
        )
        row.done_by = owner
        row.outcome = rng.choice(OUTCOMES)
        rows.append(row)
    FollowUp.objects.bulk_create(rows, batch_size=500)


def _open_followups(stage: _Stage, *, complaints: Sequence[Complaint]) -> None:
    """Some overdue with their ladder climbed, some due in minutes, hours and days."""
    recent = [case for case in complaints[-90:] if case.owner]
    minutes = [-170, -95, -62, -35, -8, 4, 9, 14, 22, 31, 45, 58, 75, 110, 160]
    minutes += [240, 330, 420, 600, 900, 1300, 1500, 1800, 2600, 3000, 4300]
    rows = []
    for case, ahead in zip(reversed(recent), minutes, strict=False):
        owner = case.owner
        if owner is None:
            continue
        due_at = stage.now + timedelta(minutes=ahead)
        created_at = min(case.registered_at, due_at - timedelta(hours=2))
        rows.append(_followup(stage, case, owner=owner, due_at=due_at, created_at=created_at))
    made = FollowUp.objects.bulk_create(rows)
    for row in made:
        reminders.plan([row], now=row.due_at - timedelta(minutes=31))
    # The past happened in order: each rung was told at its moment, not in one flood now.
    moments = Reminder.objects.due(stage.now).values_list("due_at", flat=True).distinct().order_by()
    for moment in sorted(set(moments)):
        while reminders.deliver_due(moment):
            pass
