"""The pieces that are written in one go say what Django's own widgets and templates say."""

import re
from datetime import UTC, datetime

import pytest
from django import forms
from django.template import engines
from django.utils import formats, translation
from django.utils.translation import gettext_lazy

from portal.shell import NavItem
from portal.templatetags import plain, when

HOSTILE = "\"><b>'&{x}"


class Filters(forms.Form):
    q = forms.CharField(max_length=9, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(choices=[("", gettext_lazy("all")), ("a", "A"), (HOSTILE, HOSTILE)])
    number = forms.TypedChoiceField(choices=[(1, "one"), (2, "two")], coerce=int)
    urgent = forms.BooleanField(required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    picked = forms.CharField(required=False, widget=forms.HiddenInput)
    grouped = forms.ChoiceField(choices=[("group", [("a", "A"), ("b", "B")])])


def same(html):
    """The tag's name and its attributes, whatever their order, and what it holds."""
    return sorted(re.sub(r"\s*([<>])\s*", r" \1 ", html).split())


@pytest.mark.parametrize("name", Filters.base_fields)
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"q": HOSTILE, "kind": HOSTILE, "number": "2", "urgent": "on", "since": "x"},
        {
            "q": "a",
            "kind": "a",
            "number": "9",
            "urgent": "",
            "since": "2026-10-08",
            "grouped": "b",
            "picked": HOSTILE,
        },
    ],
)
def test_a_filter_reads_as_its_widget_writes_it(name, data):
    form = Filters(data, auto_id="filter-%s")
    form.is_valid()
    field = form[name]
    kind = field.field.widget.input_type
    look = {} if kind == "hidden" else {"class": plain.CLASSES.get(kind, "form-control")}
    if kind in plain.CLASSES:
        look["data-autosubmit"] = ""
    expected = field.as_widget(attrs=look)
    assert same(plain.filter_field(field)) == same(expected)


def test_options_escape_and_choose():
    assert plain.options([(1, "<one>"), (2, "two")], 2) == (
        '<option value="1">&lt;one&gt;</option><option value="2" selected>two</option>'
    )


def test_an_entry_of_the_navigation_is_lit_and_escaped():
    lit = plain.nav_entry(NavItem(label=HOSTILE, icon="house", url="/a?b&c", active=True))
    assert 'class="nav-entry active" href="/a?b&amp;c" aria-current="page"' in lit
    assert "<b>" not in lit
    dark = plain.nav_entry(NavItem(label="Home", icon="house", url="/", active=False))
    assert "active" not in dark
    assert "aria-current" not in dark


def test_what_differs_by_language_only_is_written_once_for_each():
    inner = "{{ name }}{% translate 'Home' %}"
    template = engines["django"].from_string(
        f"{{% load plain %}}{{% per_language %}}{inner}{{% endper_language %}}"
    )
    said = []
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            said.append(template.render({"name": "nobody's"}))
    assert said == ["Home", "首页", "Home"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ["DATETIME_FORMAT", "MONTH_DAY_FORMAT", "SHORT_DATE_FORMAT"])
@pytest.mark.parametrize("hour", [0, 4, 12, 16])
def test_a_moment_reads_as_django_writes_it(language, name, hour):
    moment = when.local(datetime(2026, 5, 9, hour, 0, tzinfo=UTC))
    with translation.override(language):
        assert when._formatted(moment, name) == formats.date_format(moment, name)  # noqa: SLF001 -- the claim is about it
