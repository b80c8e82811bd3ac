"""Search and filters of scripts and product knowledge."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.handbook.enums import ArticleKind
from staff.handbook.queries.articles import ALL, ARCHIVED, LIVE, MINE, TO_CHECK, UNHELPFUL
from staff.people.filters import ANY, ListFilter


class ArticleFilter(ListFilter):
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *ArticleKind.choices])
    store = forms.ChoiceField(label=_("Store"), required=False)
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False, choices=[ANY, (MINE, _("mine"))])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (LIVE, _("in use")),
            (TO_CHECK, _("to be checked")),
            (UNHELPFUL, _("did not help somebody")),
            (ARCHIVED, _("archived")),
            (ALL, _("all")),
        ],
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        stores: Sequence[tuple[int, str]],
        tags: Sequence[str],
    ) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("The customer's question, or words")
        self.offer("store", [(str(pk), name) for pk, name in stores])
        self.offer("tag", [(name, name) for name in tags])
