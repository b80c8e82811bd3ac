"""Whom a note speaks to: @name, or @staff number."""

from collections.abc import Mapping

MOST = 20


def mentioned(text: str, people: Mapping[int, tuple[str, str]]) -> list[int]:
    """Return the people whom a text mentions, in its order; `people` gives names and numbers.

    The longest name that fits counts; two of one name are both meant.
    """
    found: dict[int, None] = {}
    for at in (place for place, sign in enumerate(text) if sign == "@"):
        rest = text[at + 1 :]
        fitting = [
            (len(label), key)
            for key, labels in people.items()
            for label in labels
            if label and _begins(rest, label)
        ]
        longest = max((length for length, _key in fitting), default=0)
        found.update({key: None for length, key in fitting if length == longest})
    return list(found)[:MOST]


def _begins(text: str, label: str) -> bool:
    """Whether a text begins with a name that does not go on: Li is not Lily."""
    if not text.lower().startswith(label.lower()):
        return False
    after = text[len(label) : len(label) + 1]
    return not (label[-1].isascii() and after.isascii() and (after.isalnum() or after == "_"))
