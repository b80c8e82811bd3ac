"""Small pieces of every page, written in one go: lists are asked for all day.

A template that includes another one for each entry, option or field spends most of its time on
the including; these tags write the same without it.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, DateInput, HiddenInput, Select, TextInput
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.shell import NavItem

register = template.Library()

CLASSES = {"select": "form-select", "checkbox": "form-check-input"}
NAV_ENTRY = (
    '<a class="nav-entry{active}" href="{url}"{current}><span class="nav-icon">'
    '<i class="bi bi-{icon}" aria-hidden="true"></i></span>'
    '<span class="nav-label">{label}</span></a>'
)


@register.simple_tag
def nav_entry(entry: NavItem) -> SafeString:
    """Write one entry of the navigation."""
    return mark_safe(  # noqa: S308 -- every text is escaped here
        NAV_ENTRY.format(
            active=" active" if entry.active else "",
            url=escape(entry.url),
            current=' aria-current="page"' if entry.active else "",
            icon=escape(entry.icon),
            label=escape(str(entry.label)),
        )
    )


@register.simple_tag
def options(choices: Iterable[tuple[object, object]], chosen: object = None) -> SafeString:
    """Write the options of a select from pairs of value and label; a list is a group of them."""
    wanted = "" if chosen is None else str(chosen)
    return mark_safe(  # noqa: S308 -- every text is escaped here
        "".join(
            f'<optgroup label="{escape(str(key))}">{options(label, chosen)}</optgroup>'
            if isinstance(label, list | tuple)
            else _option(str(key), str(label), wanted)
            for key, label in choices
        )
    )


def _option(key: str, label: str, wanted: str) -> str:
    selected = " selected" if key == wanted else ""
    return f'<option value="{escape(key)}"{selected}>{escape(label)}</option>'


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """Write the control of a filter, as its widget would, without a template for each."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    look: dict[str, str | bool] = {"class": CLASSES.get(kind, "form-control")}
    if widget.is_hidden:
        look = {}
    if kind in CLASSES:
        look["data-autosubmit"] = ""
    if type(widget) not in (Select, TextInput, DateInput, CheckboxInput, HiddenInput):
        return field.as_widget(attrs=look)
    given = {"id": field.auto_id, **widget.attrs, **field.build_widget_attrs(look, widget)}
    if isinstance(widget, Select):
        return _select(field, widget, given)
    return _input(field, widget, given)


def _select(field: BoundField, widget: Select, given: dict[str, Any]) -> SafeString:
    chosen = widget.format_value(field.value())
    inner = options(widget.choices, chosen[0] if chosen else None)
    return mark_safe(  # noqa: S308 -- every text is escaped here
        f'<select name="{escape(field.html_name)}"{_attributes(given)}>{inner}</select>'
    )


def _input(
    field: BoundField,
    widget: TextInput | DateInput | CheckboxInput | HiddenInput,
    given: dict[str, Any],
) -> SafeString:
    found = field.value()
    value = widget.format_value(found)
    if isinstance(widget, CheckboxInput):
        given["checked"] = widget.check_test(found)
    elif value is not None:
        given["value"] = value
    return mark_safe(  # noqa: S308 -- every text is escaped here
        f'<input type="{escape(given.pop("type", widget.input_type))}"'
        f' name="{escape(field.html_name)}"{_attributes(given)}>'
    )


def _attributes(given: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in given.items()
        if value is not None and value is not False
    )


class _PerLanguage(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._written: dict[str, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language() or ""
        if language not in self._written:
            self._written[language] = self.nodelist.render(context.new())
        return self._written[language]


@register.tag
def per_language(parser: Parser, _token: Token) -> _PerLanguage:
    """Write what differs by language only, once for each; it sees no variable of the page."""
    nodelist = parser.parse(("endper_language",))
    parser.delete_first_token()
    return _PerLanguage(nodelist)
