"""Import complaints and follow-ups into a running demo and watch the reminders arrive.

`python -m tests.kill.import_run` starts the demo in a scratch folder, imports 200 complaints and
200 follow-ups that fall due within the next minutes, looks at the notices of every owner as a
browser would, and compares with `manage.py export deliveries`. The exit code is 0 when every
reminder was seen in the portal of its receiver within 15 seconds and is listed once, else 1.
With DATABASE_URL and REDIS_URL set, the demo uses these.
"""

import argparse
import csv
import gzip
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from tests.kill.stage import ROOT

ZONE = ZoneInfo("Asia/Shanghai")  # the demo's
PASSWORD = "kefu-demo-2026"  # noqa: S105 -- the known one of the demo
REVIEWS = ROOT.parent / "shared" / "data" / "reviews.csv.gz"
MADE_UP = [
    "收到的杯子破了，要求换货。",
    "等了十天还没有发货，催了三次没人回。",
    "颜色和图片不一样。",
]
NUMBER = re.compile(r"F\d{8}-\d{4,}")
REMINDER = re.compile(
    r'class="bi bi-alarm"[^>]*></i>\s*<div class="notice-body">\s*<a[^>]*>([^<]*)<'
)
WITHIN = timedelta(seconds=15)
STARTED_WITHIN = 180.0  # seconds, the sample department included
LOOK_EVERY = 2.0  # seconds; an open page asks every five


@dataclass
class Reader:
    """An owner who has the page of notices open."""

    number: str
    session: requests.Session = field(default_factory=requests.Session)
    seen: dict[str, datetime] = field(default_factory=dict)

    def sign_in(self, url: str) -> None:
        self.session.trust_env = False  # a proxy does not know the loopback
        # The server ends a connection that is silent for as long as a reader pauses: one for each
        # look, or now and then a look meets the end of the last and fails.
        self.session.headers["Connection"] = "close"
        page = f"{url}accounts/login/"
        self.session.get(page, timeout=30)
        answer = self.session.post(
            page,
            data={
                "login": self.number,
                "password": PASSWORD,
                "csrfmiddlewaretoken": self.session.cookies["csrftoken"],
            },
            headers={"Referer": page},
            timeout=30,
        )
        if "/login" in answer.url:
            raise SystemExit(f"{self.number} cannot sign in")

    def look(self, url: str) -> None:
        page = self.session.get(f"{url}notices/", timeout=30)
        page.raise_for_status()
        told = " ".join(REMINDER.findall(page.text))  # not the notices of the assignment
        for number in NUMBER.findall(told):
            self.seen.setdefault(number, datetime.now(ZONE))


class Demo:
    """The demo in a scratch folder, with commands on the same data."""

    def __init__(self, folder: Path) -> None:
        self.env = os.environ | {"KEFU_VAR": str(folder)}
        self.folder = folder
        self.log = (folder / "demo.out").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", "0"],
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
        )

    def url(self) -> str:
        """Wait until all children run; return the address."""
        until = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            state = self.folder / "demo.json"
            if state.exists() and "beat" in (facts := json.loads(state.read_text()))["children"]:
                return facts["url"]
            time.sleep(0.2)
        raise SystemExit(f"the demo did not start:\n{(self.folder / 'demo.out').read_text()}")

    def command(self, *words: str) -> str:
        ended = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            raise SystemExit(f"manage.py {' '.join(words)}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def rows(self, kind: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.command("export", kind).lstrip("\ufeff"))))

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.log.close()


def texts(count: int) -> list[str]:
    """Return real reviews where the data lies beside the checkout, else made-up sentences."""
    if not REVIEWS.exists():
        return [MADE_UP[index % len(MADE_UP)] for index in range(count)]
    with gzip.open(REVIEWS, "rt", encoding="utf-8") as file:
        bad = (row["text"] for row in csv.DictReader(file) if row["rating"] in {"1", "2"})
        return [text for text, _count in zip(bad, range(count), strict=False)]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(rows)


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def import_all(demo: Demo, owners: list[str], *, rows: int, minutes: float) -> dict[str, datetime]:
    """Import; return the due time of each follow-up by its external number."""
    store = demo.rows("stores")[0]["store"]
    start = datetime.now(ZONE).replace(microsecond=0)
    cases = [
        {
            "registered_at": moment(start),
            "channel": "store_review",
            "store": store,
            "customer": f"买家{index:03}",
            "description": text,
            "reference": f"KILL-{index:03}",
        }
        for index, text in enumerate(texts(rows))
    ]
    write(demo.folder / "complaints.csv", cases)
    print(demo.command("import", "complaints", str(demo.folder / "complaints.csv")).strip())
    first = datetime.now(ZONE).replace(microsecond=0) + timedelta(seconds=20)
    chance = random.Random(rows)
    due_of = {
        case["reference"]: first + timedelta(seconds=chance.randrange(int(minutes * 60)))
        for case in cases
    }
    promises = [
        {
            "complaint": reference,
            "owner": owners[index % len(owners)],
            "due_at": moment(due_at),
            "purpose": "回电确认",
            "reference": reference,
        }
        for index, (reference, due_at) in enumerate(due_of.items())
    ]
    write(demo.folder / "followups.csv", promises)
    print(demo.command("import", "followups", str(demo.folder / "followups.csv")).strip())
    return due_of


def watch(readers: list[Reader], url: str, *, until: datetime) -> None:
    while datetime.now(ZONE) < until:
        started = time.monotonic()
        for reader in readers:
            reader.look(url)
        time.sleep(max(0.0, LOOK_EVERY - (time.monotonic() - started)))


def judge(demo: Demo, readers: list[Reader], due_of: dict[str, datetime]) -> bool:
    mine = {row["number"]: row for row in demo.rows("followups") if row["reference"] in due_of}
    seen = {reader.number: reader.seen for reader in readers}
    waits, unseen = [], 0
    for number, row in mine.items():
        at = seen[row["owner"]].get(number)
        unseen += at is None
        if at is not None:
            waits.append((at - due_of[row["reference"]]).total_seconds())
    listed = [
        row
        for row in demo.rows("deliveries")
        if row["followup"] in mine and row["channel"] == "portal"
    ]
    once = Counter((row["followup"], row["stage"]) for row in listed)
    owners = Counter(row["followup"] for row in listed if row["stage"].lower() == "due")
    figures = [
        ("follow-ups imported", len(mine), len(mine) == len(due_of)),
        ("never seen in the portal of the owner", unseen, unseen == 0),
        ("seen early", sum(wait < 0 for wait in waits), all(wait >= 0 for wait in waits)),
        ("seen at the latest after, s", round(max(waits, default=0), 1), None),
        (
            "seen later than 15 s",
            late := sum(wait > WITHIN.total_seconds() for wait in waits),
            late == 0,
        ),
        ("reminders listed by export deliveries", len(listed), None),
        ("listed more than once", twice := sum(n > 1 for n in once.values()), twice == 0),
        ("not listed", missing := len(mine.keys() - owners.keys()), missing == 0),
    ]
    for label, value, holds in figures:
        print(f"{label:<44}{value:>8g}  {'' if holds is None else 'holds' if holds else 'BROKEN'}")
    return all(holds is not False for _label, _value, holds in figures)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill.import_run", description=__doc__)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=3.0, help="within which they fall due")
    parser.add_argument("--owners", type=int, default=8)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clean up below
    folder = Path(tempfile.mkdtemp(prefix="kefu-import-"))
    demo = Demo(folder)
    try:
        url = demo.url()
        owners = [row["number"] for row in demo.rows("people") if row["number"].startswith("A")]
        readers = [Reader(number) for number in owners[: chosen.owners]]
        for reader in readers:
            reader.sign_in(url)
            reader.look(url)
            reader.seen.clear()  # what the sample department had before
        names = [reader.number for reader in readers]
        due_of = import_all(demo, names, rows=chosen.rows, minutes=chosen.minutes)
        watch(readers, url, until=max(due_of.values()) + WITHIN + timedelta(seconds=5))
        return 0 if judge(demo, readers, due_of) else 1
    finally:
        demo.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
