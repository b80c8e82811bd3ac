"""Values of the API as its description names them, strict where JSON knows the type."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.db.models import TextChoices
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

FIRST_YEAR, LAST_YEAR = 2000, 2999
LARGEST_FEN = 10**12
MOST_NUMBER = 10**9


class Given(BaseModel):
    """Something sent to us: what is not described is refused rather than dropped."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Shown(BaseModel):
    """Something that we answer."""


@dataclass(frozen=True)
class Words:
    """A text of at most `most` characters, trimmed; with `least`, not blank."""

    most: int
    least: int = 0

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:  # noqa: ANN401 -- pydantic's signature
        plain = core_schema.str_schema(strict=True, min_length=self.least, max_length=self.most)
        return core_schema.no_info_after_validator_function(self._read, plain)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:  # noqa: ANN401 -- pydantic's signature
        schema: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.least:
            filled = r"^[^\u0000]*[^\u0000\s][^\u0000]*$"
            return {**schema, "minLength": self.least, "pattern": filled}
        return {**schema, "pattern": r"^[^\u0000]*$"}

    def _read(self, text: str) -> str:
        if "\x00" in text:
            raise ValueError("nul")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("broken") from None
        text = text.strip()
        if self.least and not text:
            raise ValueError("blank")
        return text


@dataclass(frozen=True)
class OneOf:
    """One of the values of a TextChoices, as a plain text; with `blank` also an empty one."""

    choices: type[TextChoices]
    blank: bool = False

    @property
    def values(self) -> list[str]:
        return [*([""] if self.blank else []), *map(str, self.choices.values)]

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:  # noqa: ANN401 -- pydantic's signature
        plain = core_schema.str_schema(strict=True)
        return core_schema.no_info_after_validator_function(self._read, plain)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:  # noqa: ANN401 -- pydantic's signature
        return {"type": "string", "enum": self.values}

    def _read(self, text: str) -> str:
        if text not in self.values:
            raise ValueError("choice")
        return text


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004 -- longer than any moment
        raise ValueError("moment")
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("moment") from None
    if moment.tzinfo is None or not FIRST_YEAR < moment.year < LAST_YEAR:
        raise ValueError("moment")
    return moment.astimezone(UTC)


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != len("2026-10-08"):
        raise ValueError("day")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("day") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("day")
    return day


def _number(value: object) -> object:
    """Read a number of the address: plain digits only, no underscores, no other scripts."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("number")
    return value


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    Strict(False),  # noqa: FBT003 -- pydantic's signature
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    Strict(False),  # noqa: FBT003 -- pydantic's signature
    WithJsonSchema({"type": "string", "format": "date"}),
]
Key = Annotated[int, BeforeValidator(_number), Field(ge=1, le=2**63 - 1)]
Fen = Annotated[int, Field(ge=0, le=LARGEST_FEN, description="An amount in fen (0.01 yuan).")]
Limit = Annotated[int, BeforeValidator(_number), Field(ge=1, le=200)]
Cursor = Annotated[str, StringConstraints(max_length=400, pattern=r"^[A-Za-z0-9_=-]*$")]
Number = Annotated[str, Words(20, 1)]
Version = Annotated[int, Field(ge=0, le=MOST_NUMBER)]
