"""Rules of triage are made and changed by those who manage."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from feedback.models import Rule
from feedback.services.channels import ChangedMeanwhile
from portal import audit, submissions
from portal.models import User


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    name: str
    words: str
    kind: str = ""
    topic_id: int | None = None
    is_active: bool = True


@transaction.atomic
def make_rule(*, actor: User, facts: RuleFacts, form_key: uuid.UUID, now: datetime) -> Rule:
    """Add a rule. Raises AlreadySubmitted, and IntegrityError for a name that is taken."""
    claim = submissions.claim(key=form_key, user=actor, now=now)
    rule = Rule.objects.create(**vars(facts))
    audit.record(actor=actor, verb="rule.made", target=rule, at=now, after=_told(rule))
    submissions.finish(claim, result=reverse("feedback:rules"))
    return rule


@transaction.atomic
def change_rule(
    *, actor: User, rule_id: int, facts: RuleFacts, version: int, now: datetime
) -> Rule:
    """Change a rule. Raises ChangedMeanwhile, and IntegrityError for a name that is taken."""
    rule = Rule.objects.select_for_update().get(pk=rule_id)
    if rule.version != version:
        raise ChangedMeanwhile(rule)
    before = _told(rule)
    for name, value in vars(facts).items():
        setattr(rule, name, value)
    rule.version += 1
    rule.save()
    audit.record(
        actor=actor, verb="rule.changed", target=rule, at=now, before=before, after=_told(rule)
    )
    return rule


def _told(rule: Rule) -> dict[str, object]:
    return {
        "kind": rule.kind,
        "topic": rule.topic_id,
        "words": len(rule.words.splitlines()),
        "is_active": rule.is_active,
    }
