"""What of a mail is said for the first time."""

import re

LONGEST_TEXT = 20_000
ORDER_LIKE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{5,63}")
MOST_TRIED = 50


def joined(before: str, answer: str) -> str:
    """Return the text of a thread with an answer: without what it quotes, its end if too long."""
    lines = [line for line in answer.splitlines() if not line.lstrip().startswith(">")]
    fresh = "\n".join(lines).strip()
    return "\n\n".join(part for part in (before, fresh) if part)[-LONGEST_TEXT:]


def numbers_in(text: str) -> list[str]:
    """Return what may be the number of an order, in the order of the text: digits are needed."""
    found = (word for word in ORDER_LIKE.findall(text) if any(one.isdigit() for one in word))
    return list(dict.fromkeys(found))[:MOST_TRIED]
