"""Personal values at rest: sealed with a key, found through a keyed hash, shown masked."""

import base64
import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class SealBroken(ValueError):
    """The stored value was sealed with a key that is not among the data keys."""


@lru_cache(maxsize=4)
def _seals(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys]
    )


def seal(text: str) -> str:
    """Return the text encrypted with the first data key; an empty text stays empty."""
    return _seals(tuple(settings.DATA_KEYS)).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """Return the plain text. Raises SealBroken when no data key opens it."""
    if not token:
        return ""
    try:
        return _seals(tuple(settings.DATA_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


@lru_cache(maxsize=4)
def _hash_key(data_key: str) -> bytes:
    return hashlib.sha256(b"kefu-hash:" + data_key.encode()).digest()


def keyed_hash(text: str) -> str:
    """Return the HMAC under the last (oldest) data key, by which equal values are found."""
    key = _hash_key(settings.DATA_KEYS[-1])
    return hmac.digest(key, text.encode(), "sha256").hex()[:40]


def plain_phone(text: str) -> str:
    """Return the digits of a phone number without the country code of China."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))
    if len(digits) > 11:  # noqa: PLR2004 -- the length of a mobile number in China
        digits = re.sub(r"^(0086|86)", "", digits)
    return digits


def phone_hash(text: str) -> str:
    """Return what a phone number is searched by; empty for a text without digits."""
    digits = plain_phone(text)
    return keyed_hash(f"phone:{digits}") if digits else ""


def mask_phone(text: str) -> str:
    """Return the number with its middle hidden: 138****5678."""
    digits = plain_phone(text)
    if len(digits) < 7:  # noqa: PLR2004 -- a short number has no middle to hide
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 8 else f"***{digits[-4:]}"  # noqa: PLR2004 -- landline


def mask_address(text: str) -> str:
    """Return the first six characters (province and city) of an address, of a short one less."""
    return f"{text[: min(6, len(text) // 2)]}****" if text else ""


class SealedTextField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Text that is stored encrypted and read as plain text. It cannot be searched."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return value if value is None else unseal(value)

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 -- Django's signature
        prepared = super().get_prep_value(value)
        return prepared if prepared is None else seal(str(prepared))
