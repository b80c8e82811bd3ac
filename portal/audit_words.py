"""What an audit entry holds, in the words of its reader: names of fields, days, sums, choices."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.money import Fen, display_yuan

NOTHING = "–"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT = re.compile(rf"{DAY.pattern}T[0-9:.]+(?:Z|[+-][0-9:]+)?", re.ASCII)

WORDS: dict[str, str | Promise] = {
    "added": gettext_lazy("added"),
    "cases": gettext_lazy("complaints"),
    "changed": gettext_lazy("changed"),
    "complaint": gettext_lazy("complaint"),
    "count": gettext_lazy("count"),
    "day": gettext_lazy("day"),
    "days": gettext_lazy("days"),
    "fen": gettext_lazy("amount"),
    "fields": gettext_lazy("fields"),
    "finding": gettext_lazy("finding"),
    "format": gettext_lazy("format"),
    "item": gettext_lazy("item"),
    "kind": gettext_lazy("kind"),
    "measure": gettext_lazy("measure"),
    "missing": gettext_lazy("reports missing"),
    "month": gettext_lazy("month"),
    "open": gettext_lazy("open work"),
    "outcome": gettext_lazy("outcome"),
    "owner": gettext_lazy("owner"),
    "people": gettext_lazy("people"),
    "person": gettext_lazy("person"),
    "proposal": gettext_lazy("proposal"),
    "rejected": gettext_lazy("rejected"),
    "rows": gettext_lazy("rows"),
    "rule": gettext_lazy("rule"),
    "sha256": gettext_lazy("checksum"),
    "side": gettext_lazy("side"),
    "state": gettext_lazy("state"),
    "store": gettext_lazy("store"),
    "task": gettext_lazy("task"),
    "team": gettext_lazy("team"),
    "unchanged": gettext_lazy("unchanged"),
    "version": gettext_lazy("version"),
    "way": gettext_lazy("way"),
}


def said(target_type: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the values of an entry as pairs of label and text, in their order."""
    model = _model(target_type)
    return [(_label(model, name), text_of(model, name, value)) for name, value in values.items()]


def _model(target_type: str) -> type[Model] | None:
    try:
        return apps.get_model(target_type)
    except (LookupError, ValueError):
        return None


def _field(model: type[Model] | None, name: str) -> "Field[Any, Any] | None":
    for each in (name, name.removesuffix("_id")):
        try:
            field = model._meta.get_field(each) if model else None
        except FieldDoesNotExist:
            continue
        if isinstance(field, Field):
            return field
    return None


def _label(model: type[Model] | None, name: str) -> str:
    field = _field(model, name)
    if field is not None:
        return str(capfirst(str(field.verbose_name)))
    return str(capfirst(str(WORDS.get(name, name.replace("_", " ")))))


def text_of(model: type[Model] | None, name: str, value: Any) -> str:  # noqa: ANN401 -- whatever a field or JSON holds
    """Return the value of a field in words; a dash for none."""
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        pairs = [f"{_label(model, key)}: {text_of(model, key, one)}" for key, one in value.items()]
        return "; ".join(pairs) or NOTHING
    if isinstance(value, Sequence) and not isinstance(value, str):
        named = name == "fields"
        words = [_label(model, str(one)) if named else text_of(model, name, one) for one in value]
        return ", ".join(words) or NOTHING
    if isinstance(value, int) and (name == "fen" or name.endswith("_fen")):
        return display_yuan(Fen(value))
    return NOTHING if value is None else _of_text(_field(model, name), str(value)) or NOTHING


def _of_text(field: "Field[Any, Any] | None", text: str) -> str:
    choices = dict(getattr(field, "flatchoices", ()) or ())
    if text in choices:
        return str(choices[text])
    try:
        if MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
            return date_format(local, "SHORT_DATETIME_FORMAT")
        if DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except (ValueError, OverflowError):
        pass
    return text
