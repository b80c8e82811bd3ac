"""The verdict: what was told, in the portal and to the robot, against what was promised."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.models import Reminder
from complaints.services.reminders import DIGEST, REMINDER
from portal import outbox
from portal.models import Notice, OutboxMessage
from tests.kill.robot import Taken
from tests.kill.scene import Plan

AT_MOST = timedelta(seconds=60)


@dataclass(frozen=True)
class Line:
    """One figure. `most` is the bound it must not exceed; None: for information only."""

    label: str
    value: float
    most: float | None = None

    @property
    def holds(self) -> bool:
        return self.most is None or self.value <= self.most


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0


def _told(plan: Plan) -> tuple[dict, dict[tuple[str, str], list]]:
    """Return the delivered rungs by key, and the notices by follow-up, rung and receiver."""
    rows = Reminder.objects.exclude(delivered_at=None).values_list(
        "followup__number", "stage", "pk", "delivered_at", "digest_id", "receiver__number"
    )
    rungs = defaultdict(list)
    for number, stage, *rest in rows:
        if (number, stage) in plan:
            rungs[number, stage].append(rest)
    notices = defaultdict(list)
    for params, receiver, at in Notice.objects.filter(kind=REMINDER).values_list(
        "params", "receiver__username", "created_at"
    ):
        notices[params["followup"], params["stage"]].append((receiver, at))
    return rungs, notices


def in_portal(plan: Plan, *, last_blow: datetime) -> list[Line]:
    """Count losses, doubles and early ones in the portal, by the plan rather than by the marks."""
    rungs, notices = _told(plan)
    found: Counter[str] = Counter()
    late, after = [], [0.0]
    promised_digest: Counter[str] = Counter()
    for key, wanted in plan.items():
        told = [at for receiver, at in notices[key] if receiver == wanted.receiver]
        digests = [row for row in rungs[key] if row[2] is not None]
        moments = told + [row[1] for row in digests]
        promised_digest.update(row[3] for row in digests)
        found["lost"] += not moments
        found["unmarked"] += not rungs[key]
        found["doubled"] += max(0, len(moments) - 1) + max(0, len(rungs[key]) - 1)
        found["astray"] += len(notices[key]) - len(told)
        found["early"] += sum(at < wanted.due_at for at in moments)
        late += [(at - wanted.due_at).total_seconds() for at in moments]
        after += [(at - last_blow).total_seconds() for at in moments]
    strange = sum(len(rows) for key, rows in notices.items() if key not in plan)
    counted: Counter[str] = Counter()
    for params, receiver in Notice.objects.filter(kind=DIGEST).values_list(
        "params", "receiver__username"
    ):
        counted[receiver] += params["count"]
    return [
        Line("portal: reminders that fell due", len(plan)),
        Line("portal: lost", found["lost"], 0),
        Line("portal: without a mark", found["unmarked"], 0),
        Line("portal: doubled", found["doubled"], 0),
        Line("portal: to somebody else", found["astray"] + strange, 0),
        Line("portal: early", found["early"], 0),
        Line("portal: in a digest", promised_digest.total()),
        Line("portal: digests that count wrongly", int(counted != promised_digest), 0),
        Line("portal: half told within, s", round(percentile(late, 0.5), 1)),
        Line("portal: 99 % told within, s", round(percentile(late, 0.99), 1)),
        Line("portal: last told after the last blow, s", round(max(after), 1), 60),
    ]


def at_robot(plan: Plan, taken: list[Taken], *, last_blow: datetime, blows: int) -> list[Line]:
    """Count losses, repeats and early ones at the robot, by what the robot itself has seen.

    A post holds several messages; one that is repeated must hold the same messages again, so that
    no message stands in two posts that read differently.
    """
    waiting = set(
        map(outbox.identifier, OutboxMessage.objects.waiting().values_list("key", flat=True))
    )
    rows = Reminder.objects.filter(digest=None).exclude(delivered_at=None)
    due_of = {
        outbox.identifier(f"reminder:{pk}:robot"): plan[number, stage].due_at
        for pk, number, stage in rows.values_list("pk", "followup__number", "stage")
        if (number, stage) in plan
    }
    digests = Reminder.objects.exclude(digest=None).exclude(delivered_at=None).count()
    seen: dict[str, list[Taken]] = defaultdict(list)
    for post in taken:
        for identifier in post.identifiers:
            seen[identifier].append(post)
    first = {key: min(post.at for post in posts) for key, posts in seen.items()}
    after = [(at - last_blow).total_seconds() for at in first.values()]
    late = [(first[key] - due).total_seconds() for key, due in due_of.items() if key in first]
    return [
        Line("robot: messages expected", len(plan) - digests),
        Line("robot: lost", len(plan) - digests - len(due_of.keys() & (seen.keys() | waiting)), 0),
        Line("robot: not sent in time", len(due_of.keys() & waiting - seen.keys()), 0),
        Line("robot: posts", len(taken)),
        Line(
            "robot: posts repeated", len(taken) - len({post.identifiers for post in taken}), blows
        ),
        Line("robot: messages in repeated posts", sum(len(posts) - 1 for posts in seen.values())),
        Line("robot: repeats that read differently", _changed(seen), 0),
        Line("robot: with an unknown key", len(seen.keys() - due_of.keys()), 0),
        Line("robot: early", sum(seconds < 0 for seconds in late), 0),
        Line("robot: half taken within, s", round(percentile(late, 0.5), 1)),
        Line("robot: 99 % taken within, s", round(percentile(late, 0.99), 1)),
        Line("robot: last taken after the last blow, s", round(max(after, default=0.0), 1), 60),
    ]


def _changed(seen: dict[str, list[Taken]]) -> int:
    return sum(len({post.text for post in posts}) - 1 for posts in seen.values())
