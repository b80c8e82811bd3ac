"""Search and filters of the lists of people and stores; they stay in the address."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.people import queries
from staff.people.enums import Platform, Post

ANY = ("", _("all"))
NUMBER = "number"
MOST_DIGITS = 6
Teams = Sequence[tuple[int, str, int | None, str | None]]


class ListFilter(forms.Form):
    """Choices that are none count as not made; a search is cut rather than refused."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput())

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter-%s")

    def offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        self.fields[name].choices = [ANY, *choices]  # type: ignore[attr-defined]  # a choice field

    @property
    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {
            name: str(value).replace("\x00", "")
            for name, value in self.cleaned_data.items()
            if value
        }

    @property
    def active(self) -> int:
        """How many filters are set, the search not counted."""
        return sum(name != "q" for name in self.wanted)

    def query(self, **more: str) -> str:
        """Return the part of an address that keeps search and filters."""
        return urlencode({**self.wanted, **more})


class PeopleFilter(ListFilter):
    site = forms.ChoiceField(label=_("Site"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    post = forms.ChoiceField(label=_("Post"), required=False, choices=[ANY, *Post.choices])
    state = forms.ChoiceField(
        label=_("Employment"),
        required=False,
        choices=[
            ("", _("employed")),
            (queries.LEFT, _("left")),
            (queries.ALL, _("all")),
        ],
    )

    def __init__(self, data: Mapping[str, Any], *, teams: Teams) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Number or name")
        self.offer("team", [(str(pk), name) for pk, name, _site, _name in teams])
        self.offer("site", sorted({(str(pk), name) for _pk, _name, pk, name in teams if pk}))


class StoreFilter(ListFilter):
    team = forms.ChoiceField(label=_("Team"), required=False)
    platform = forms.ChoiceField(
        label=_("Platform"), required=False, choices=[ANY, *Platform.choices]
    )

    def __init__(self, data: Mapping[str, Any], *, teams: Teams) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Store or brand")
        self.offer("team", [(str(pk), name) for pk, name, _site, _name in teams])


def sort_of(data: Mapping[str, Any]) -> str:
    """Return the sorting that the address asks for, else by number."""
    asked = str(data.get("sort", ""))
    return asked if asked in queries.SORTS else NUMBER


def page_of(data: Mapping[str, Any]) -> int:
    """Return the page that the address asks for, counted from 1."""
    asked = str(data.get("page", ""))
    fine = asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS
    return max(1, int(asked)) if fine else 1
