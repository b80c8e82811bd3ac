"""What of a mail is said for the first time."""

import re

LONGEST_TEXT = 20_000
ORDER_LIKE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{5,63}")
MOST_TRIED = 50
ANSWERED = re.compile(r"^(re|回复|答复|aw)\s*[:：]", re.IGNORECASE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MOST_REFERENCES = 20
"""So many ids of earlier mails are named; a longer thread keeps its beginning and its end."""


def joined(before: str, answer: str) -> str:
    """Return the text of a thread with an answer: without what it quotes, its end if too long."""
    lines = [line for line in answer.splitlines() if not line.lstrip().startswith(">")]
    fresh = "\n".join(lines).strip()
    return "\n\n".join(part for part in (before, fresh) if part)[-LONGEST_TEXT:]


def numbers_in(text: str) -> list[str]:
    """Return what may be the number of an order, in the order of the text: digits are needed."""
    found = (word for word in ORDER_LIKE.findall(text) if any(one.isdigit() for one in word))
    return list(dict.fromkeys(found))[:MOST_TRIED]


def language_of(text: str) -> str:
    """Return the language to write back in: Chinese as soon as one character is."""
    return "zh-hans" if CHINESE.search(text) else "en"


def answer_address(username: str) -> str:
    """Return where an answer goes: the mailbox, if its user name is an address."""
    return username if "@" in username.strip("@") else ""


def threading(message_id: str, references: str) -> dict[str, str]:
    """Return the headers by which an answer joins the thread of a mail (RFC 5322)."""
    if not message_id:
        return {}
    named = [*references.split(), message_id]
    if len(named) > MOST_REFERENCES:
        named = [named[0], *named[1 - MOST_REFERENCES :]]
    return {"In-Reply-To": message_id, "References": " ".join(named)}


def answer_subject(subject: str) -> str:
    """Return the subject of an answer; one that is an answer already keeps its own."""
    plain = subject.strip()
    return plain if ANSWERED.match(plain) else f"Re: {plain}".strip()
