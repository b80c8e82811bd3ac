"""A mail from outside as plain values. Whatever comes in, something readable comes out."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

LONGEST_LINE = 500
LONGEST_TEXT = 100_000
MOST_FILES = 20
MOST_PARTS = 200
MOST_REFERENCES = 50
SPACE = re.compile(r"\s+")
IDS = re.compile(r"<[^<>\s]{1,498}>")
OWN_IDS = re.compile(rb"<[^<>\s]{1,400}@kefu>")
PLUS = re.compile(r"\+([A-Za-z0-9._-]{1,80})@")
ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
MOST_TAGS = 5
CHINESE = {"gb2312", "gbk", "cp936", "x-gbk", "gb_2312-80", "hz-gb-2312", "gb18030"}


@dataclass(frozen=True)
class File:
    """A file that came along, not yet looked at."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Parsed:
    """What could be read of a mail. `is_whole` is False where something could not."""

    identity: str
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    body: str = ""
    sent_at: datetime | None = None
    files: tuple[File, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True


def clean(text: str, *, most: int) -> str:
    """Return text that any database stores: no NUL, no half characters, cut."""
    return text.replace("\0", "").encode(errors="replace").decode()[:most]


def decoded(content: bytes, charset: str) -> str:
    """Return bytes as text, whatever their label says."""
    name = charset.strip().strip("\"'").lower()
    tried = ["gb18030" if name in CHINESE else name, "utf-8", "gb18030"]
    for candidate in tried:
        try:
            return content.decode(candidate or "utf-8")
        except (LookupError, ValueError):
            continue
    # Mostly readable in the declared charset is better than wholly in a wrong one.
    return content.decode("gb18030" if name in CHINESE else "utf-8", errors="replace")


def _header(message: Message, name: str, *, most: int = LONGEST_LINE) -> str:
    try:
        raw = _as_sent(message, name)
        found = "".join(
            decoded(part, charset or "ascii") if isinstance(part, bytes) else _raw(part)
            for part, charset in decode_header(str(raw)[:20_000])
        )
    except Exception:  # noqa: BLE001 -- a header is written by anybody; the mail must come in
        found = _raw(_as_sent(message, name))
    return clean(SPACE.sub(" ", found).strip(), most=most)


def _as_sent(message: Message, name: str) -> str:
    """Return a header's bytes; `get` would replace those that are not ASCII."""
    raw = {key.lower(): value for key, value in reversed(list(message.raw_items()))}
    return str(raw.get(name.lower(), ""))


def _raw(text: str) -> str:
    """Return a header that was sent in raw 8-bit: the parser keeps the bytes as surrogates."""
    try:
        return decoded(text.encode("ascii", "surrogateescape"), "utf-8")
    except UnicodeEncodeError:
        return text


class _Words(HTMLParser):
    """Collects what a reader of an HTML mail sees."""

    HIDDEN = {"script", "style", "head", "title", "template"}
    BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "table"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- the parser's signature
        if tag in self.HIDDEN:
            self.hidden += 1
        elif tag in self.BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag == "body":
            self.hidden = 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(SPACE.sub(" ", data))


def html_text(html: str) -> str:
    """Return the text of an HTML mail, line by line."""
    reader = _Words()
    try:
        reader.feed(html)
        reader.close()
    except Exception:  # noqa: BLE001 -- what was read up to here is kept
        reader.words.append("…")
    lines = [line.strip() for line in "".join(reader.words).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date", "")))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts in order; a mail inside a mail is one part."""
    stack, seen = [message], 0
    while stack and seen < MOST_PARTS:
        part = stack.pop()
        seen += 1
        inner = part.get_payload()
        if part.get_content_type() != "message/rfc822" and isinstance(inner, list):
            stack.extend(reversed([one for one in inner if isinstance(one, Message)]))
        else:
            yield part


def _content(part: Message) -> bytes:
    if part.is_multipart():
        return b"\n".join(one.as_bytes() for one in part.get_payload())  # type: ignore[union-attr]  # a list, as multipart says
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except Exception:  # noqa: BLE001 -- a broken parameter costs the name, not the file
        name = ""
    holder = Message()
    holder["X-Name"] = name.replace("\n", " ").replace("\r", " ")
    return _header(holder, "X-Name", most=200)


def _body_and_files(message: Message) -> tuple[str, tuple[File, ...], bool]:
    plain: list[str] = []
    rich: list[str] = []
    files: list[File] = []
    whole = True
    for part in _leaves(message):
        try:
            name, kind = _file_name(part), part.get_content_type()
            content = _content(part)
            is_file = bool(name) or part.get_content_disposition() == "attachment"
            if not is_file and kind in ("text/plain", "text/html"):
                text = decoded(content, str(part.get_param("charset", "") or ""))[:LONGEST_TEXT]
                (plain if kind == "text/plain" else rich).append(text)
            elif content and len(files) < MOST_FILES:
                ending = ".eml" if kind == "message/rfc822" else ""
                files.append(File(name=name or f"file{len(files) + 1}{ending}", content=content))
            elif content:
                whole = False
        except Exception:  # noqa: BLE001 -- a part that cannot be read must not hide the others
            whole = False
    text = "\n".join(one for one in plain if one.strip())
    text = text or "\n".join(html_text(one) for one in rich)
    return clean(text.replace("\r\n", "\n"), most=LONGEST_TEXT), tuple(files), whole


def _ids(message: Message, name: str) -> tuple[str, ...]:
    found = IDS.findall(_header(message, name, most=50_000))
    return tuple(found[-MOST_REFERENCES:])


def _returned(message: Message, raw: bytes) -> tuple[str, ...]:
    """Return which of our own mails a report of a mail server speaks of."""
    if message.get_content_type() != "multipart/report":
        return ()
    found = dict.fromkeys(one.decode("ascii", "ignore") for one in OWN_IDS.findall(raw))
    return tuple(found)[:MOST_REFERENCES]


def _tags(message: Message) -> tuple[str, ...]:
    """Return what stands after a plus in the addresses that a mail was sent to."""
    lines = filter(None, (_header(message, name, most=5000) for name in ADDRESSED))
    # One by one: some versions of Python give up on all for one that is odd.
    addresses = (address for line in lines for _name, address in getaddresses([line]))
    found = [PLUS.search(address) for address in addresses]
    return tuple(dict.fromkeys(hit[1].lower() for hit in found if hit))[:MOST_TAGS]


def identity(raw: bytes, message_id: str) -> str:
    """Return what a mail is known by in its mailbox, however often it is read."""
    return hashlib.sha256(message_id.encode() if message_id else raw).hexdigest()


def parse(raw: bytes) -> Parsed:
    """Return what can be read of a mail; never raises."""
    try:
        return _parse(raw)
    except Exception:  # noqa: BLE001 -- hostile input: kept as text
        text = clean(decoded(raw[:LONGEST_TEXT], ""), most=LONGEST_TEXT)
        return Parsed(identity=identity(raw, ""), body=text, is_whole=False)


def _parse(raw: bytes) -> Parsed:
    message = message_from_bytes(raw)
    name, address = parseaddr(_header(message, "From", most=2000))
    body, files, whole = _body_and_files(message)
    ids = _ids(message, "Message-ID")
    message_id = ids[0] if ids else ""
    replied = _ids(message, "In-Reply-To")
    # A part whose end is missing still has a text; only unreadable encodings count as broken.
    broken = any(part.defects for part in _leaves(message)) or bool(message.defects)
    return Parsed(
        identity=identity(raw, message_id),
        message_id=message_id,
        in_reply_to=replied[0] if replied else "",
        references=_ids(message, "References") + _returned(message, raw),
        tags=_tags(message),
        sender=clean(address.strip(), most=254),
        sender_name=clean(name.strip(), most=120),
        subject=_header(message, "Subject"),
        body=body,
        sent_at=_date(message),
        files=files,
        headers={
            key.lower(): _header(message, key, most=200) for key in list(message.keys())[:200]
        },
        is_whole=whole and not broken,
    )
