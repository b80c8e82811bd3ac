"""Learning from the department's own decisions (FBK-2): a small linear model, kept in versions.

scikit-learn is an extra (config/requirements-learn.lock). Without it nothing is learnt, and triage
goes by rules; what was learnt elsewhere is still read, because that needs no library.
"""

import gzip
import hashlib
import importlib
import importlib.util
import json
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from feedback.models import Guess, Item, LearntModel
from feedback.policies import learning as policies
from feedback.policies.learning import KIND, MOOD, TOPIC, Head, Learnt
from feedback.policies.triage import kind_of_rating
from feedback.queries import learning as queries
from feedback.queries.learning import MOOD_KIND, Example
from portal import audit, locks
from portal.models import User
from portal.texttokens import index_tokens
from staff.people.models import Person

LEAST = 30
"""With fewer examples of a label nothing is learnt about it."""
RAREST, MOST_TOKENS = 3, 30_000
STRENGTH = 3.0
KEPT = 10
DIGITS = 4
LOCK = "feedback.learning"
Array = Any  # of numpy or scipy, which the base install does without


class NoLibrary(Exception):
    """scikit-learn is not installed."""


class TooLittle(Exception):
    """There are not enough examples of two labels of anything."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """From so many examples was learnt; of so many newer ones so many came out right."""

    learnt: int
    tried: int
    right: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.tried if self.tried else 0.0


def has_library() -> bool:
    return importlib.util.find_spec("sklearn") is not None


class Texts:
    """Many texts, read once, as a table of which tokens each holds."""

    def __init__(self, texts: Iterable[str]) -> None:
        if not has_library():
            raise NoLibrary
        self.np = importlib.import_module("numpy")
        extraction = importlib.import_module("sklearn.feature_extraction.text")
        self.linear = importlib.import_module("sklearn.linear_model")
        reader = extraction.CountVectorizer(
            analyzer=index_tokens, binary=True, dtype=self.np.float32
        )
        self.table = reader.fit_transform(texts)
        self.names = reader.get_feature_names_out()

    def choose(self, rows: Array) -> tuple[Array, Array]:
        """Return the places of the tokens that are not rare in these rows, and their idf."""
        np = self.np
        counts = np.asarray(self.table[rows].sum(axis=0)).ravel()
        usual = np.flatnonzero(counts >= RAREST)
        best = np.sort(usual[np.argsort(-counts[usual], kind="stable")[:MOST_TOKENS]])
        return best, np.log((1 + len(rows)) / (1 + counts[best])) + 1

    def vectors(self, rows: Array, places: Array, idf: Array) -> Array:
        """Return the rows as vectors of length 1 of these tokens."""
        normalize = importlib.import_module("sklearn.preprocessing").normalize
        return normalize(self.table[rows][:, places].multiply(idf).tocsr())


def _fit(texts: Texts, vectors: Array, answers: Sequence[str], labels: Sequence[str]) -> Head:
    """Fit one label against another, or each of several against the rest."""
    fit = texts.linear.LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
    if len(labels) == 2:  # noqa: PLR2004 -- one line divides two
        fit.fit(vectors, [one == labels[1] for one in answers])
        row, bias = fit.coef_[0] / 2, float(fit.intercept_[0]) / 2
        return Head(labels=labels, bias=[-bias, bias], rows=[(-row).tolist(), row.tolist()])
    rows, biases = [], []
    for label in labels:
        fit.fit(vectors, [one == label for one in answers])
        rows.append(fit.coef_[0].tolist())
        biases.append(float(fit.intercept_[0]))
    return Head(labels=labels, bias=biases, rows=rows)


def _fit_topics(
    texts: Texts,
    vectors: Array,
    answers: Sequence[Collection[str]],
    labels: Sequence[str],
) -> Head:
    rows, biases = [], []
    for label in labels:
        fit = texts.linear.LogisticRegression(
            C=STRENGTH, solver="liblinear", class_weight="balanced", random_state=0
        )
        fit.fit(vectors, [label in one for one in answers])
        rows.append(fit.coef_[0].tolist())
        biases.append(float(fit.intercept_[0]))
    return Head(labels=labels, bias=biases, rows=rows, alone=True)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of each text: its place among all texts, and the right answer."""

    name: str
    places: Sequence[int]
    answers: Sequence[Any]

    def labels(self) -> list[str]:
        """Return the answers that were given often enough, and not always."""
        counts: Counter[str] = Counter()
        for one in self.answers:
            counts.update([one] if isinstance(one, str) else one)
        most = len(self.answers) - LEAST if self.name == TOPIC else len(self.answers)
        return sorted(label for label, n in counts.items() if LEAST <= n <= most)

    def among(self, labels: Collection[str]) -> "Question":
        """Return the question over the texts whose answer is among the labels."""
        kept = [
            (place, one)
            for place, one in zip(self.places, self.answers, strict=True)
            if not isinstance(one, str) or one in labels
        ]
        return Question(
            name=self.name, places=[place for place, _one in kept],
            answers=[one for _place, one in kept],
        )  # fmt: skip


def questions(examples: Sequence[Example]) -> list[Question]:
    """Return what can be asked of the examples: the mood by rating, kind and topics by decision."""
    moods = {kind: mood for mood, kind in MOOD_KIND.items()}
    rated = [(at, moods.get(kind_of_rating(one.rating), "")) for at, one in enumerate(examples)]
    rated = [(at, mood) for at, mood in rated if mood]
    decided = [(at, one) for at, one in enumerate(examples) if one.is_decided]
    keys = [at for at, _one in decided]
    return [
        Question(name=MOOD, places=[at for at, _m in rated], answers=[m for _at, m in rated]),
        Question(name=KIND, places=keys, answers=[one.kind for _at, one in decided]),
        Question(name=TOPIC, places=keys, answers=[one.topics for _at, one in decided]),
    ]


def learn(examples: Sequence[Example]) -> tuple[Learnt, dict[str, Tried]]:
    """Return what the examples, the oldest first, teach, and how that was tried.

    Each question is tried on its newest fifth after learning from the rest, and is then learnt
    from all. Raises NoLibrary and TooLittle.
    """
    texts = Texts(one.text for one in examples)
    asked = [
        (labels, question.among(labels))
        for question in questions(examples)
        if len(labels := question.labels()) > (question.name != TOPIC)
    ]
    if not asked:
        raise TooLittle
    everything = texts.np.arange(len(examples))
    places, idf = texts.choose(everything)
    heads, facts = {}, {}
    for labels, question in asked:
        facts[question.name] = _try(texts, question, labels)
        vectors = texts.vectors(question.places, places, idf)
        heads[question.name] = _rounded(_head(texts, question, vectors, labels))
    tokens = [str(texts.names[place]) for place in places]
    return Learnt(tokens=tokens, idf=[round(float(one), DIGITS) for one in idf], heads=heads), facts


def _head(texts: Texts, question: Question, vectors: Array, labels: Sequence[str]) -> Head:
    fit = _fit_topics if question.name == TOPIC else _fit
    return fit(texts, vectors, question.answers, labels)


def _try(texts: Texts, question: Question, labels: Sequence[str]) -> Tried:
    """Learn from the older four fifths and count the hits among the newest fifth.

    For topics each pair of text and topic is one that may hit.
    """
    np = texts.np
    split = policies.split_by_time(len(question.places))
    rows = np.asarray(question.places)
    places, idf = texts.choose(rows[:split])
    older = Question(
        name=question.name, places=question.places[:split], answers=question.answers[:split]
    )
    given = set(older.labels())
    known = [label for label in labels if label in given]
    if len(known) <= (question.name != TOPIC):
        return Tried(learnt=split, tried=0, right=0)
    older = older.among(known)
    head = _head(texts, older, texts.vectors(older.places, places, idf), known)
    scores = texts.vectors(rows[split:], places, idf) @ np.asarray(head.rows).T
    scores += np.asarray(head.bias)
    newer = question.answers[split:]
    if head.alone:
        right = sum(
            int((score > 0) == (label in answer))
            for row, answer in zip(scores, newer, strict=True)
            for score, label in zip(row, known, strict=True)
        )
        return Tried(learnt=split, tried=len(newer) * len(known), right=right)
    best = [known[at] for at in scores.argmax(axis=1)]
    right = sum(one == answer for one, answer in zip(best, newer, strict=True))
    return Tried(learnt=split, tried=len(newer), right=right)


def _rounded(head: Head) -> Head:
    return Head(
        labels=head.labels, bias=[round(one, DIGITS) for one in head.bias],
        rows=[[round(one, DIGITS) for one in row] for row in head.rows], alone=head.alone,
    )  # fmt: skip


def train(*, actor: Person | None, now: datetime, force: bool = True) -> LearntModel | None:
    """Learn anew, keep it as the next version and use it from now on.

    None where nothing was decided since the version in use, unless forced. Raises NoLibrary and
    TooLittle. Two at the same moment make two versions.
    """
    decided = queries.decisions()
    before = queries.in_use()
    if not force and before is not None and before.facts.get("decisions") == decided:
        return None
    began = time.monotonic()
    learnt, facts = learn(list(queries.examples()))
    packed = _packed(learnt)
    told = {name: asdict(one) for name, one in facts.items()} | {"decisions": decided}
    return _keep(packed, told, actor=actor, now=now, seconds=round(time.monotonic() - began))


def _packed(learnt: Learnt) -> bytes:
    text = json.dumps(learnt.as_data(), ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def _stored(packed: bytes, *, number: int) -> tuple[str, str]:
    """Write the file of a version; return its name and checksum."""
    digest = hashlib.sha256(packed).hexdigest()
    name = f"feedback-{number:04}-{digest[:8]}.json.gz"
    queries.folder().mkdir(parents=True, exist_ok=True)
    path = queries.folder() / name
    draft = path.with_suffix(".part")
    draft.write_bytes(packed)
    draft.replace(path)
    return name, digest


@transaction.atomic
def forget(texts: Collection[str]) -> int:
    """Take what these names and addresses are made of out of every file that is kept (§10).

    Single characters stay: they name nobody. Returns how many files were written anew.
    """
    locks.hold(LOCK)
    gone = {token for token in index_tokens(*texts) if len(token) > 1}
    written = 0
    for model in LearntModel.objects.select_for_update():
        path = queries.folder() / model.file
        weights = queries.weights_of(model) if path.exists() else None
        if weights is None or not gone & set(weights.tokens):
            continue
        model.file, model.sha256 = _stored(_packed(weights.without(gone)), number=model.number)
        model.save(update_fields=["file", "sha256"])
        transaction.on_commit(partial(path.unlink, missing_ok=True))
        written += 1
    return written


@transaction.atomic
def _keep(
    packed: bytes, facts: dict[str, Any], *, actor: Person | None, now: datetime, seconds: int
) -> LearntModel:
    """Write the file and its version; the file first, so that no version lacks its file."""
    locks.hold(LOCK)
    last = LearntModel.objects.order_by("-number").values_list("number", flat=True).first()
    number = (last or 0) + 1
    name, digest = _stored(packed, number=number)
    LearntModel.objects.filter(is_active=True).update(is_active=False)
    made = LearntModel.objects.create(
        number=number, made_at=now, made_by=actor, file=name, sha256=digest, facts=facts,
        seconds=seconds, is_active=True,
    )  # fmt: skip
    audit.record(
        actor=actor.user if actor else None, verb="feedback.learnt", target=made, at=now,
        after={"sha256": digest},
    )  # fmt: skip
    _forget_old()
    return made


def _forget_old() -> None:
    """Delete the files of versions that are long out of use; the figures about them stay."""
    kept = set(LearntModel.objects.order_by("-number").values_list("file", flat=True)[:KEPT])
    kept |= set(LearntModel.objects.filter(is_active=True).values_list("file", flat=True))
    for path in queries.folder().glob("feedback-*.json.gz"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


@transaction.atomic
def use(*, actor: User, number: int, now: datetime) -> bool:
    """Go back to an earlier version, or forward; False where its weights are gone."""
    locks.hold(LOCK)
    model = LearntModel.objects.filter(number=number).first()
    if model is None or queries.weights_of(model) is None:
        return False
    LearntModel.objects.filter(is_active=True).exclude(pk=model.pk).update(is_active=False)
    LearntModel.objects.filter(pk=model.pk).update(is_active=True)
    audit.record(actor=actor, verb="feedback.learnt_used", target=model, at=now)
    return True


def note_decisions(items: Sequence[Item], *, kind: str) -> None:
    """Keep beside a decision what the model in use suggested, in the caller's transaction."""
    model = queries.in_use()
    weights = queries.weights_of(model) if model else None
    if model is None or weights is None:
        return
    said = [(item, queries.about(weights, item.text).kind) for item in items]
    Guess.objects.bulk_create(
        [Guess(item=item, model=model, kind=one, decided=kind) for item, one in said if one],
        update_conflicts=True, unique_fields=["item"], update_fields=["model", "kind", "decided"],
    )  # fmt: skip
