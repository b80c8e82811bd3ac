"""Finding and masking the words of a person in any text.

Phones are found in their spellings (blanks, dots, hyphens, full-width digits, country code), names
and mail addresses in either case, names of Latin letters as whole words only, addresses whole and
from the street on, with or without blanks.
"""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from portal.privacy.values import Words
from portal.sealing import plain_phone

MARK = "■■■"
"""What stands where something was erased; the same in every language."""

SHORTEST_NAME = 2
SHORTEST_STREET = 5
SHORTEST_PHONE = 7
JOINTS = r"[\s\-.·()（）]{0,3}"
BEFORE_STREET = re.compile(
    r"^(?:[^路街道巷弄号0-9\s]{1,8}?(?:自治区|特别行政区|自治州|省|市|盟|区|县|旗)){1,4}"
)
WORDY = re.compile(r"[0-9A-Za-z_]")
ESCAPED = r"(?<=\\u[0-9A-Fa-f]{4})"
"""Behind a character that JSON has escaped a word begins, whatever the last digit of its code."""


class Mask:
    """Masks the words of one person.

    `sieve` is a regular expression of the database's for texts that may hold one of them, for
    texts in JSON and in addresses of the web `coded_sieve`; both let too much through.
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        phones = [_digits(each) for each in sorted(words.phones) if is_long(each)]
        texts = {*spoken_addresses(words.addresses), *words.mails}
        texts |= {name for name in words.names if len(name) >= SHORTEST_NAME}
        texts = {text.strip() for text in texts} - {""}
        plain = sorted(texts, key=lambda text: (-len(text), text))
        coded = sorted({spelling for text in texts for spelling in _coded(text)} - texts)
        self.sieve = "|".join([*phones, *map(_body, plain)])
        self.coded_sieve = "|".join([*phones, *map(_body, [*plain, *coded])])
        parts = [_whole_number(digits) for digits in phones]
        parts += [_whole(text) for text in [*plain, *coded]]
        self._pattern = re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def is_in(self, text: str) -> bool:
        return self._pattern is not None and self._pattern.search(text) is not None

    def text(self, text: str) -> str:
        """Return the text with what gives the person away masked."""
        return self._pattern.sub(MARK, text) if self._pattern else text

    def value(self, value: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
        """Return a value of JSON with all its texts masked, keys too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {self.text(key): self.value(each) for key, each in value.items()}
        return self.text(str(value)) if self._is_number_of(value) else value

    def _is_number_of(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.is_in(str(value))


def is_long(phone: str) -> bool:
    """Whether a number is long enough to mean one person in any text."""
    return len(plain_phone(phone)) >= SHORTEST_PHONE


def _digits(phone: str) -> str:
    return JOINTS.join(f"[{digit}{chr(ord('０') + int(digit))}]" for digit in plain_phone(phone))


def _whole_number(digits: str) -> str:
    return (
        rf"(?:(?<![0-9０-９])|{ESCAPED})(?:(?:[+＋]|00)?[8８][6６]{JOINTS})?{digits}(?![0-9０-９])"
    )


def spoken_addresses(addresses: Iterable[str]) -> set[str]:
    """Return the addresses whole, and from the street on, where that is telling."""
    found = set()
    for address in addresses:
        found.add(address)
        street = BEFORE_STREET.sub("", address, count=1).strip()
        if len(street) >= SHORTEST_STREET:
            found.add(street)
    return {each for each in found if len(each) >= SHORTEST_NAME}


def _coded(text: str) -> set[str]:
    """Return a text as it stands in JSON with escapes, and in an address of the web."""
    return {json.dumps(text)[1:-1], quote(text), quote_plus(text)}


def _body(text: str) -> str:
    if text.isascii():
        return r"\s+".join(map(re.escape, text.split()))
    return r"\s*".join(re.escape(sign) for sign in text if not sign.isspace())


def _whole(text: str) -> str:
    before = rf"(?:(?<![0-9A-Za-z_])|{ESCAPED})" if WORDY.match(text[0]) else ""
    after = r"(?![0-9A-Za-z_])" if WORDY.match(text[-1]) else ""
    return f"{before}{_body(text)}{after}"
