"""What a search among the cases of tests.benchmarks.seed_cases costs, both sides together.

    DATABASE_URL=postgres://... python -m tests.benchmarks.search_cost [--rounds 9]
    KEFU_VAR=/somewhere python -m tests.benchmarks.search_cost               # SQLite

Prints for a frequent and a rare word in both languages the processor time of the web process and
of its process in the database (ms, median), which must run on the same machine; and how many cases
hold the word. SQLite works within the web process. Exit status 1 where both together take more
than 50 ms. A machine that is busy with other things counts up to double: `yardstick` is what a
fixed piece of work took meanwhile, to compare runs by.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 -- after the setup
from django.db import connection  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.urls import reverse  # noqa: E402 -- the same

from complaints.models import Complaint  # noqa: E402 -- the same
from portal.texttokens import query_tokens  # noqa: E402 -- the same

MOST_MS = 50.0
WORDS = {
    "frequent, Chinese": ("不错", "质量", "客服"),
    "rare, Chinese": ("押韵", "霉味"),
    "one character": ("好", "霉"),
    "frequent, English": ("ok",),
    "rare, English": ("iphone", "wifi"),
    "two words": ("质量 客服",),
}
POSTS = {"supervisor": "S001", "lead": "L000", "agent": "A401"}


def database_ms(pid: int) -> float:
    """Return the processor time that the database's process has used so far; 0 without one."""
    if not pid:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def yardstick_ms() -> float:
    began, total = time.process_time(), 0
    for number in range(300_000):
        total += number * number % 7
    return (time.process_time() - began) * 1000


def pid_of_database() -> int:
    """Return the process that serves this connection; 0 where the database has none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def measure(client, path, pid, rounds):
    client.get(path)
    ours, start = [], database_ms(pid)
    for _ in range(rounds):
        began = time.process_time()
        assert client.get(path).status_code == 200
        ours.append((time.process_time() - began) * 1000)
    # The database's clock ticks every 10 ms: only the mean over the rounds says something.
    return statistics.median(ours), (database_ms(pid) - start) / rounds


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    pid = pid_of_database()
    yardstick = statistics.median(yardstick_ms() for _ in range(9))
    print(f"{connection.vendor}, yardstick {yardstick:.1f} ms")
    print(f"{Complaint.objects.count()} complaints")
    print(f"{'word':30}{'cases':>8}{'post':>12}{'web ms':>9}{'db ms':>9}{'together':>10}")
    bad = False
    for kind, words in WORDS.items():
        for word in words:
            held = Complaint.objects.matching(query_tokens(word)).count()
            for post, number in POSTS.items():
                client = Client(headers={"host": "localhost"})
                client.force_login(get_user_model().objects.get(username=number))
                path = f"{reverse('complaints:list')}?q={word}"
                web, database = measure(client, path, pid, chosen.rounds)
                too_much = web + database > MOST_MS
                bad = bad or too_much
                print(
                    f"{kind + ': ' + word:30}{held:8}{post:>12}{web:9.1f}{database:9.1f}"
                    f"{web + database:10.1f}{'  <-- too much' * too_much}",
                    flush=True,
                )
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
