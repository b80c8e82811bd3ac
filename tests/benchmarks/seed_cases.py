"""Fill a database with 100,000 complaints and, on PostgreSQL, 1,000,000 follow-ups and notes.

    DATABASE_URL=postgres://... python -m tests.benchmarks.seed_cases [--cases 100000] [--lines 10]
    KEFU_VAR=/somewhere python -m tests.benchmarks.seed_cases      # SQLite: the complaints alone

The database must be empty; it is migrated first. Texts are real reviews where the file is there,
else made up. The same seed gives the same rows.
"""

import argparse
import csv
import gzip
import os
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after the setup
from django.db import connection  # noqa: E402 -- the same

from complaints.enums import Channel, Severity  # noqa: E402 -- the same
from complaints.models import (  # noqa: E402 -- the same
    Complaint,
    ComplaintType,
    Customer,
    Order,
    Product,
)
from complaints.services.cases import words_of  # noqa: E402 -- the same
from portal import sealing  # noqa: E402 -- the same
from staff.people.enums import Platform, Post  # noqa: E402 -- the same
from tests.factories.staff import (  # noqa: E402 -- the same
    PersonFactory,
    StoreFactory,
    StoreServiceFactory,
    TeamFactory,
)

REVIEWS = Path("../shared/data/reviews.csv.gz")
NOW = datetime.now(UTC)
DAYS = 700
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def texts(count: int, chance: random.Random) -> list[str]:
    if REVIEWS.exists():
        with gzip.open(REVIEWS, "rt", encoding="utf-8-sig", newline="") as file:
            found = [row["text"].replace("\x00", "") for row in csv.DictReader(file)]
    else:
        words = [
            "收到的",
            "杯子",
            "破了",
            "要求",
            "退款",
            "客服",
            "物流",
            "太慢",
            "质量",
            "描述不符",
        ]
        found = ["".join(chance.choices(words, k=chance.randint(5, 40))) for _ in range(5000)]
    return [chance.choice(found)[:5000] for _ in range(count)]


def department() -> dict[str, list]:
    """Four teams, six stores; a seventh store with few cases and a team without any."""
    teams = [TeamFactory(name=f"团队{n}") for n in range(6)]
    stores = [StoreFactory(name=f"店铺{n}") for n in range(7)]
    for number, store in enumerate(stores):
        StoreServiceFactory(store=store, team=teams[min(number, 4) if number < 6 else 4])
    supervisor = PersonFactory(number="S001", posting__post=Post.SUPERVISOR)
    deputy = PersonFactory(number="S002", posting__post=Post.DEPUTY, posting__chief=supervisor)
    people = [supervisor, deputy]
    for number, team in enumerate(teams):
        lead = PersonFactory(
            number=f"L{number:03}",
            posting__post=Post.LEAD,
            posting__team=team,
            posting__chief=deputy,
        )
        people.append(lead)
        people += [
            PersonFactory(
                number=f"A{number:01}{step:02}",
                posting__post=Post.POSTSALE,
                posting__team=team,
                posting__chief=lead,
            )
            for step in range(5)
        ]
    return {"stores": stores, "people": people}


def seed_cases(count: int, chance: random.Random) -> None:
    made = department()
    stores, people = made["stores"], made["people"]
    products = Product.objects.bulk_create([Product(name=f"商品{n}") for n in range(300)])
    customers = []
    for number in range(max(10, count // 3)):
        phone = f"13{number:09}"
        customers.append(
            Customer(
                name=f"{chance.choice(SURNAMES)}tb{number:06}",
                platform=Platform.TMALL,
                phone=phone,
                phone_hash=sealing.phone_hash(phone),
                phone_masked=sealing.mask_phone(phone),
                created_at=NOW,
            )
        )
    Customer.objects.bulk_create(customers, batch_size=2000)
    orders = []
    weights = [30, 20, 20, 10, 10, 10, 0.2]
    for number in range(count // 2):
        orders.append(  # noqa: PERF401 -- as the customers above
            Order(
                store=chance.choices(stores, weights)[0],
                number=f"TB{number:010}",
                customer=chance.choice(customers),
                product=chance.choice(products),
                bought_at=NOW - timedelta(minutes=chance.randint(1, DAYS * 1440)),
            )
        )
    Order.objects.bulk_create(orders, batch_size=2000)
    types = list(ComplaintType.objects.exclude(parent=None))
    story = texts(count, chance)
    workers = people[2:]
    cases = []
    for number in range(count):
        at = NOW - timedelta(seconds=int((count - number) * DAYS * 86400 / count))
        order = chance.choice(orders) if chance.random() < 0.7 else None
        case = Complaint(
            number=f"C{at:%Y%m%d}-{number:06}",
            registered_at=at,
            changed_at=at,
            service_day=at.date(),
            channel=chance.choice(Channel.values),
            store=order.store if order else chance.choices(stores, weights)[0],
            order=order,
            customer=order.customer if order else chance.choice(customers),
            product=chance.choice(products),
            type=chance.choice(types),
            severity=chance.choice(Severity.values),
            description=story[number],
            recorder=chance.choice(workers[:24]),
            owner=chance.choice(workers[:24]) if chance.random() < 0.9 else None,
        )
        case.words = words_of(case)
        cases.append(case)
    Complaint.objects.bulk_create(cases, batch_size=1000)


LINES = """
INSERT INTO complaints_followup (number, complaint_id, order_id, store_id, owner_id, purpose,
    due_at, urgent, state, outcome, done_at, rescheduled, reference, created_at, version)
SELECT 'F' || to_char(c.registered_at, 'YYYYMMDD') || '-' || lpad((c.id * 10 + g)::text, 7, '0'),
    c.id, c.order_id, c.store_id, coalesce(c.owner_id, c.recorder_id), '回电确认换货地址',
    c.registered_at + g * interval '1 hour', c.id %% 200 = 0,
    CASE WHEN g = 1 AND c.id %% 50 = 0 THEN 'OPEN' ELSE 'DONE' END, '',
    CASE WHEN g = 1 AND c.id %% 50 = 0 THEN NULL ELSE c.registered_at END, 0, '',
    c.registered_at, 1
FROM complaints_complaint c, generate_series(1, %s) g
"""
NOTES = """
INSERT INTO complaints_note (complaint_id, author_id, written_at, text)
SELECT c.id, c.recorder_id, c.registered_at + g * interval '1 hour', left(c.description, 200)
FROM complaints_complaint c, generate_series(1, %s) g
"""
TIMELINE = """
INSERT INTO complaints_timelineentry (complaint_id, at, actor_id, kind, params)
SELECT complaint_id, written_at, author_id, 'NOTE', jsonb_build_object('note', id)
FROM complaints_note
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=10, help="follow-ups and notes of each case")
    parser.add_argument("--seed", type=int, default=20261123)
    chosen = parser.parse_args()
    began = time.monotonic()
    call_command("migrate", verbosity=0)
    seed_cases(chosen.cases, random.Random(chosen.seed))  # noqa: S311 -- the same rows each time
    print(f"{chosen.cases} complaints after {time.monotonic() - began:.0f} s")
    half = chosen.lines // 2
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("ANALYZE")
            return
        cursor.execute(LINES, [half])
        cursor.execute(NOTES, [chosen.lines - half])
        cursor.execute(TIMELINE)
        cursor.execute("VACUUM ANALYZE")
    print(f"{chosen.cases * chosen.lines} follow-ups and notes, seed {chosen.seed}")
    print(f"{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
