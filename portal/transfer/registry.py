r"""The kinds of files, and what an app writes to add one.

An app registers its kinds in `resources.py`, which the portal loads when it starts, as the
admin loads `admin.py`. This is a whole kind:

    from portal.transfer import registry, values

    SIGNS = registry.Kind(
        name="signs",                                    # manage.py import signs FILE
        label=_("Door signs"),
        columns=(
            registry.Column("number", "编号", values.Text(20), required=True),
            registry.Column("name", "名称", values.Text(80), required=True),
            registry.Column("above", "上级编号", values.Text(20)),
            registry.Column("price", "价格", values.Amount()),
        ),
        identity=registry.by("number"),
        resource=SignResource,
        export=export_signs,
        sentences={"unknown_sign": _("there is no sign \"%(text)s\"")},
        sweeps=2,
    )
    registry.register(SIGNS)


    class SignResource(registry.Resource):
        def __init__(self, context):
            super().__init__(context)
            self.above = {}                              # what finish() has to look at

        def check(self, rows, notes):                    # no writing; a few queries a batch
            known = self.known(rows)
            for row in rows:
                self.above[row.values["number"]] = (row.number, row.get("above"))
                self.compare(known.get(row.values["number"]), row, notes)

        def known(self, rows):
            numbers = [row.values["number"] for row in rows]
            return Sign.objects.in_bulk(numbers, field_name="number")

        def compare(self, sign, row, notes):
            if sign is None:
                notes.added(row)
            elif registry.differs(sign, row, "name", "price"):
                notes.changed(row)
            else:
                notes.unchanged(row)

        def finish(self, notes, rejected):               # rows that refer to rows of the same file
            wanted = {above for _, above in self.above.values() if above}
            stored = set(Sign.objects.filter(number__in=wanted).values_list("number", flat=True))
            for number, above in self.above.values():
                row = self.above.get(above)
                if above and above not in stored and (row is None or row[0] in rejected):
                    notes.reject(number, "above", "unknown_sign", text=above)

        def write(self, rows, notes, sweep):             # in the runner's transaction
            known = self.known(rows)
            if sweep == 0:
                for row in rows:                         # every row is counted once, in one sweep
                    self.compare(known.get(row.values["number"]), row, notes)
                    services.put_sign(actor=self.context.actor, fields=row.values, ...)
            else:
                services.hang_signs(signs=known, rows=rows)

    def export_signs(context):                           # an iterator of values by column name
        signs = Sign.objects.visible_to(context.scope) if context.scope else Sign.objects.all()
        for sign in signs.iterator():
            yield {"number": sign.number, "name": sign.name, "above": ..., "price": sign.price}

`Row.values` holds a key for each cell that says something: the Python value, or None where `-`
clears. An empty cell or a missing column has no key and leaves the stored value. A row that
fails its cells or repeats an identity never reaches the resource.

`check` and `write` say for every row they get one of added, changed, unchanged, or reject.
Rejections made by `write` are for what changed since the check. `finish` is called after the
last batch of the check, and again until it rejects no further row; `rejected` holds the numbers
of all rows rejected so far, so that rows which lean on them can go too. After a kill, the new
process makes a new resource and gives it all rows to check again (their verdicts count no more
for rows written before), then writes from the mark; a write must therefore bear being told of
rows that are in the database already. With `sweeps=2` all rows are written twice over, in
order: first what others refer to, then the references.

The text of a cell goes into a message as `%(text)s` only: `notes.reject(row, field, code)` takes
it from the row, and it is never stored. `params` (`notes.reject(row, field, code, rule="LEAVE-1")`)
are stored, so they hold no cell's text. A service that fails for one row of a batch is called
inside a savepoint of its own (`with transaction.atomic():`) and turned into `notes.reject`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.db.models import Field, Model
from django.utils.functional import Promise

from portal.models import User
from portal.transfer.values import Cell, ValueType, quote


class UnknownKind(LookupError):
    """No app has registered a kind of this name."""


class AlreadyRegistered(Exception):
    """Two kinds of one name."""


class NothingToExport(Exception):
    """An export cannot be made of what was asked for; the message is a sentence for people."""


class RowNotJudged(Exception):
    """A resource was given a row and said nothing about it, or spoke twice."""


@dataclass(frozen=True)
class Column:
    """One column: `name` is its English header and the key in Row.values, `zh` its Chinese one.

    A required column must be in the header, and its cells may be neither empty nor `-`.
    `keeps` says that `-` may not clear the value although the column may be left out.
    """

    name: str
    zh: str
    type: ValueType
    required: bool = False
    keeps: bool = False
    also: tuple[str, ...] = ()
    """Further headers that mean this column."""
    derived: bool = False
    """Worked out when it is exported; an import passes over it, because it cannot be set."""


class Place(NamedTuple):
    """Where something stands in a file that is no plain table, as a spreadsheet shows it."""

    sheet: str
    """Empty in a CSV file."""
    row: int
    column: str = ""
    """The letters of the column; empty for the row as a whole."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row whose cells are in order. `number` is the one that a spreadsheet shows."""

    number: int
    values: Mapping[str, Any]
    cells: Mapping[str, Cell]
    """What stands in the file, for messages only."""
    place: Place | None = None
    """Set by a kind's own reader, whose rows are numbered as they come; shown in its place."""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 -- as dict.get
        """Return the value; the default where the cell is empty, cleared or not there."""
        value = self.values.get(name)
        return default if value is None else value

    def text(self, name: str) -> str:
        """Return what stands in the cell, for a message: at most 40 characters."""
        return quote(self.cells.get(name))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about a row: a code and its parameters; `texts` makes the sentence.

    `text` quotes the cell and is shown, but never stored in the import's record; `params` must
    therefore hold no text of a cell. Row 0 means the file as a whole.
    """

    row: int
    field: str
    code: str
    text: str | None = ""
    params: Mapping[str, Any] = made(default_factory=dict)
    place: Place | None = None

    def stored(self) -> dict[str, Any]:
        """Return what a record may keep."""
        kept = {
            "row": self.row,
            "field": self.field,
            "code": self.code,
            "params": dict(self.params),
        }
        return {**kept, "place": list(self.place)} if self.place else kept

    @classmethod
    def from_stored(cls, kept: Mapping[str, Any], text: str | None = None) -> "Finding":
        place = Place(*kept["place"]) if "place" in kept else None
        return cls(kept["row"], kept["field"], kept["code"], text, kept["params"], place)


ADDED, CHANGED, UNCHANGED, REJECTED = "added", "changed", "unchanged", "rejected"


class Notes:
    """What a resource says about the rows of one call."""

    def __init__(self) -> None:
        self.outcomes: dict[int, str] = {}
        self.rejections: list[Finding] = []
        self.warnings: list[Finding] = []

    def added(self, row: Row) -> None:
        self._judge(row.number, ADDED)

    def changed(self, row: Row) -> None:
        self._judge(row.number, CHANGED)

    def unchanged(self, row: Row) -> None:
        self._judge(row.number, UNCHANGED)

    def reject(
        self, row: Row | int, field: str, code: str, *, text: str | None = None, **params: str | int
    ) -> None:
        """Refuse a row; `finish` may give its number alone and the text to quote."""
        finding = self._finding(row, field, code, text, params)
        if self.outcomes.get(finding.row) != REJECTED:  # one line for each row: the first counts
            self._judge(finding.row, REJECTED)
            self.rejections.append(finding)

    def warn(
        self, row: Row | int, field: str, code: str, *, text: str | None = None, **params: str | int
    ) -> None:
        """Say something about a row that is accepted all the same."""
        self.warnings.append(self._finding(row, field, code, text, params))

    @staticmethod
    def _finding(
        row: Row | int, field: str, code: str, text: str | None, params: dict[str, str | int]
    ) -> Finding:
        if isinstance(row, int):
            return Finding(row, field, code, text or "", params)
        said = row.text(field) if text is None else text
        return Finding(row.number, field, code, said, params, row.place)

    def _judge(self, number: int, outcome: str) -> None:
        if number in self.outcomes:
            raise RowNotJudged(f"row {number} is {self.outcomes[number]} and {outcome}")
        self.outcomes[number] = outcome


@dataclass(frozen=True, kw_only=True)
class Context:
    """Who imports or exports, and when. `actor` and `scope` are None on the command line.

    `scope` is what staff's middleware puts on a request; the portal hands it through.
    """

    actor: User | None
    scope: Any = None
    now: datetime
    zone: tzinfo
    partial: bool = False
    dry_run: bool = False
    file_name: str = ""
    """Imports only: what the file was called where it came from."""
    file_sha256: str = ""
    """Imports only: empty where nothing is recorded, as in a dry run on the command line."""
    month: date | None = None
    """Exports only: the first day of the month asked for."""
    filters: Mapping[str, str] = made(default_factory=dict)
    """Exports only: further filters, as in the address of the list."""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


class Resource(ABC):
    """One import of one kind. A new one is made for each run."""

    letters: Mapping[str, str] = {}
    """Where the file has each column, by its name: `{"number": "A"}`; set when it is opened."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @abstractmethod
    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        """Judge a batch without writing, in a number of queries that does not grow with it."""

    def finish(self, notes: Notes, rejected: AbstractSet[int]) -> None:  # noqa: B027 -- most kinds have nothing to add
        """Reject rows whose partners in the same file are missing or rejected."""

    @abstractmethod
    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:
        """Write a batch inside the caller's transaction and judge each row once over all sweeps."""

    def tidy(self) -> None:  # noqa: B027 -- most kinds leave nothing behind
        """End what writing began beside itself; after the last batch, also a failed one."""


@dataclass(frozen=True)
class Reading:
    """What a kind's own reader gives while the file is open.

    `rows` are numbered upwards, each with its place; a Finding is a row that is refused. They
    bring values and never reach the types of the columns. `warnings` may grow until the last
    row was read.
    """

    rows: Iterable[Row | Finding]
    warnings: Sequence[Finding] = ()


def everybody(_user: User, _scope: object) -> bool:
    return True


def nobody(_user: User, _scope: object) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of file. Without `resource` it is for export only, without `export` for import."""

    name: str
    label: Promise | str
    columns: tuple[Column, ...]
    identity: Callable[[Row], Hashable | None] | None = None
    """What makes two rows of a file the same; None for a row that equals no other."""
    resource: Callable[[Context], Resource] | None = None
    export: Callable[[Context], Iterable[Mapping[str, Any]]] | None = None
    document: Callable[[Context, Iterable[Mapping[str, Any]]], Any] | None = None
    """Makes the JSON of an export from its rows, where a contract wants more than their list."""
    sentences: Mapping[str, Promise] = made(default_factory=dict)
    sheet: str | None = None
    """The sheet of a workbook to read and write; None for the first."""
    reader: Callable[[Path, Context], AbstractContextManager["Reading"]] | None = None
    """Reads a file that is no plain table with one header row (see `workbooks`)."""
    layout: Promise | str = ""
    """What the upload page says of such a file, in place of its columns."""
    sweeps: int = 1
    by_month: bool = False
    """Whether an export can be narrowed to a month."""
    may_import: Callable[[User, Any], bool] = nobody
    may_export: Callable[[User, Any], bool] = nobody
    """Who may in the portal, from user and scope; the command line may everything."""

    @property
    def read(self) -> tuple[Column, ...]:
        """The columns that an import reads."""
        return tuple(column for column in self.columns if not column.derived)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def by(*names: str) -> Callable[[Row], Hashable | None]:
    """Return an identity made of these columns; a row without one of them equals no other."""

    def identity(row: Row) -> Hashable | None:
        key = tuple(row.get(name) for name in names)
        return None if None in key else key

    return identity


def cleared(model: type[Model] | Model, name: str) -> Any:  # noqa: ANN401 -- the value of any field
    """Return what a field holds when `-` clears it: None where it may be null, else its default."""
    column = cast("Field[Any, Any]", model._meta.get_field(name))
    return None if column.null else column.get_default()


def differs(stored: Model, row: Row, *names: str) -> bool:
    """Whether the row changes one of these fields, which are called as their columns are."""
    return any(
        getattr(stored, name) != (cleared(stored, name) if value is None else value)
        for name, value in row.values.items()
        if name in names
    )


def assign(stored: Model, row: Row, *names: str) -> None:
    """Set the fields that the row says something about."""
    for name, value in row.values.items():
        if name in names:
            setattr(stored, name, cleared(stored, name) if value is None else value)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind. Raises AlreadyRegistered for a second one of the name."""
    if _kinds.get(kind.name, kind) is not kind:
        raise AlreadyRegistered(kind.name)
    _kinds[kind.name] = kind
    return kind


def unregister(name: str) -> None:
    """Take a kind out again; for tests that bring their own."""
    _kinds.pop(name, None)


def get(name: str) -> Kind:
    """Return the kind. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds() -> list[Kind]:
    """Return all kinds by name."""
    return sorted(_kinds.values(), key=lambda kind: kind.name)


_scopes: list[Callable[[User, date], Any]] = []


def register_scope(provider: Callable[[User, date], Any]) -> None:
    """Say what somebody may reach on a day, for tasks, which have no request."""
    _scopes[:] = [provider]


def scope_of_user(user: User, today: date) -> Any:  # noqa: ANN401 -- staff's scope, handed through
    """Return what staff's middleware would put on this user's request; None without a provider."""
    return _scopes[0](user, today) if _scopes else None
