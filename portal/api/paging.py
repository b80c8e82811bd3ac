"""Lists page by page: the next page begins behind the last row of this one, whatever changed."""

import base64
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import Model, Q, QuerySet
from pydantic import BaseModel

from portal.api.problems import FIELD_SENTENCES, Problem

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)


class Page(BaseModel, Generic[Row]):
    """One page; `next` is the cursor of the page behind it, null on the last one."""

    items: list[Row]
    next: str | None


class Sort(NamedTuple):
    """The columns of a total order: (name, whether it falls), the key of the table last."""

    columns: tuple[tuple[str, bool], ...]


def by(*names: str) -> Sort:
    """Return an order by these columns and the key; a minus makes a column fall."""
    columns = [(name.lstrip("-"), name.startswith("-")) for name in names]
    return Sort((*columns, ("pk", columns[-1][1] if columns else False)))


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value


def _read(value: Any) -> Any:  # noqa: ANN401 -- a part of a cursor
    if isinstance(value, dict):
        if set(value) == {"t"}:
            moment = datetime.fromisoformat(value["t"])
            if moment.tzinfo is None or not 1900 < moment.year < 3000:  # noqa: PLR2004 -- no overflow
                raise ValueError
            return moment
        return date.fromisoformat(value["d"])
    plain = isinstance(value, str) and "\x00" not in value and value.isprintable()
    if not plain and not (type(value) is int and abs(value) < 2**63):
        raise ValueError(value)
    return value


def cursor_of(values: Iterable[object]) -> str:
    text = json.dumps([_written(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, sort: Sort) -> list[Any]:
    """Return the values of a cursor. Raises Problem 422 for one that is none of ours."""
    padded = text + "=" * (-len(text) % 4)
    try:
        values = json.loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
        found = [_read(value) for value in values]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _bad() from None
    if not isinstance(values, list) or len(found) != len(sort.columns):
        raise _bad()
    return found


def _bad() -> Problem:
    return Problem(422, errors=[("cursor", str(FIELD_SENTENCES["cursor"]))])


def _beyond(sort: Sort, values: list[Any]) -> Q:
    found = Q()
    for at, (name, falls) in enumerate(sort.columns):
        same = {before: values[i] for i, (before, _falls) in enumerate(sort.columns[:at])}
        found |= Q(**same) & Q(**{f"{name}__{'lt' if falls else 'gt'}": values[at]})
    first, falls = sort.columns[0]
    return Q(**{f"{first}__{'lte' if falls else 'gte'}": values[0]}) & found


def page_of(
    rows: QuerySet[M], *, sort: Sort, cursor: str, limit: int, show: Callable[[M], Any]
) -> dict[str, Any]:
    """Return one page of the rows as `show` makes them. Raises Problem 422 for a wrong cursor."""
    if cursor:
        try:
            rows = rows.filter(_beyond(sort, read_cursor(cursor, sort)))
        except (ValueError, TypeError):
            raise _bad() from None
    order = [f"{'-' if falls else ''}{name}" for name, falls in sort.columns]
    found = list(rows.order_by(*order)[: limit + 1])
    shown = found[:limit]
    more = len(found) > limit
    last = [_value(shown[-1], name) for name, _falls in sort.columns] if more else []
    return {"items": [show(row) for row in shown], "next": cursor_of(last) if more else None}


def _value(row: Model, name: str) -> Any:  # noqa: ANN401 -- the value of a column
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value
