"""Monday morning, and what the form of a complaint says: what the tests of this app begin with."""

from datetime import UTC, datetime, timedelta

from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from staff.people.enums import Platform

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)  # Monday, 09:00 in Shanghai


def facts(store, **more):
    return CaseFacts(
        **{
            "buyer": Buyer(name="tb小王", platform=Platform.TMALL, phone="13812345678"),
            "store_id": store.pk,
            "channel": "PHONE",
            "description": "杯子碎了",
            **more,
        }
    )
