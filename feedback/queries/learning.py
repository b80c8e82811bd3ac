"""The model in use, what it says of a text, what it learns from, and how often it hits."""

import gzip
import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Count, F, Q

from feedback.enums import ItemKind
from feedback.models import Guess, Item, LearntModel, Topic
from feedback.policies import learning as policies
from feedback.policies.learning import KIND, MOOD, TOPIC, Learnt, Said
from feedback.queries.rules import HitRate
from portal.texttokens import index_tokens

log = logging.getLogger(__name__)

FOLDER = "models"
MOST_LEARNT = 60_000
MOOD_KIND = {
    policies.NEGATIVE: str(ItemKind.COMPLAINT),
    policies.POSITIVE: str(ItemKind.PRAISE),
}


def folder() -> Path:
    """Return where the files of the models lie."""
    return Path(settings.VAR_DIR) / FOLDER


def in_use() -> LearntModel | None:
    return LearntModel.objects.filter(is_active=True).first()


def weights_of(model: LearntModel) -> Learnt | None:
    """Return the weights of a model; None, and a line in the log, where they cannot be read."""
    return _weights(str(folder() / model.file), model.sha256)


@lru_cache(maxsize=2)
def _weights(path: str, sha256: str) -> Learnt | None:
    try:
        packed = Path(path).read_bytes()
        if hashlib.sha256(packed).hexdigest() != sha256:
            raise policies.Unreadable
        return policies.from_data(json.loads(gzip.decompress(packed)))
    except (OSError, EOFError, ValueError):
        log.exception("the weights of a learnt model cannot be read: %s", path)
        return None


@dataclass(frozen=True, kw_only=True)
class Learning:
    """What was learnt says of a text. `kind` is empty where it says nothing."""

    kind: str
    said: Said | None
    topics: Sequence[Said]


def about(weights: Learnt, text: str) -> Learning:
    """Return what the weights say; without decisions of one's own the mood of ratings speaks."""
    vector = weights.read(index_tokens(text))
    if kinds := weights.say(KIND, vector):
        kind, said = kinds[0].label, kinds[0]
    elif moods := weights.say(MOOD, vector):
        kind, said = MOOD_KIND.get(moods[0].label, ""), moods[0]
    else:
        return Learning(kind="", said=None, topics=())
    return Learning(kind=kind, said=said, topics=weights.say(TOPIC, vector))


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text with what is known of it; `kind` and `topics` are what a person decided."""

    text: str
    rating: int | None
    kind: str
    topics: Sequence[str]
    is_decided: bool


def examples() -> Iterator[Example]:
    """Give the newest items that say something, the oldest of them first."""
    useful = Item.objects.filter(Q(triaged_by__isnull=False) | Q(rating__isnull=False))
    rows = useful.exclude(text="").order_by("-received_at", "-pk")
    keys = list(rows.values_list("pk", flat=True)[:MOST_LEARNT])
    topics: dict[int, list[str]] = {}
    through = Item.topics.through.objects.filter(item__triaged_by__isnull=False)
    for item, code in through.values_list("item_id", "topic__code"):
        topics.setdefault(item, []).append(code)
    keys.reverse()
    names = ("pk", "text", "rating", "kind", "triaged_by_id")
    for start in range(0, len(keys), 500):
        part = Item.objects.filter(pk__in=keys[start : start + 500]).order_by("received_at", "pk")
        for pk, text, rating, kind, by in part.values_list(*names):
            yield Example(
                text=text, rating=rating, kind=kind if by else "", topics=topics.get(pk, ()),
                is_decided=by is not None,
            )  # fmt: skip


def heads_of(model: LearntModel) -> list[str]:
    """Return what a model answers: mood, kind, topic, as far as there was enough to learn."""
    return [name for name in (MOOD, KIND, TOPIC) if name in model.facts]


def suggestion(text: str) -> Learning | None:
    """Return what the model in use says of a text; None without one."""
    model = in_use()
    weights = weights_of(model) if model else None
    return about(weights, text) if weights else None


def decisions() -> int:
    """Return how many items people have triaged."""
    return Item.objects.filter(triaged_by__isnull=False).count()


def rate_of(model: LearntModel) -> HitRate:
    """Count how often a model suggested what a person then decided."""
    found = Guess.objects.filter(model=model)
    counts = found.aggregate(of=Count("pk"), hits=Count("pk", filter=Q(kind=F("decided"))))
    return HitRate(counts["hits"], counts["of"])


def versions(most: int = 10) -> list[LearntModel]:
    return list(LearntModel.objects.select_related("made_by").order_by("-number")[:most])


def topic_names() -> dict[str, str]:
    return {topic.code: topic.name for topic in Topic.objects.filter(is_active=True)}
