"""Customers are called after cases and orders (FBK-1): drawn by rule, tried, written down."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from complaints.enums import Channel as Source
from complaints.models import Complaint, Order
from complaints.services import closing
from feedback.enums import CallOutcome, CallState
from feedback.models import Call, CallAttempt, CallRule, Item
from feedback.policies import calls as policies
from feedback.queries import aftercase
from feedback.queries import calls as queries
from feedback.services import intake
from feedback.services.channels import ChangedMeanwhile
from portal import audit, submissions
from portal.models import User
from staff.people.models import Person
from staff.rulebook import queries as rulebook

DRAWN_EVERY = timedelta(minutes=30)
TRIED_AGAIN = timedelta(hours=3)
LONGEST_WORDS = 2000


class Over(Exception):
    """The call has ended, or somebody else has taken it, meanwhile."""


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    name: str
    store_id: int
    after: str
    days: int
    percent: int
    per_person: int
    rest_days: int
    is_active: bool = True


@transaction.atomic
def make_rule(*, actor: User, facts: RuleFacts, form_key: uuid.UUID, now: datetime) -> CallRule:
    """Add a rule. Raises AlreadySubmitted, and IntegrityError for a name that is taken."""
    claim = submissions.claim(key=form_key, user=actor, now=now)
    rule = CallRule.objects.create(**vars(facts))
    audit.record(actor=actor, verb="callrule.made", target=rule, at=now, after=dict(vars(facts)))
    submissions.finish(claim, result=reverse("feedback:call_rules"))
    return rule


@transaction.atomic
def change_rule(
    *, actor: User, rule_id: int, facts: RuleFacts, version: int, now: datetime
) -> CallRule:
    """Change a rule; what it drew stays. Raises ChangedMeanwhile, and IntegrityError as above."""
    rule = CallRule.objects.select_for_update().get(pk=rule_id)
    if rule.version != version:
        raise ChangedMeanwhile(rule)
    before = {name: getattr(rule, name) for name in vars(facts)}
    for name, value in vars(facts).items():
        setattr(rule, name, value)
    rule.version += 1
    rule.drawn_at = None
    rule.save()
    audit.record(
        actor=actor, verb="callrule.changed", target=rule, at=now, before=before,
        after=dict(vars(facts)),
    )  # fmt: skip
    return rule


def draw_due(now: datetime) -> int:
    """Draw for the rules that have not drawn lately; a step of the tick. Safe side by side."""
    stale = Q(drawn_at=None) | Q(drawn_at__lte=now - DRAWN_EVERY)
    keys = CallRule.objects.filter(stale, is_active=True).values_list("pk", flat=True)
    return sum(_draw(key, now=now) for key in list(keys))


@transaction.atomic
def _draw(rule_id: int, *, now: datetime) -> int:
    """Draw for one rule; the row of the rule is the claim. Returns 1 for the rule that drew."""
    stale = Q(drawn_at=None) | Q(drawn_at__lte=now - DRAWN_EVERY)
    if not CallRule.objects.filter(stale, pk=rule_id, is_active=True).update(drawn_at=now):
        return 0
    rule = CallRule.objects.get(pk=rule_id)
    drawn = [
        thing
        for thing in queries.things_for(rule, now=now)
        if policies.is_drawn(rule.pk, thing.pk, percent=rule.percent)
    ]
    since = now - timedelta(days=rule.rest_days)
    counts = queries.called_lately({one.customer_id or 0 for one in drawn}, since=since)
    calls = []
    for thing in drawn:
        call = _call(rule, thing, now=now)
        if counts[call.customer_id] >= rule.per_person:
            call.state = CallState.LEFT_OUT
        else:
            counts[call.customer_id] += 1
        calls.append(call)
    Call.objects.bulk_create(calls, ignore_conflicts=True, batch_size=500)
    return 1


def _call(rule: CallRule, thing: Complaint | Order, *, now: datetime) -> Call:
    call = Call(
        rule=rule,
        store_id=rule.store_id,
        customer_id=thing.customer_id or 0,
        drawn_at=now,
        due_at=now,
    )
    if isinstance(thing, Complaint):
        call.complaint, call.turn = thing, thing.reopened
        call.agent = aftercase.holder_of(thing)
    else:
        call.order = thing
    return call


@transaction.atomic
def take(*, actor: Person, call_id: int, now: datetime) -> None:
    """Take a call that nobody has taken. Raises Over."""
    free = Call.objects.filter(pk=call_id, state=CallState.WAITING)
    if not free.filter(Q(owner=None) | Q(owner=actor)).update(owner=actor):
        raise Over
    call = Call.objects.get(pk=call_id)
    audit.record(actor=actor.user, verb="call.taken", target=call, at=now)


@transaction.atomic
def number_of(*, actor: Person, call: Call, now: datetime) -> str:
    """Return the phone number in the open; each look is written down (§10)."""
    audit.record(
        actor=actor.user, verb="customer.unmasked", target=call, at=now,
        after={"what": "phone", "customer": call.customer_id},
    )  # fmt: skip
    return str(call.customer.phone)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What the call form says: how it went, and what the customer said."""

    outcome: CallOutcome
    score: int | None = None
    words: str = ""
    note: str = ""
    again_at: datetime | None = None


@transaction.atomic
def record(
    *, actor: Person, call_id: int, tried: Tried, form_key: uuid.UUID, now: datetime
) -> Call:
    """Write down an attempt; a customer who was reached says an item of feedback.

    A low score about a closed case reopens it once (CMP-14). Raises AlreadySubmitted and Over.
    """
    if actor.user is None:
        raise ValueError("somebody without a sign-in sends no form")
    claim = submissions.claim(key=form_key, user=actor.user, now=now)
    rows = Call.objects.select_for_update(of=("self",))
    related = ("store", "customer", "complaint__order", "complaint__product", "order__product")
    call = rows.select_related(*related, "agent").defer("complaint__words").get(pk=call_id)
    if call.state != CallState.WAITING:
        raise Over
    CallAttempt.objects.create(call=call, at=now, by=actor, outcome=tried.outcome, note=tried.note)
    most = rulebook.policy_on(timezone.localdate(now)).revisit_attempts
    call.state = policies.state_after(
        tried.outcome,
        attempts=CallAttempt.objects.filter(call=call, outcome=CallOutcome.NO_ANSWER).count(),
        most=most,
    )
    call.owner = call.owner or actor
    if call.state == CallState.WAITING:
        call.due_at = tried.again_at or now + TRIED_AGAIN
    if call.state == CallState.REACHED:
        call.item = _item(call, tried, actor=actor, now=now)
    call.save(update_fields=["state", "owner", "due_at", "item"])
    if call.complaint_id is not None and call.item and tried.score is not None:
        heard = closing.Heard(
            score=tried.score, words=tried.words[:LONGEST_WORDS], channel=Source.PHONE, by=actor
        )
        closing.hear(complaint_id=call.complaint_id, turn=call.turn, heard=heard, now=now)
    audit.record(
        actor=actor.user, verb="call.tried", target=call, at=now, after={"outcome": tried.outcome}
    )
    submissions.finish(claim, result=reverse("feedback:call", args=[call.pk]))
    return call


def _item(call: Call, tried: Tried, *, actor: Person, now: datetime) -> Item:
    desk = intake.Desk(now=now)
    complaint = call.complaint
    order = complaint.order if complaint else call.order
    product = complaint.product if complaint else (order.product if order else None)
    item = Item(
        channel=desk.channel_of(Source.PHONE, call.store_id), source=Source.PHONE,
        store=call.store, reference=f"call-{call.pk}", order=order, customer=call.customer,
        product=product, agent=call.agent, rating=tried.score, text=tried.words, received_at=now,
    )  # fmt: skip
    intake.write_items(
        fresh=[item], changed=[], desk=desk, actor=actor.user, verb="feedback.entered"
    )
    return item
