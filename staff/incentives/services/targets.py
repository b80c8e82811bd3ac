"""Targets: set, changed, withdrawn, and frozen exactly once at the end of their period."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal import audit, notices
from portal.models import User
from portal.money import Fen
from portal.period import DaySpan
from staff.daily.queries import known
from staff.incentives.enums import Aim, Bound, Measure, Reward, TargetState
from staff.incentives.models import Target, TargetResult, TargetRow
from staff.incentives.policies import targets as policies
from staff.incentives.policies.targets import MeasuredValue, Refusal
from staff.incentives.queries import targets as queries
from staff.incentives.queries.targets import Holder, Standing
from staff.incentives.services import adjustments
from staff.people.enums import Post
from staff.people.models import Person, Posting
from staff.rulebook import queries as rulebook

RULE = "INC-2"
SET, ENDED, WITHDRAWN = "target.set", "target.ended", "target.withdrawn"
AT_ONCE = 500
FROZEN_AT_ONCE = 20


class Refused(Exception):
    """The target cannot be set so; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class NameTaken(Exception):
    """There is a target of this name for the same aim and period."""


class ChangedMeanwhile(Exception):
    """Somebody changed the target since it was read; `current` is what it is now."""

    def __init__(self, current: Target) -> None:
        super().__init__(current.pk)
        self.current = current


class HasEnded(Exception):
    """The target has ended or was withdrawn; it never changes any more."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A target as somebody wants it; the aim has one of person, team, post and store."""

    name: str
    measure: Measure
    aim: Aim
    period: DaySpan
    bound: Bound
    goal: int
    person_id: int | None = None
    team_id: int | None = None
    post: str = ""
    store_id: int | None = None
    reward: Reward = Reward.NONE
    reward_text: str = ""
    reward_fen: Fen | None = None

    def fields(self) -> dict[str, object]:
        """Return what is stored of it, by column."""
        return {
            "name": self.name,
            "measure": self.measure,
            "aim": self.aim,
            "person_id": self.person_id,
            "team_id": self.team_id,
            "post": self.post,
            "store_id": self.store_id,
            "first_day": self.period.first_day,
            "last_day": self.period.last_day,
            "bound": self.bound,
            "goal": self.goal,
            "reward": self.reward,
            "reward_text": self.reward_text,
            "reward_fen": self.reward_fen,
        }


def why_not(wanted: Wanted, *, today: date) -> Refusal | None:
    """Return what the rules say against a target; looks up the post of a person."""
    is_presale: bool | None = None
    if wanted.aim == Aim.POST:
        is_presale = wanted.post == Post.PRESALE
    elif wanted.aim == Aim.PERSON:
        day = max(today, wanted.period.first_day)
        post = Posting.objects.on(day).filter(person_id=wanted.person_id or 0).values_list("post")
        is_presale = (Post.PRESALE,) in post if post else None
    wish = policies.Wish(
        measure=wanted.measure,
        aim=wanted.aim,
        goal=wanted.goal,
        period=wanted.period,
        is_presale=is_presale,
    )
    return policies.why_not_set(wish, today=today)


@transaction.atomic
def set_target(
    *,
    actor: User | None,
    by: Person | None,
    wanted: Wanted,
    now: datetime,
) -> Target:
    """Set a target and tell those whom it concerns. Raises Refused and NameTaken."""
    today = timezone.localdate(now)
    if reason := why_not(wanted, today=today):
        raise Refused(reason)
    target = Target(**wanted.fields(), set_by=by, set_at=now)
    _store(target)
    audit.record(actor=actor, verb="target.set", target=target, at=now, after=_told(target))
    _tell(target, SET, queries.holders(target, today=today), actor=actor, now=now)
    return target


@transaction.atomic
def change_target(
    *, actor: User | None, target_id: int, version: int, wanted: Wanted, now: datetime
) -> Target:
    """Change a target that runs. Raises ChangedMeanwhile, HasEnded, Refused and NameTaken."""
    target = _running(target_id, version, now=now)
    today = timezone.localdate(now)
    if reason := why_not(wanted, today=today):
        raise Refused(reason)
    before = _told(target)
    names = [name for name, value in wanted.fields().items() if getattr(target, name) != value]
    if not names:
        return target
    for name in names:
        setattr(target, name, wanted.fields()[name])
    target.version += 1
    _store(target)
    audit.record(
        actor=actor, verb="target.changed", target=target, at=now, before=before,
        after={**_told(target), "fields": names},
    )  # fmt: skip
    _tell(target, SET, queries.holders(target, today=today), actor=actor, now=now)
    return target


@transaction.atomic
def withdraw_target(
    *, actor: User | None, target_id: int, version: int, because: str, now: datetime
) -> Target:
    """Withdraw a target that runs, with a reason. Raises ChangedMeanwhile and HasEnded."""
    target = _running(target_id, version, now=now)
    target.state, target.ended_at = TargetState.WITHDRAWN, now
    target.withdrawn_because = because
    target.version += 1
    target.save()
    audit.record(actor=actor, verb="target.withdrawn", target=target, at=now)
    notices.settle(f"target:{target.pk}", now=now)
    concerned = queries.holders(target, today=timezone.localdate(now))
    _tell(target, WITHDRAWN, concerned, actor=actor, now=now)
    return target


def _running(target_id: int, version: int, *, now: datetime) -> Target:
    target = Target.objects.select_for_update().get(pk=target_id)
    if target.state != TargetState.RUNNING or target.last_day < timezone.localdate(now):
        raise HasEnded(target_id)
    if target.version != version:
        raise ChangedMeanwhile(target)
    return target


def _store(target: Target) -> None:
    try:
        with transaction.atomic():
            target.save()
    except IntegrityError as error:
        if "target_once_for" in str(error) or "UNIQUE" in str(error):
            raise NameTaken(target.name) from None
        raise


def _told(target: Target) -> dict[str, object]:
    """Return what the audit log keeps: references and numbers, no free text."""
    return {
        "measure": target.measure,
        "aim": target.aim,
        "of": target.person_id or target.team_id or target.store_id or target.post,
        "from": target.first_day.isoformat(),
        "until": target.last_day.isoformat(),
        "bound": target.bound,
        "goal": target.goal,
        "reward": target.reward,
        "fen": target.reward_fen,
    }


def _tell(
    target: Target,
    kind: str,
    concerned: list[Holder],
    *,
    actor: User | None,
    now: datetime,
    standings: dict[int | None, Standing] | None = None,
) -> None:
    drafts = []
    for one in concerned:
        if one.user_id is None or (actor is not None and one.user_id == actor.pk):
            continue
        params: dict[str, object] = {"target": target.pk, "name": target.name}
        if standings is not None:
            own = standings.get(one.person_id, standings.get(None, queries.NOTHING))
            params["reached"] = own.reached
        drafts.append(
            notices.Draft(
                receiver_id=one.user_id,
                key=f"target:{target.pk}:{kind}:{target.version}",
                kind=kind,
                params=params,
                subject=f"target:{target.pk}",
            )
        )
    notices.send(drafts, now=now)


def oldest_due(now: datetime) -> datetime | None:
    """Return when the oldest target that waits to be frozen ended."""
    first = Target.objects.due(timezone.localdate(now)).first()
    if first is None:
        return None
    end = known.end_of(first.last_day, rulebook.timetable())
    return end if end <= now else None


def freeze_due(now: datetime) -> int:
    """Freeze targets whose last service day is over; returns how many. Safe to run side by side."""
    waiting = list(Target.objects.due(timezone.localdate(now))[:FROZEN_AT_ONCE])
    if not waiting:
        return 0
    desk = rulebook.timetable()
    ripe = [target for target in waiting if known.end_of(target.last_day, desk) <= now]
    return sum(freeze(target_id=target.pk, now=now) for target in ripe)


@transaction.atomic
def freeze(*, target_id: int, now: datetime) -> bool:
    """Write down what a target came to, its rows and its reward; whether this call did it.

    The claim is a conditional UPDATE: of two at once, one freezes.
    """
    claimed = Target.objects.filter(pk=target_id, state=TargetState.RUNNING).update(
        state=TargetState.FROZEN, ended_at=now
    )
    if not claimed:
        return False
    target = Target.objects.get(pk=target_id)
    concerned = queries.holders(target, today=target.last_day)
    people = {target.pk: [one.person_id for one in concerned]}
    measured = queries.measured([target], people=people, now=now)
    standings = {
        person: _freeze_result(target, person, rows, now=now)
        for (_pk, person), rows in sorted(measured.items(), key=lambda item: item[0][1] or 0)
    }
    reached = [one for one in concerned if _has_reached(one, standings)]
    _reward(target, reached, now=now)
    audit.record(
        actor=None, verb="target.frozen", target=target, at=now,
        after={"results": len(standings), "reached": len(reached)},
    )  # fmt: skip
    notices.settle(f"target:{target.pk}", now=now)
    _tell(target, ENDED, concerned, actor=None, now=now, standings=standings)
    return True


def _freeze_result(
    target: Target, person_id: int | None, rows: list[MeasuredValue], *, now: datetime
) -> Standing:
    standing = queries.standing_of(target, rows)
    result = TargetResult.objects.create(
        target=target,
        person_id=person_id,
        value=standing.figure.value if standing.figure else None,
        rows=len(rows),
        reached=standing.reached,
        frozen_at=now,
    )
    TargetRow.objects.bulk_create(
        [
            TargetRow(
                result=result, key=row.key, at=row.at, value=row.value, weight=row.weight,
                person_id=row.person_id, store_id=row.store_id, url=row.url,
            )
            for row in rows
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
    return standing


def _has_reached(one: Holder, standings: dict[int | None, Standing]) -> bool:
    own = standings.get(one.person_id, standings.get(None, queries.NOTHING))
    return own.reached is True


def _reward(target: Target, reached: list[Holder], *, now: datetime) -> None:
    """Give the money of a reached target; never to whoever set it."""
    if target.reward != Reward.MONEY or not target.reward_fen:
        return
    amounts = [
        adjustments.Amount(
            source=f"target:{target.pk}:{one.person_id}",
            person_id=one.person_id,
            rule=RULE,
            day=target.last_day,
            amount=Fen(target.reward_fen),
            reason=target.name,
        )
        for one in reached
        if one.person_id != target.set_by_id
    ]
    adjustments.decide(amounts=amounts, by=target.set_by, now=now)
