"""The columns of a file of people, and what its rows say."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.transfer import registry, values
from portal.transfer.registry import Row
from staff.people.enums import Post
from staff.people.models import Person, Posting
from staff.people.queries import State
from staff.people.services import Personal

NUMBER = re.compile(r"[\w.@+-]+")


PERSONAL = ("name", "hired_on", "left_on", "email", "phone", "dingtalk_id")


ONE_DAY = timedelta(days=1)


RANKS = {str(post.value): post.rank for post in Post}


LEAVES = "\x00"  # no number: the row leaves the chief as it is


POST = values.Choice(
    Post,
    also={
        "客服主管": Post.SUPERVISOR,
        "主管": Post.SUPERVISOR,
        "客服副主管": Post.DEPUTY,
        "副主管": Post.DEPUTY,
        "组长": Post.LEAD,
        "售前客服": Post.PRESALE,
        "售前": Post.PRESALE,
        "售后客服": Post.POSTSALE,
        "售后": Post.POSTSALE,
    },
)


COLUMNS = (
    registry.Column("number", "工号", values.Text(20), required=True),
    registry.Column("name", "姓名", values.Text(80), required=True),
    registry.Column("post", "岗位", POST, required=True),
    registry.Column("site", "站点", values.Text(80), keeps=True),
    registry.Column("team", "团队", values.Text(80)),
    registry.Column("reports_to", "上级工号", values.Text(20)),
    registry.Column("base_salary", "基本工资", values.Amount(), keeps=True),
    registry.Column("hired_on", "入职日期", values.Day(), required=True),
    registry.Column("left_on", "离职日期", values.Day()),
    registry.Column("email", "邮箱", values.Text(254)),
    registry.Column("phone", "手机", values.Text(30)),
    registry.Column("dingtalk_id", "钉钉ID", values.Text(64)),
    registry.Column("from", "生效日期", values.Day(), keeps=True),
)


def from_day(row: Row) -> date:
    day: date = row.get("from") or row.values["hired_on"]
    return day


def identity(row: Row) -> tuple[str, date]:
    return row.values["number"], from_day(row)


def personal_of(row: Row, stored: Person | None) -> Personal:
    """Return what holds for the person after the row: an empty cell leaves, `-` clears."""
    fields: dict[str, Any] = {name: getattr(stored, name) for name in PERSONAL} if stored else {}
    for name in PERSONAL:
        if name in row.values:
            value = row.values[name]
            fields[name] = registry.cleared(Person, name) if value is None else value
    return Personal(number=row.values["number"], **fields)


@dataclass(slots=True)
class Claim:
    """What a row says of the chain: post, and whom the person reports to from the day on."""

    row: int
    post: Post
    says_chief: bool
    chief: str | None
    amount: int | None
    """Base salary in fen."""


@dataclass(slots=True)
class Said:
    """What the rows of one person say together."""

    first: int
    values: tuple[object, ...]
    """In the order of PERSONAL; Ellipsis for what no row has said."""
    hired_on: date
    left_on: date | None
    rows: tuple[int, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What the database knows of the rows of one batch."""

    states: Mapping[str, State]
    sites: Mapping[str, str | None]
    users: AbstractSet[str]
    dingtalk: Mapping[str, str]


Refusal = tuple[str, str, dict[str, Any]]


def site_of(posting: Posting) -> str | None:
    return posting.team.site.name if posting.team and posting.team.site else None


def is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
