"""Learn from real reviews and tell negative from positive text without looking at the rating.

    python -m tests.benchmarks.learnt_mood [--file ../shared/data/reviews.csv.gz] [--rows 53851]
        [--try OTHER.csv]

Learns from the oldest 80 % by time and tries the rest. Prints the share that came out right, the
seconds of the clock and of the processor, the strongest words, and some sentences that are not in
the file. With --try also the share of another file with the columns text and rating (1 and 2 are
negative, 4 and 5 positive). Exit status 1 below 90 % or beyond 60 seconds.
"""

import argparse
import csv
import gzip
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("KEFU_DATA_KEY", "benchmark-data-key-that-stays-the-same")

import django

django.setup()

from feedback.policies.learning import MOOD, NEGATIVE, POSITIVE, split_by_time  # noqa: E402 -- after the setup
from feedback.queries.learning import Example  # noqa: E402 -- the same
from feedback.services import learning  # noqa: E402 -- the same
from portal.texttokens import index_tokens  # noqa: E402 -- the same

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "reviews.csv.gz"
LEAST_PERCENT, MOST_SECONDS = 90.0, 60.0
SENTENCES = [
    ("等了一个星期才到，打开一看屏幕是碎的，客服还推来推去。", NEGATIVE),
    ("用了两天就坏了，再也不会在这家买了。", NEGATIVE),
    ("说好的赠品没有，问了也不回。", NEGATIVE),
    ("孩子特别喜欢，字体清晰，包装也很结实，下次还来。", POSITIVE),
    ("送货师傅很热情，东西和描述一样，值得推荐。", POSITIVE),
    ("口感很好，很新鲜，全家都爱吃。", POSITIVE),
]


def read(path: Path, rows: int) -> list[Example]:
    """Return the rated texts of a file, the oldest first."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as lines:
        found = [row for _place, row in zip(range(rows), csv.DictReader(lines), strict=False)]
    found.sort(key=lambda row: row.get("received_at", ""))
    return [
        Example(text=row["text"], rating=int(row["rating"]), kind="", topics=(), is_decided=False)
        for row in found
        if row["rating"].strip()
    ]


def hits(learnt, examples) -> tuple[int, int]:
    """Return how many of the texts that are negative or positive were told right."""
    wanted = {1: NEGATIVE, 2: NEGATIVE, 4: POSITIVE, 5: POSITIVE}
    told = [
        (learnt.say(MOOD, learnt.read(index_tokens(one.text))), wanted[one.rating])
        for one in examples
        if one.rating in wanted
    ]
    return sum(bool(said) and said[0].label == label for said, label in told), len(told)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--rows", type=int, default=10**9)
    parser.add_argument("--try", type=Path, dest="other")
    options = parser.parse_args()
    examples = read(options.file, options.rows)
    split = split_by_time(len(examples))
    began, used = time.perf_counter(), time.process_time()
    learnt, _facts = learning.learn(examples[:split])
    took, cpu = time.perf_counter() - began, time.process_time() - used
    right, of = hits(learnt, examples[split:])
    percent = 100 * right / of
    print(f"learnt from {split} reviews, its own trial included, in {took:.1f} s ({cpu:.1f} s CPU)")
    print(f"{right} of {of} newer reviews right: {percent:.2f} %")
    for label in (NEGATIVE, POSITIVE):
        print(f"{label}: {' '.join(learnt.strongest(MOOD, label))}")
    for text, label in SENTENCES:
        said = learnt.say(MOOD, learnt.read(index_tokens(text)))[0]
        mark = "" if said.label == label else "  WRONG"
        print(f"{said.label} {said.percent} % ({' '.join(said.words)}): {text}{mark}")
    if options.other:
        right, of = hits(learnt, read(options.other, 10**9))
        print(f"{options.other.name}: {right} of {of} right: {100 * right / max(of, 1):.2f} %")
    return int(percent < LEAST_PERCENT or took > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
