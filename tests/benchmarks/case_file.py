"""Write a file of orders or complaints as large as asked for, to time an import with.

    python -m tests.benchmarks.case_file orders 100000 > orders.csv
    DATABASE_URL=postgres://... /usr/bin/time -v python manage.py import orders orders.csv

Orders and complaints belong together: complaints name orders of the first file. The store is
called as tests.benchmarks.seed_cases calls its first one.
"""

import csv
import gzip
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

REVIEWS = Path("../shared/data/reviews.csv.gz")
START = datetime(2026, 1, 1, 9)  # noqa: DTZ001 -- local time, as files have it
TYPES = ("quality.defect", "服务态度", "service.damaged", "price.false", "")


def stories() -> list[str]:
    if not REVIEWS.exists():
        return [f"收到的第{n}件商品破了，要求退款" for n in range(5000)]
    with gzip.open(REVIEWS, "rt", encoding="utf-8-sig", newline="") as file:
        rows = [row["text"].strip() for row in csv.DictReader(file)]
    return [text for text in rows if text.isprintable() and 1 < len(text) < 5000]


def orders(count: int, chance: random.Random) -> list[list[str]]:
    head = ["order", "store", "customer", "phone", "address", "product", "amount", "bought_at"]
    rows = [head]
    for number in range(count):
        at = START + timedelta(minutes=4 * number)
        buyer = chance.randrange(max(1, count // 2))
        address = f"江苏省扬州市广陵区文昌路{buyer}号"
        row = [f"IM{number:08}", "店铺0", f"买家{buyer}", f"13{buyer:09}", address]
        rows.append([*row, f"商品{number % 300}", f"{number % 900}.50", f"{at:%Y-%m-%d %H:%M}"])
    return rows


def complaints(count: int, chance: random.Random) -> list[list[str]]:
    head = ["registered_at", "channel", "store", "order", "customer", "phone", "type", "severity"]
    rows = [[*head, "description", "demand", "amount", "product", "reference"]]
    texts = stories()
    for number in range(count):
        at = START + timedelta(minutes=4 * number, days=5)
        buyer = chance.randrange(max(1, count // 2))
        row = [f"{at:%Y-%m-%d %H:%M:%S}", "chat", "店铺0", f"IM{number:08}", f"买家{buyer}"]
        row += [f"13{buyer:09}", TYPES[number % 5], "ordinary", texts[number % len(texts)]]
        rows.append([*row, "退款", "9.90", f"商品{number % 300}", f"IM{number}"])
    return rows


def main() -> None:
    kind, count = sys.argv[1], int(sys.argv[2])
    chance = random.Random(20261123)  # noqa: S311 -- the same file each time
    made = orders(count, chance) if kind == "orders" else complaints(count, chance)
    csv.writer(sys.stdout).writerows(made)


if __name__ == "__main__":
    main()
