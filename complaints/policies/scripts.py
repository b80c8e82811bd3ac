"""Shared scripts with fields that a case fills (DAY-4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FIELD = re.compile(r"\{\s*(\w{1,20})\s*\}")


class Field(StrEnum):
    """What a script may leave to the case, by its name in English."""

    CUSTOMER = "customer"
    NUMBER = "number"
    ORDER = "order"
    PRODUCT = "product"
    STORE = "store"
    AGENT = "agent"
    DUE = "due"
    TODAY = "today"


CHINESE = {
    "顾客": Field.CUSTOMER,
    "工单": Field.NUMBER,
    "工单号": Field.NUMBER,
    "订单": Field.ORDER,
    "订单号": Field.ORDER,
    "商品": Field.PRODUCT,
    "店铺": Field.STORE,
    "客服": Field.AGENT,
    "期限": Field.DUE,
    "今天": Field.TODAY,
}


@dataclass(frozen=True)
class Filled:
    """A script with its fields filled; `missing` names those that stay open, as they stand."""

    text: str
    missing: tuple[str, ...] = ()


def named(name: str) -> Field | None:
    """Return the field that a name in either language means."""
    lower = name.lower()
    return CHINESE.get(name) or (Field(lower) if lower in set(Field) else None)


def fill(text: str, values: Mapping[Field, str]) -> Filled:
    """Fill the fields of a script. What the case does not know, and what is no field, stays."""
    missing: dict[str, None] = {}

    def put(hit: re.Match[str]) -> str:
        field = named(hit[1])
        value = values.get(field, "") if field else ""
        if not value:
            missing[hit[0]] = None
        return value or hit[0]

    return Filled(FIELD.sub(put, text), tuple(missing))


def left_open(text: str) -> list[str]:
    """Return the fields that were left unfilled in a text that is about to be sent."""
    return list(dict.fromkeys(hit[0] for hit in FIELD.finditer(text) if named(hit[1])))
