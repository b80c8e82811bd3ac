"""Forms of courses and of who has done them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from staff.handbook.forms.fields import (
    KeyField,
    PickField,
    VersionField,
    WholeField,
    area,
    day_field,
    offer,
)
from staff.handbook.models.training import LONGEST_MONTHS
from staff.handbook.services.training import Done, Outline
from staff.people.enums import Post

Choices = Sequence[tuple[int, str]]


class CourseForm(forms.Form):
    form_key = KeyField()
    title = PlainText(label=_("Title"), max_length=80)
    text = PlainText(
        label=_("What it is about"),
        max_length=2000,
        widget=area(5),
        help_text=_("What is learnt, where the material is, and how it is tested."),
    )
    posts = forms.MultipleChoiceField(
        label=_("Posts"),
        required=False,
        choices=Post.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: for all posts."),
    )
    again_months = WholeField(
        label=_("Due again after (months)"),
        required=False,
        min_value=1,
        max_value=LONGEST_MONTHS,
        help_text=_("Empty: done once and for all."),
    )
    owner = forms.TypedChoiceField(label=_("Owner"), coerce=int)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        offer(self, "owner", people, none=True)

    def outline(self) -> Outline:
        """Return what a valid form says."""
        data = self.cleaned_data
        return Outline(
            title=data["title"],
            text=data["text"],
            owner_id=data["owner"],
            posts=data["posts"],
            again_months=data["again_months"],
        )


class ChangeCourseForm(CourseForm):
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        del self.fields["form_key"]


class DoneForm(forms.Form):
    """Who of one's people has done a course."""

    form_key = KeyField()
    done_on = day_field(_("Done on"))
    people = PickField(_("People"))
    note = PlainText(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Result of the test, who taught it."),
    )

    def __init__(self, *args: Any, people: Choices, today: date, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["people"].required = True
        offer(self, "people", people)

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."), code="future")
        return day

    def done(self) -> Done:
        """Return what a valid form says."""
        data = self.cleaned_data
        return Done(person_ids=data["people"], done_on=data["done_on"], note=data["note"])
