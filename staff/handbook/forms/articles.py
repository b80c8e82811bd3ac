"""Forms of scripts and product knowledge (DAY-4)."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from staff.handbook.enums import ArticleKind
from staff.handbook.forms.fields import KeyField, PickField, VersionField, area, day_field, offer
from staff.handbook.services.articles import LONGEST_TEXT, LONGEST_TITLE, About, Words

LONGEST_TAG, MOST_TAGS = 30, 10
LATEST_CHECK = timedelta(days=366)
TAGS_APART = re.compile(r"[,，、;；\n]")
Choices = Sequence[tuple[int, str]]


def _check_day(day: date, *, today: date) -> date:
    if day <= today:
        raise ValidationError(_("Choose a day after today."), code="past")
    if day > today + LATEST_CHECK:
        raise ValidationError(_("What is not looked at for a year is not relied on."), code="far")
    return day


def _title(label: Any) -> PlainText:  # noqa: ANN401 -- a lazy text
    return PlainText(label=label, max_length=LONGEST_TITLE, required=False)


def _text(label: Any) -> PlainText:  # noqa: ANN401 -- a lazy text
    return PlainText(label=label, max_length=LONGEST_TEXT, required=False, widget=area(8))


class ArticleForm(forms.Form):
    """An article; one language is enough."""

    form_key = KeyField()
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ArticleKind.choices,
        help_text=_("A script is said to customers as it stands; knowledge is for oneself."),
    )
    title_zh = _title(_("Title (Chinese)"))
    text_zh = _text(_("Text (Chinese)"))
    title_en = _title(_("Title (English)"))
    text_en = _text(_("Text (English)"))
    tags = PlainText(
        label=_("Tags"),
        max_length=400,
        required=False,
        help_text=_("Products or topics, parted by commas; they are searched as titles are."),
    )
    stores = PickField(_("Stores"), help_text=_("None ticked: for all stores."))
    owner = forms.TypedChoiceField(
        label=_("Owner"),
        coerce=int,
        help_text=_("Answers for it, and is reminded when it is to be checked again."),
    )
    check_on = day_field(
        _("Check again by"), help_text=_("Prices, links and rules change: at most a year ahead.")
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        people: Choices,
        stores: Choices,
        today: date,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offer(self, "owner", people, none=True)
        offer(self, "stores", stores)

    def clean_check_on(self) -> date:
        return _check_day(self.cleaned_data["check_on"], today=self.today)

    def clean_tags(self) -> list[str]:
        found = (" ".join(part.split()) for part in TAGS_APART.split(self.cleaned_data["tags"]))
        tags = list(dict.fromkeys(tag for tag in found if tag))
        if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(
                _("At most %(most)d tags of at most %(long)d characters each."),
                code="tags",
                params={"most": MOST_TAGS, "long": LONGEST_TAG},
            )
        return tags

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in ("zh", "en"):
            title, text = data.get(f"title_{code}"), data.get(f"text_{code}")
            if title and text == "":
                self.add_error(f"text_{code}", _("This language has a title but no text."))
            if text and title == "":
                self.add_error(f"title_{code}", _("This language has a text but no title."))
        names = ("title_zh", "text_zh", "title_en", "text_en")
        if all(data.get(name) == "" for name in names):
            self.add_error("title_zh", _("Write at least one language: title and text."))
        return data

    def words(self) -> Words:
        """Return what a valid form says; line ends are those of texts, not of browsers."""
        data = self.cleaned_data
        names = ("title_zh", "text_zh", "title_en", "text_en")
        return Words(**{name: data[name].replace("\r\n", "\n") for name in names})

    def about(self) -> About:
        """Return what stands around the words of a valid form."""
        data = self.cleaned_data
        return About(
            kind=ArticleKind(data["kind"]),
            owner_id=data["owner"],
            check_on=data["check_on"],
            store_ids=data["stores"],
            tags=data["tags"],
        )


class ChangeArticleForm(ArticleForm):
    version = VersionField()
    why = PlainText(
        label=_("Why this version"),
        max_length=200,
        help_text=_("What changed and what for; stands beside the version for ever."),
    )
    field_order = ("why",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        del self.fields["form_key"]


class CheckForm(forms.Form):
    version = VersionField()
    check_on = day_field(_("Check again by"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_check_on(self) -> date:
        return _check_day(self.cleaned_data["check_on"], today=self.today)


class NoHelpForm(forms.Form):
    number = VersionField()
    note = PlainText(
        label=_("What was missing?"),
        max_length=300,
        required=False,
        widget=area(2),
        help_text=_("The owner reads it. No names or data of customers."),
    )


class CopiedForm(forms.Form):
    number = VersionField()


class ArchiveForm(forms.Form):
    why = PlainText(label=_("Why it is taken out of use"), max_length=200)
