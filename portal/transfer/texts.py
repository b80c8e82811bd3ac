"""The sentence for each code that a file, a cell or a row is refused with."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal.transfer.registry import Finding, Kind, Place
from portal.transfer.tables import Unreadable

HIDDEN = "…"  # stands for a cell's text where records must not keep it

CELLS: Mapping[str, Promise] = {
    "amount_too_large": _('"%(text)s" is too large an amount'),
    "broken_character": _('"%(text)s" holds half a character'),
    "cell_error": _("cell %(cell)s holds the error %(text)s"),
    "control_character": _('"%(text)s" holds a control character'),
    "formula_without_value": _(
        "cell %(cell)s holds a formula without its result; "
        "open the file in a spreadsheet program and save it"
    ),
    "line_break": _('"%(text)s" holds a line break or a tab'),
    "missing": _("is missing"),
    "must_stay": _("cannot be cleared"),
    "negative_amount": _('"%(text)s" is a negative amount'),
    "not_a_choice": _('"%(text)s" is none of %(choices)s'),
    "not_a_date": _('"%(text)s" is not a date such as 2026-10-08'),
    "not_a_moment": _('"%(text)s" is not a time such as 2026-10-08 08:31'),
    "not_an_amount": _('"%(text)s" is not an amount'),
    "not_whole": _('"%(text)s" is not a whole number'),
    "not_yes_or_no": _('"%(text)s" is neither yes nor no'),
    "out_of_range": _('"%(text)s" is not between %(minimum)s and %(maximum)s'),
    "repeated_hour": _('"%(text)s" came twice that night; add its offset, such as +08:00'),
    "rounded_number": _(
        '"%(text)s" is a number that the spreadsheet has rounded; format the column as text'
    ),
    "skipped_hour": _('"%(text)s" is an hour that summer time skipped'),
    "too_long": _('"%(text)s" is longer than %(limit)s characters'),
}
ROWS: Mapping[str, Promise] = {
    "same_row": _("the same as row %(first)s"),
    "too_many_cells": _(
        "has more cells than the header; put a value with a comma into quotation marks"
    ),
    "unknown_columns": _("unknown columns are ignored: %(names)s"),
}
FILES: Mapping[str, Promise] = {
    "broken_csv": _("The file is not a whole CSV: row %(row)s cannot be read."),
    "broken_xlsx": _("The file is not a whole XLSX workbook."),
    "compressed_too_much": _("The file would unpack to far more than a workbook holds."),
    "damaged_utf8": _(
        "The file is UTF-8 text that was cut off or damaged near line %(line)s. Save it again."
    ),
    "document_type": _("The file holds XML declarations that a workbook never has."),
    "duplicate_column": _("The column %(name)s stands twice in the header."),
    "empty": _("The file is empty."),
    "external_links": _(
        "The workbook refers to other files. Save it with values in place of the links."
    ),
    "line_too_long": _("The file has a row of more than %(limit)s characters."),
    "macros": _("The workbook holds macros. Save it as XLSX without macros."),
    "missing_columns": _("These columns are missing: %(names)s."),
    "missing_file": _("There is no such file."),
    "no_sheet": _('The workbook has no sheet "%(name)s".'),
    "not_csv_or_xlsx": _("The file is neither CSV nor XLSX."),
    "old_workbook": _("The file is an old XLS workbook. Save it as XLSX."),
    "password": _("The file is password-protected. Save it without a password."),
    "too_large": _("The file is larger than %(limit)s MB."),
    "too_large_inside": _("The workbook is larger than %(limit)s MB when unpacked."),
    "too_many_columns": _("The file has more than %(limit)s columns."),
    "too_many_members": _("The workbook consists of more than %(limit)s parts."),
    "too_many_rows": _("The file has more than %(limit)s rows."),
    "unknown_encoding": _(
        "The file is neither UTF-8 nor GB18030 text (line %(line)s). Save it as UTF-8."
    ),
    "utf16": _("The file is UTF-16 text. Save it as CSV in UTF-8."),
}


def sentence(code: str, params: Mapping[str, Any], more: Mapping[str, Promise]) -> str:
    """Return the sentence in the active language; `more` are the sentences of a kind."""
    for known in (more, CELLS, ROWS, FILES):
        if code in known:
            return str(known[code] % params)
    return code


def line(kind: Kind, finding: Finding) -> str:
    """Return the one line about a row: `row 7: base_salary: "abc" is not an amount`."""
    params = {"text": finding.text if finding.text is not None else HIDDEN, **finding.params}
    return place(kind, finding) + sentence(finding.code, params, kind.sentences)


def place(kind: Kind, finding: Finding) -> str:
    chinese = (get_language() or "").startswith("zh")
    names = {column.name: column.zh if chinese else column.name for column in kind.columns}
    field = names.get(finding.field, finding.field)
    if finding.place is not None:
        return _spot(finding.place)
    if not finding.row:
        return ""
    if not field:
        return gettext("row %(row)s: ") % {"row": finding.row}
    return gettext("row %(row)s: %(field)s: ") % {"row": finding.row, "field": field}


def _spot(place: Place) -> str:
    named = {"sheet": place.sheet, "row": place.row, "column": place.column}
    if place.sheet and place.column:
        return gettext("%(sheet)s, row %(row)s, column %(column)s: ") % named
    if place.sheet:
        return gettext("%(sheet)s, row %(row)s: ") % named
    if place.column:
        return gettext("row %(row)s, column %(column)s: ") % named
    return gettext("row %(row)s: ") % named


def total(name: str, counts: Mapping[str, int]) -> str:
    """Return the last line: `people: 12 added, 3 changed, 40 unchanged, 0 rejected`."""
    return gettext(
        "%(name)s: %(added)s added, %(changed)s changed, "
        "%(unchanged)s unchanged, %(rejected)s rejected"
    ) % {"name": name, **counts}


def unreadable(refusal: Unreadable, kind: Kind | None = None) -> str:
    """Return why a file could not be read."""
    return sentence(refusal.code, refusal.params, kind.sentences if kind else {})
