"""Forms of the admin about people.

What a service would refuse, the form says beside itself: it tries the service and takes everything
back.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.money import Fen, display_yuan
from staff.people import texts
from staff.people.enums import Post
from staff.people.models import Person, Posting, Salary, Store, StoreService, Team
from staff.people.services import Personal, Place, Refused
from staff.rulebook.forms import CarefulForm, NamedRows, YuanField

SENSIBLE = [MinValueValidator(date(1950, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
NUMBER = RegexValidator(
    r"^[\w.@+-]+\Z", _("A staff number holds letters, digits and . @ + - _ only.")
)


def tried(act: Callable[[], object], sentence: Callable[[Refused], str] = texts.sentence) -> None:
    """Run a service and take it back. Raises ValidationError with the sentence of a refusal."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Refused as refusal:
        raise ValidationError(sentence(refusal), code=refusal.code) from None


class PersonForm(CarefulForm):
    """A person; for somebody new also the first place and salary."""

    post = forms.ChoiceField(label=_("post"), choices=Post.choices, required=False)
    team = forms.ModelChoiceField(label=_("team"), queryset=Team.objects.none(), required=False)
    chief = forms.ModelChoiceField(
        label=_("reports to"), queryset=Person.objects.none(), required=False
    )
    base_salary = YuanField(label=_("base salary (yuan)"), required=False)
    apply: Callable[["PersonForm"], object]

    class Meta:
        model = Person
        fields = ("number", "name", "hired_on", "left_on", "email", "phone", "dingtalk_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        for name in ("hired_on", "left_on"):
            if name in self.fields:
                self.fields[name].validators += SENSIBLE
        if "number" in self.fields:
            self.fields["number"].validators.append(NUMBER)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        hired, left = data.get("hired_on"), data.get("left_on")
        if hired and left and left < hired:
            self.add_error("left_on", _("The day of leaving lies before the day of joining."))
        if not self.errors:
            tried(lambda: type(self).apply(self))
        return data

    def personal(self) -> Personal:
        data = self.cleaned_data
        return Personal(
            number=data["number"],
            name=data["name"],
            hired_on=data["hired_on"],
            left_on=data["left_on"],
            email=data["email"],
            phone=data["phone"],
            dingtalk_id=data["dingtalk_id"],
        )

    def place(self) -> Place:
        team, chief = self.cleaned_data.get("team"), self.cleaned_data.get("chief")
        return Place(
            post=Post(self.cleaned_data["post"] or Post.PRESALE),
            team_id=team.pk if team else None,
            chief_id=chief.pk if chief else None,
        )


class StoreForm(CarefulForm):
    """A store; for a new one also the team that serves it from a day on."""

    team = forms.ModelChoiceField(
        label=_("served by"),
        queryset=Team.objects.none(),
        required=False,
        help_text=_("Whoever belongs to this team sees the cases of the store."),
    )
    from_day = forms.DateField(label=_("from"), required=False, validators=SENSIBLE)

    class Meta:
        model = Store
        fields = ("name", "brand", "platform", "is_open")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("team") and not data.get("from_day") and "from_day" not in self.errors:
            self.add_error("from_day", _("From which day does the team serve the store?"))
        return data


class PostingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """Post, team and chief from a day on; the day of a stored row stays."""

    class Meta:
        model = Posting
        fields = ("valid_from", "post", "team", "chief")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        if "valid_from" in self.fields:
            self.fields["valid_from"].validators += SENSIBLE
            self.fields["valid_from"].disabled = bool(self.instance.pk)


class SalaryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """A base salary in yuan; the day of a stored row stays."""

    amount = YuanField(label=_("base salary (yuan)"))

    class Meta:
        model = Salary
        fields = ("valid_from",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["amount"].initial = display_yuan(Fen(self.instance.base_fen))
        if "valid_from" in self.fields:
            self.fields["valid_from"].validators += SENSIBLE
            self.fields["valid_from"].disabled = bool(self.instance.pk)


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the type checker
    """Which team serves the store from a day on; the day of a stored row stays."""

    class Meta:
        model = StoreService
        fields = ("valid_from", "team")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        if "valid_from" in self.fields:
            self.fields["valid_from"].validators += SENSIBLE
            self.fields["valid_from"].disabled = bool(self.instance.pk)


class DatedFormSet(NamedRows):
    """Dated rows beside a form. `put` and `take` call the services, for trying and for saving."""

    request: HttpRequest
    put: Callable[[HttpRequest, forms.ModelForm], object]  # type: ignore[type-arg]  # the same
    take: Callable[[HttpRequest, Any], object]

    def clean(self) -> None:
        super().clean()
        if self.instance.pk and not any(self.errors):
            tried(self.apply)

    def apply(self) -> None:
        """Write what was added, changed and deleted."""
        self.new_objects: list[Any] = []
        self.changed_objects: list[tuple[Any, list[str]]] = []
        self.deleted_objects: list[Any] = []
        removed = set(self.deleted_forms)
        for form in self.forms:
            if form in removed:
                if form.instance.pk:
                    self.deleted_objects.append(form.instance)
                continue
            if not form.has_changed():
                continue
            type(self).put(self.request, form)
            if form.initial.get("id") or form.instance.pk:
                self.changed_objects.append((form.instance, form.changed_data))
            else:
                self.new_objects.append(form.instance)
        for row in self.deleted_objects:
            type(self).take(self.request, row.pk)


class MoveForm(forms.Form):
    """Several people to one team from a day."""

    team = forms.ModelChoiceField(label=_("team"), queryset=Team.objects.none())
    from_day = forms.DateField(
        label=_("from"),
        validators=SENSIBLE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
