"""Which answers a survey takes, and when (FBK-1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from feedback.enums import QuestionKind, SurveyState

SCALES = {
    QuestionKind.SCORE: (1, 5),
    QuestionKind.STARS: (1, 5),
    QuestionKind.NPS: (0, 10),
    QuestionKind.CES: (1, 7),
}
RATING_KINDS = (QuestionKind.STARS, QuestionKind.SCORE)
NEXT = {
    SurveyState.DRAFT: frozenset({SurveyState.OPEN}),
    SurveyState.OPEN: frozenset({SurveyState.ENDED, SurveyState.DRAFT}),
    SurveyState.ENDED: frozenset({SurveyState.OPEN}),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, in the order of the survey; `after` is the earlier one that it depends on."""

    key: int
    kind: str
    is_required: bool = False
    options: int = 0
    after: int | None = None
    low: int = 0
    high: int = 0


def scale_of(asked: Asked) -> tuple[int, int] | None:
    """Return the lowest and the highest value of an answer; None for free text."""
    if asked.kind == QuestionKind.CHOICE:
        return 1, asked.options
    return SCALES.get(QuestionKind(asked.kind))


def shown(questions: Iterable[Asked], values: Mapping[int, int]) -> list[Asked]:
    """Return the questions that are asked when the earlier ones have these answers.

    The answer to a question that is not asked itself counts as none.
    """
    found: list[Asked] = []
    told: dict[int, int] = {}
    for one in questions:
        if one.after is not None and not (
            one.after in told and one.low <= told[one.after] <= one.high
        ):
            continue
        found.append(one)
        if one.key in values:
            told[one.key] = values[one.key]
    return found


def is_open(*, state: str, opens_on: date | None, closes_on: date | None, today: date) -> bool:
    """Tell whether answers are taken on a day; both days are included."""
    return (
        state == SurveyState.OPEN
        and (opens_on is None or opens_on <= today)
        and (closes_on is None or today <= closes_on)
    )


def why_not(*, now: str, wanted: str, questions: int, answered: bool) -> str:
    """Return why a survey cannot change its state: a code, or an empty text when it can.

    Back to a draft, where questions may change, only before anybody was asked.
    """
    if wanted not in NEXT[SurveyState(now)]:
        return "order"
    if wanted == SurveyState.OPEN and not questions:
        return "empty"
    if wanted == SurveyState.DRAFT and answered:
        return "answered"
    return ""


def rating_of(questions: Iterable[Asked], values: Mapping[int, int]) -> int | None:
    """Return the stars of the item: the first satisfaction or stars that was answered."""
    for one in questions:
        if one.kind in RATING_KINDS and one.key in values:
            return values[one.key]
    return None
