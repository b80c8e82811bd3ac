"""The morning of an order desk: a remark written, an order noted and chased."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from complaints.enums import Channel, ChaseResult
from complaints.policies.orders import Parts
from complaints.services import orders, unpaid
from complaints.services.unpaid import Try
from tests.factories.complaints import UnpaidOrderFactory

ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
PARTS = Parts(logistics="顺丰", gift="毛巾1条", wishes="无")
HOSTILE = ["a\x00b", "1_000", "٣", "9" * 400, "0000-00-00T99:99"]


def write(scene, order, *, who=None, parts=PARTS, now=NINE):
    order.refresh_from_db()
    return orders.write_remark(
        actor=who or scene.agent, order_id=order.pk, parts=parts, version=order.version, now=now
    )


def sign_in(client, person):
    client.force_login(person.user)


def in_english(client, method, view, *args, **data):
    url = reverse(view, args=args)
    return getattr(client, method)(url, data, headers={"Accept-Language": "en"})


def noted(scene, *, who=None, store=None, placed=NINE, **more):
    return UnpaidOrderFactory(
        store=store or scene.store, owner=who or scene.agent, placed_at=placed, **more
    )


def chase(row, who, *, at=NINE + HOUR, key=None):
    attempt = Try(channel=Channel.CHAT, words="亲，还没有付款哦", result=ChaseResult.WILL_PAY)
    return unpaid.chase(
        actor=who, unpaid_id=row.pk, attempt=attempt, now=at, form_key=key or uuid.uuid4()
    )
