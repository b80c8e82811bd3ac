"""What a linear model says of a text, and which words led to it (FBK-2). No library is needed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, sqrt
from typing import Any

MOOD, KIND, TOPIC = "mood", "kind", "topic"
NEGATIVE, POSITIVE = "NEGATIVE", "POSITIVE"
SHOWN_WORDS = 6
SURE = 0.5
FORMAT = 1


class Unreadable(ValueError):
    """The file holds no model of this format."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """One question that the model answers.

    Each label has a bias and a weight for each token. `alone` says that each label is judged for
    itself, as topics are; else the labels share one certainty.
    """

    labels: Sequence[str]
    bias: Sequence[float]
    rows: Sequence[Sequence[float]]
    alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """A label with its certainty from 0 to 1 and the words that speak for it the most."""

    label: str
    certainty: float
    words: Sequence[str]

    @property
    def percent(self) -> int:
        return round(100 * self.certainty)


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A trained model: its tokens, how rare each is, and its heads."""

    tokens: Sequence[str]
    idf: Sequence[float]
    heads: Mapping[str, Head]

    @cached_property
    def places(self) -> Mapping[str, int]:
        return {token: place for place, token in enumerate(self.tokens)}

    def without(self, tokens: Collection[str]) -> "Learnt":
        """Return the model without these tokens."""
        kept = [place for place, token in enumerate(self.tokens) if token not in tokens]
        return Learnt(
            tokens=[self.tokens[place] for place in kept],
            idf=[self.idf[place] for place in kept],
            heads={
                name: replace(head, rows=[[row[place] for place in kept] for row in head.rows])
                for name, head in self.heads.items()
            },
        )

    def read(self, tokens: Iterable[str]) -> dict[int, float]:
        """Return the known tokens of a text by their place, as a vector of length 1."""
        places = {self.places[token] for token in tokens if token in self.places}
        length = sqrt(sum(self.idf[place] ** 2 for place in places)) or 1.0
        return {place: self.idf[place] / length for place in places}

    def say(self, name: str, vector: Mapping[int, float]) -> list[Said]:
        """Return what a head says of a text, the most certain first.

        A head whose labels share one certainty gives one, others each label above a half. A text
        without a known token says nothing.
        """
        head = self.heads.get(name)
        if head is None or not vector:
            return []
        scores = [
            bias + sum(row[place] * value for place, value in vector.items())
            for bias, row in zip(head.bias, head.rows, strict=True)
        ]
        sure = [_sigmoid(one) for one in scores] if head.alone else _softmax(scores)
        order = sorted(range(len(sure)), key=lambda at: -sure[at])
        kept = [at for at in order if sure[at] >= SURE] if head.alone else order[:1]
        return [
            Said(label=head.labels[at], certainty=sure[at], words=self._words(head, at, vector))
            for at in kept
        ]

    def _words(self, head: Head, at: int, vector: Mapping[int, float]) -> list[str]:
        """Return the words that speak for a label against the others, the strongest first.

        A single character is shown within a word that speaks for it as well, if there is one.
        """
        against = _others(head, at)
        strength = {
            self.tokens[place]: value * (head.rows[at][place] - against(place))
            for place, value in vector.items()
        }
        order = sorted(
            (token for token, one in strength.items() if one > 0),
            key=lambda token: (-strength[token], token),
        )
        longer = [token for token in order if len(token) > 1]
        found: list[str] = []
        for token in order:
            word = next((one for one in longer if token in one), token)
            if not any(word in one or one in word for one in found):
                found.append(word)
            if len(found) == SHOWN_WORDS:
                break
        return found

    def strongest(self, name: str, label: str, *, most: int = 12) -> list[str]:
        """Return the tokens that speak for a label the most, whatever the text."""
        head = self.heads[name]
        at = list(head.labels).index(label)
        against = _others(head, at)
        row = head.rows[at]
        order = sorted(range(len(row)), key=lambda place: against(place) - row[place])
        return [self.tokens[place] for place in order[:most]]

    def as_data(self) -> dict[str, Any]:
        """Return what a file keeps: numbers and texts only."""
        return {
            "format": FORMAT, "tokens": list(self.tokens), "idf": list(self.idf),
            "heads": {
                name: {
                    "labels": list(head.labels), "bias": list(head.bias),
                    "rows": [list(row) for row in head.rows], "alone": head.alone,
                }
                for name, head in self.heads.items()
            },
        }  # fmt: skip


def _others(head: Head, at: int) -> Any:  # noqa: ANN401 -- a function of a place
    """Return what the other labels give a token on average; nothing where each stands alone."""
    others = [row for place, row in enumerate(head.rows) if place != at]
    if head.alone or not others:
        return lambda _place: 0.0
    return lambda place: sum(row[place] for row in others) / len(others)


def from_data(data: Any) -> Learnt:  # noqa: ANN401 -- whatever stands in the file
    """Return the model of a file. Raises Unreadable unless every part has its form and length."""
    try:
        tokens, idf = [str(one) for one in data["tokens"]], [float(one) for one in data["idf"]]
        heads = {str(name): _head(one, len(tokens)) for name, one in data["heads"].items()}
        fits = data["format"] == FORMAT and len(idf) == len(tokens)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable from error
    if not fits:
        raise Unreadable
    return Learnt(tokens=tokens, idf=idf, heads=heads)


def _head(data: Any, width: int) -> Head:  # noqa: ANN401 -- whatever stands in the file
    labels = [str(one) for one in data["labels"]]
    bias = [float(one) for one in data["bias"]]
    rows = [[float(one) for one in row] for row in data["rows"]]
    if not len(labels) == len(bias) == len(rows) or any(len(row) != width for row in rows):
        raise Unreadable
    return Head(labels=labels, bias=bias, rows=rows, alone=bool(data["alone"]))


def _sigmoid(score: float) -> float:
    return 1 / (1 + exp(-max(-500.0, min(500.0, score))))


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    parts = [exp(one - top) for one in scores]
    return [one / sum(parts) for one in parts]


def split_by_time(count: int, *, share: float = 0.8) -> int:
    """Return how many of so many examples, the oldest first, are learnt from; the rest tries."""
    return int(count * share)
