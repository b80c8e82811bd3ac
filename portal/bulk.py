"""Many new rows at once, as fast as the database takes them.

Django's `bulk_create` spends most of an import's time on putting values into statements. Here
the rows go through COPY on PostgreSQL and through one prepared statement on SQLite; their keys
are taken first, so that rows that refer to them can be made before anything is read back.

The lookup `any_of` is `in` for hundreds of texts or whole numbers: one parameter that holds them
all, instead of a statement as long as the list that has to be put together and read each time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Protocol, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, tuple[Any, ...]]

M = TypeVar("M", bound=models.Model)
R_co = TypeVar("R_co", bound=models.Model, covariant=True)

FROM_ROWS = 30  # for fewer, the way is not worth while
READY_AT_ONCE = 64
TEXTS = (models.CharField, models.TextField, models.SlugField, models.EmailField)
WHOLE = (
    models.BigAutoField,
    models.BigIntegerField,
    models.IntegerField,
    models.PositiveBigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.SmallIntegerField,
    models.BooleanField,
)
MOMENTS = (models.DateField, models.DateTimeField, models.UUIDField)  # as they are in PostgreSQL

Convert = Callable[[Any], Any]


@models.Field.register_lookup
class AnyOf(models.Lookup):
    """`field__any_of=values`: the values are texts or whole numbers, none of them null."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        """Return the condition; nothing is any of nothing."""
        values = list(self.rhs)
        if not values:
            raise EmptyResultSet
        left, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{left} = ANY(%s)", (*params, values)
        condition = f"{left} IN (SELECT value FROM json_each(%s))"  # noqa: S608 -- a column of our own
        return condition, (*params, json.dumps(values))


class BulkCreate:
    """For a QuerySet whose rows come and change by the thousand; signals were never sent by it."""

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        update_conflicts: bool = False,  # noqa: FBT001, FBT002 -- the same
        update_fields: Any = None,  # noqa: ANN401 -- the same
        unique_fields: Any = None,  # noqa: ANN401 -- the same
    ) -> list[M]:
        """Insert new rows and set their keys; conflicts and few rows go Django's way."""
        rows = list(objs)
        plain = not (ignore_conflicts or update_conflicts)
        if plain and len(rows) >= FROM_ROWS and all(row.pk is None for row in rows):
            insert(rows, using=cast("models.QuerySet[M]", self).db)
            return rows
        djangos = cast("models.QuerySet[M]", super()).bulk_create
        return djangos(
            rows, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
        )

    def bulk_update(
        self,
        objs: Iterable[M],
        fields: Iterable[str],
        batch_size: int | None = None,
    ) -> int:
        """Write these fields of rows that are stored; expressions and few rows go Django's way."""
        rows, names = list(objs), list(fields)
        queryset = cast("models.QuerySet[M]", self)
        if len(rows) >= FROM_ROWS and _are_plain(rows, names):
            return update(rows, names, using=queryset.db)
        return cast("int", super().bulk_update(rows, names, batch_size))  # type: ignore[misc]  # of the QuerySet beside


def _are_plain(rows: Sequence[M], names: Sequence[str]) -> bool:
    fields = [rows[0]._meta.get_field(name) for name in names]
    if any(isinstance(field, models.JSONField) for field in fields):
        return False
    return not any(
        hasattr(row.__dict__.get(field.attname), "resolve_expression")
        for row in rows
        for field in fields
        if isinstance(field, models.Field)
    )


class Blank(Protocol[R_co]):
    def __call__(self, **given: Any) -> R_co:  # noqa: ANN401 -- the value of any field
        """Return a new row; `given` names columns (`owner_id`), never related rows."""


@cache
def blanks(model: type[M]) -> Blank[M]:
    """Return a maker of new rows that hold their defaults: a copy is a tenth of the work.

    A wide model takes longer to be set up than all its values do, and an import makes several
    rows for each of a file. Signals of a row's making are not sent.
    """
    values = {name: value for name, value in vars(model()).items() if name != "_state"}
    made_anew = [
        field
        for field in model._meta.concrete_fields
        if field.has_default() and callable(field.default)
    ]

    def blank(**given: Any) -> M:  # noqa: ANN401 -- the value of any field
        row = model.__new__(model)
        row.__dict__.update(values, _state=ModelState())
        for field in made_anew:
            if field.attname not in given:
                row.__dict__[field.attname] = field.get_default()
        row.__dict__.update(given)
        return row

    return blank


def update(rows: Sequence[M], names: Sequence[str], *, using: str = "default") -> int:
    """Write the named fields of stored rows of one model, all or none; return how many there are.

    One statement on PostgreSQL, one prepared statement on SQLite.
    """
    model, connection = type(rows[0]), connections[using]
    key = model._meta.pk
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    columns = _columns(rows, [key, *fields], connection)
    quote = connection.ops.quote_name
    table, own = quote(model._meta.db_table), quote(str(key.column))
    with transaction.atomic(using=using, savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [_type_of(field, connection) for field in (key, *fields)]
            arrays = ", ".join(f"%s::{each}[]" for each in types)
            values = ", ".join(f"v{place}" for place in range(len(columns)))
            sets = ", ".join(
                f"{quote(str(field.column))} = v.v{place}"
                for place, field in enumerate(fields, start=1)
            )
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS v({values})"  # noqa: S608 -- names of our own tables, columns and types
                f" WHERE {table}.{own} = v.v0",
                [list(column) for column in columns],
            )
            return int(cursor.rowcount)
        sets = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
        lines = zip(*columns[1:], columns[0], strict=True)
        cursor.executemany(
            f"UPDATE {table} SET {sets} WHERE {own} = %s",  # noqa: S608 -- names of our own table and columns
            list(lines),
        )
    return len(rows)


def _type_of(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> str:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return str(target.rel_db_type(connection))


def insert(
    rows: Sequence[M], *, using: str = "default", prepare: Callable[[M], None] | None = None
) -> None:
    """Insert rows of one model without keys, all or none, and set their keys.

    `prepare` completes a row just before it is sent, while the database works on the ones before
    it; it must not ask the database. Database defaults, expressions and models with parents are
    not for here.
    """
    model, connection = type(rows[0]), connections[using]
    key = model._meta.pk
    if not isinstance(key, models.AutoField):
        raise TypeError(f"{model.__name__} has no key of the database's own")
    fields = [field for field in model._meta.local_concrete_fields if field is not key]
    on_postgresql = connection.vendor == "postgresql"
    with transaction.atomic(using=using, savepoint=False):
        keys = _keys(model, str(key.column), len(rows), connection)
        lines = _lines(rows, keys, fields, connection, prepare)
        names = [str(key.column), *(str(field.column) for field in fields)]
        write = _copy if on_postgresql else _execute_many
        write(model._meta.db_table, names, lines, connection)
    for row, number in zip(rows, keys, strict=True):
        row.pk = number
        row._state.adding, row._state.db = False, using  # noqa: SLF001 -- what Django sets itself


def _lines(
    rows: Sequence[M],
    keys: Sequence[int],
    fields: Sequence["models.Field[Any, Any]"],
    connection: BaseDatabaseWrapper,
    prepare: Callable[[M], None] | None,
) -> Iterator[tuple[Any, ...]]:
    """Yield the values of each row, made ready a few rows at a time."""
    for start in range(0, len(rows), READY_AT_ONCE):
        part = rows[start : start + READY_AT_ONCE]
        if prepare is not None:
            for row in part:
                prepare(row)
        columns = _columns(part, fields, connection)
        yield from zip(keys[start : start + READY_AT_ONCE], *columns, strict=True)


def _columns(
    rows: Sequence[M], fields: Sequence["models.Field[Any, Any]"], connection: BaseDatabaseWrapper
) -> list[Sequence[Any]]:
    """Return the values of each field, ready for the database."""
    for field in fields:
        if field.is_relation:
            _take_keys(rows, field)
    columns: list[Sequence[Any]] = []
    for field in fields:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            found = [field.pre_save(row, add=True) for row in rows]
        else:
            found = list(map(attrgetter(field.attname), rows))
        convert = _converter(field, connection)
        columns.append(found if convert is None else [convert(value) for value in found])
    return columns


def _take_keys(rows: Sequence[M], field: "models.Field[Any, Any]") -> None:
    """Take the key of a related row that was stored after it had been set."""
    for row in rows:
        if getattr(row, field.attname) is None and field.name in row._state.fields_cache:  # noqa: SLF001 -- what Django asks itself
            related = getattr(row, field.name)
            if related is not None:
                if related.pk is None:
                    raise ValueError(f"{field.name} of a row is not stored")
                setattr(row, field.attname, related.pk)


def _converter(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Convert | None:
    """Return what makes a value ready; None where it is as it is."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if type(target) in WHOLE:
        return None
    if type(target) in TEXTS:
        return _text
    if connection.vendor == "postgresql" and type(target) in MOMENTS:
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def _text(value: Any) -> str | None:  # noqa: ANN401 -- a text, or a member of Choices
    return None if value is None else str(value)


def _keys(
    model: type[models.Model], column: str, count: int, connection: BaseDatabaseWrapper
) -> list[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), column, count],
            )
            return [number for (number,) in cursor.fetchall()]
        # The transaction holds the write lock, so nobody else takes them.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return list(range(first, first + count))


def _copy(
    table: str, names: Sequence[str], lines: Iterable[Any], connection: BaseDatabaseWrapper
) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, names))
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as copy,
    ):
        for line in lines:
            copy.write_row(line)


def _execute_many(
    table: str, names: Sequence[str], lines: Iterable[Any], connection: BaseDatabaseWrapper
) -> None:
    quote = connection.ops.quote_name
    columns, places = ", ".join(map(quote, names)), ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(table)} ({columns}) VALUES ({places})",  # noqa: S608 -- names of our own tables and columns
            list(lines),
        )
