"""Names of shift types in the active language, in full and as a letter or two."""

from collections.abc import Sequence

from django.utils.translation import get_language

from staff.roster.queries.month import ShiftKind


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def name_of(kind: ShiftKind) -> str:
    return kind.name_zh if is_chinese() else kind.name_en


def shorts(kinds: Sequence[ShiftKind]) -> dict[int, str]:
    """Return a letter or two for each shift type, different for different ones."""
    found: dict[int, str] = {}
    for kind in kinds:
        name = name_of(kind).strip() or kind.code
        length = 1
        while name[:length] in found.values() and length < len(name):
            length += 1
        found[kind.key] = name[:length]
    return found
