"""What rules suggest for a text, and which texts are nearly the same."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from feedback.enums import ItemKind

NEGATIVE_UP_TO = 2
POSITIVE_FROM = 4
RATING_COUNTS = 2
LONGEST_SAID = 6
NEAR = 0.6
SKETCHED = 2


@dataclass(frozen=True, kw_only=True)
class Words:
    """A rule: any of the words suggests the kind and the topic. Words are folded already."""

    key: int
    words: Sequence[str]
    kind: str = ""
    topic: int | None = None


@dataclass(frozen=True)
class Suggestion:
    """What the rules say of a text, with the words that led to it. `kind` may be empty."""

    kind: str = ""
    kind_words: Sequence[str] = ()
    by_rating: bool = False
    topics: dict[int, Sequence[str]] = field(default_factory=dict)


def is_negative(rating: int | None) -> bool:
    """Whether a rating speaks for a complaint."""
    return rating is not None and rating <= NEGATIVE_UP_TO


def suggest(rules: Iterable[Words], folded: str, *, rating: int | None) -> Suggestion:
    """Return the kind with the most words in the text, and every topic with one.

    `folded` is the text as `fold` leaves it. A rating counts as two words: one or two stars for a
    complaint, four or five for praise. Of two kinds with the same count the rating decides, else
    none is suggested.
    """
    counts: Counter[str] = Counter()
    said: defaultdict[str, list[str]] = defaultdict(list)
    topics: dict[int, Sequence[str]] = {}
    for rule in rules:
        found = [word for word in rule.words if word in folded]
        if found and rule.kind:
            counts[rule.kind] += len(found)
            said[rule.kind] += found
        if found and rule.topic is not None:
            topics[rule.topic] = [*topics.get(rule.topic, ()), *found][:LONGEST_SAID]
    rated = kind_of_rating(rating)
    if rated:
        counts[rated] += RATING_COUNTS
    kind = _best(counts, rated)
    return Suggestion(
        kind=kind,
        kind_words=said[kind][:LONGEST_SAID],
        by_rating=bool(kind) and kind == rated,
        topics=topics,
    )


def _best(counts: Counter[str], rated: str) -> str:
    """Return the kind with the most words; of several that of the rating, else none."""
    most = max(counts.values(), default=0)
    best = [kind for kind, count in counts.items() if count == most]
    if len(best) == 1:
        return best[0]
    return rated if rated in best else ""


def kind_of_rating(rating: int | None) -> str:
    """Return the kind that stars speak for; three stars and none say nothing."""
    if rating is None or NEGATIVE_UP_TO < rating < POSITIVE_FROM:
        return ""
    return str(ItemKind.COMPLAINT if is_negative(rating) else ItemKind.PRAISE)


def spam_rule(rules: Iterable[Words], folded: str) -> int | None:
    """Return the key of the first rule of spam that has a word in the text."""
    for rule in rules:
        if rule.kind == ItemKind.SPAM and any(word in folded for word in rule.words):
            return rule.key
    return None


def sketches(tokens: Collection[str]) -> tuple[int | None, int | None]:
    """Return two numbers of which texts with nearly the same tokens share at least one.

    They are made of the two lowest and the two highest hashes of the tokens of more than one
    sign. Of two texts that share 90 % of their tokens some 96 % have one in common, of those that
    share a fifth hardly any. None for a text of less than two such tokens.
    """
    hashes = sorted({crc32(token.encode()) for token in tokens if len(token) > 1})
    if len(hashes) < SKETCHED:
        return None, None
    return hashes[0] << 31 ^ hashes[1], hashes[-1] << 31 ^ hashes[-2]


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """Return the share of tokens that two texts have in common: 1 for the same ones."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first or second else 0.0
