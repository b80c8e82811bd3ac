"""The form of one shift of a person."""

from collections.abc import Callable
from typing import Any

from staff.people.forms import SENSIBLE, tried
from staff.roster import texts
from staff.roster.models import Assignment
from staff.roster.services import Turn
from staff.rulebook.forms import CarefulForm


class AssignmentForm(CarefulForm):
    """Tries the service, so that a refusal stands in the form."""

    apply: Callable[["AssignmentForm"], object]

    class Meta:
        model = Assignment
        fields = ("person", "day", "shift_type", "team", "is_lead")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as ModelForm takes them
        super().__init__(*args, **kwargs)
        if "day" in self.fields:
            self.fields["day"].validators += SENSIBLE

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        tried(lambda: type(self).apply(self), texts.sentence)
        return data

    def turn(self) -> Turn:
        data = self.cleaned_data
        return Turn(
            person_id=data["person"].pk,
            shift_type_id=data["shift_type"].pk,
            day=data["day"],
            team_id=data["team"].pk if data.get("team") else None,
            is_lead=data["is_lead"],
        )
