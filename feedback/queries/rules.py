"""The rules of triage as the policy takes them, and how often they hit."""

import unicodedata
from dataclasses import dataclass

from django.db.models import Count, F, Q

from feedback.models import Item, Rule, Topic
from feedback.policies import triage
from feedback.policies.triage import Suggestion, Words


def fold(text: str) -> str:
    """Return the text as rules read it: compatibility forms and upper case are gone."""
    return unicodedata.normalize("NFKC", text).casefold()


def in_force() -> list[Words]:
    """Return the rules in use, in one query."""
    rows = Rule.objects.filter(is_active=True).order_by("pk")
    return [
        Words(key=pk, words=words_in(words), kind=kind, topic=topic)
        for pk, words, kind, topic in rows.values_list("pk", "words", "kind", "topic_id")
    ]


def words_in(text: str) -> list[str]:
    """Return the words of a rule, folded, each once."""
    return list(dict.fromkeys(word for line in text.splitlines() if (word := fold(line.strip()))))


def suggest(rules: list[Words], text: str, rating: int | None) -> Suggestion:
    return triage.suggest(rules, fold(text), rating=rating)


def topics(*, active: bool = True) -> list[Topic]:
    rows = Topic.objects.filter(is_active=True) if active else Topic.objects.all()
    return list(rows.order_by("position", "pk"))


@dataclass(frozen=True)
class HitRate:
    """Of so many suggestions, so many were what a person decided."""

    hits: int
    of: int

    @property
    def percent(self) -> int:
        return round(100 * self.hits / self.of) if self.of else 0


def hit_rate() -> HitRate:
    """Count the suggestions of the items that people have triaged."""
    found = Item.objects.filter(triaged_by__isnull=False).exclude(suggested="")
    counts = found.aggregate(of=Count("pk"), hits=Count("pk", filter=Q(suggested=F("kind"))))
    return HitRate(counts["hits"], counts["of"])
