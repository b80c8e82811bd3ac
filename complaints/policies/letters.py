"""How a mail says which case it answers, and what of it is new."""

import re

TOKEN = re.compile(r"\[(C[0-9]{8}-[0-9]{4,9}) ([0-9a-f]{12})\]", re.ASCII)
TAG = re.compile(r"(c[0-9]{8}-[0-9]{4,9})-([0-9a-f]{12})", re.ASCII)
BEFORE = re.compile(r"^\s*((re|aw|sv|回复|答复|回覆)\s*[:\uff1a]\s*)+", re.IGNORECASE)
QUOTES = re.compile(
    r"^\s*(>|-{2,}\s*(original message|原始邮件|原邮件|forwarded message)|on .{5,200} wrote:\s*$|"
    r".{2,80}(于|在).{4,60}(写道|寫道)[:\uff1a]\s*$|(发件人|from)\s*[:\uff1a].{1,200}$)",
    re.IGNORECASE,
)
LONGEST_SUBJECT = 240


def token(number: str, proof: str) -> str:
    """Return what stands in the subject of a mail from a case; `proof` nobody else can make up."""
    return f"[{number} {proof}]"


def tag(number: str, proof: str) -> str:
    """Return what stands after the plus of the address that an answer goes to."""
    return f"{number.lower()}-{proof}"


def named(subject: str, tags: str) -> list[tuple[str, str]]:
    """Return the numbers of cases that a mail names, each with its proof, the surest first."""
    found = [(hit[1].upper(), hit[2]) for one in tags.split() if (hit := TAG.fullmatch(one))]
    found += [(hit[1], hit[2]) for hit in TOKEN.finditer(subject)]
    return list(dict.fromkeys(found))


def reply_subject(subject: str) -> str:
    """Return the subject of an answer: one "Re:", without our token."""
    plain = BEFORE.sub("", TOKEN.sub("", subject)).strip()
    return f"Re: {plain}"[:LONGEST_SUBJECT]


def address_with(address: str, tagged: str) -> str:
    """Return name+tag@domain."""
    name, _at, domain = address.rpartition("@")
    return f"{name}+{tagged}@{domain}"


def parted(text: str) -> tuple[str, str]:
    """Return what a mail says and what it only quotes; all of it is said where nothing else is."""
    lines = text.strip().splitlines()
    for place, line in enumerate(lines):
        if QUOTES.match(line):
            said = "\n".join(lines[:place]).strip()
            return (said, "\n".join(lines[place:]).strip()) if said else (text.strip(), "")
    return text.strip(), ""
