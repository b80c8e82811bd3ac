"""The sections of the admin for shift types and shifts."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from portal.models import User
from staff.people.admin import only_one, scope_of, teams
from staff.people.models import Person
from staff.roster import services
from staff.roster.forms import AssignmentForm, RequirementForm, RosterRuleForm
from staff.roster.models import (
    Assignment,
    PersonSkill,
    Requirement,
    RosterRule,
    ShiftType,
    Skill,
)
from staff.rulebook import services as settings
from staff.rulebook.admin import CarefulInline, ManagedAdmin


class ShiftField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Shifts by name and times; their codes are for files."""

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401 -- Django's signature
        name = obj.name_zh if get_language().startswith("zh") else obj.name_en
        return f"{name} {obj.starts:%H:%M}–{obj.ends:%H:%M}"


@admin.register(ShiftType)
class ShiftTypeAdmin(ManagedAdmin):
    list_display = ("code", "name_zh", "name_en", "starts", "ends", "is_active")
    ordering = ("starts", "code")


@admin.register(Assignment)
class AssignmentAdmin(ManagedAdmin):
    form = AssignmentForm
    list_display = ("day", "shift_type", "person", "team", "is_lead")
    list_select_related = ("shift_type", "person", "team")
    list_filter = ("shift_type", "is_lead")
    search_fields = ("person__number", "person__name")
    date_hierarchy = "day"
    ordering = ("-day", "shift_type", "person")
    autocomplete_fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        scope = scope_of(request)
        if scope.is_admin:
            return Assignment.objects.all()
        return Assignment.objects.filter(person_id__in={scope.person_id, *scope.below_ids})

    def formfield_for_foreignkey(
        self,
        db_field: ForeignKey[Any, Any],
        request: HttpRequest,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        scope = scope_of(request)
        if db_field.name == "person":
            people = Person.objects.employed(scope.today)
            if not scope.is_admin:
                people = people.filter(pk__in={scope.person_id, *scope.below_ids})
            kwargs["queryset"] = people.order_by("number")
        if db_field.name == "team":
            kwargs["queryset"] = teams(scope)
        if db_field.name == "shift_type":
            kwargs["form_class"] = ShiftField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 -- Django's signature
        return self.has_change_permission(request, obj)

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,  # noqa: ANN401 -- Django's signature
        change: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        form: Any = super().get_form(request, obj, change, **kwargs)

        def apply(filled: AssignmentForm) -> Assignment:
            return self._write(request, filled)

        form.apply = apply
        return form

    def _write(self, request: HttpRequest, form: AssignmentForm) -> Assignment:
        return services.assign(
            actor=cast("User", request.user), turn=form.turn(), replaces=form.instance.pk,
            now=timezone.now(),
        )  # fmt: skip

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:  # noqa: ANN401, ARG002 -- rows and forms of all sections
        obj.pk = self._write(request, form).pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Assignment) -> None:
        services.unassign(
            actor=cast("User", request.user), assignment_id=obj.pk, now=timezone.now()
        )

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Assignment]) -> None:
        for assignment in queryset:
            self.delete_model(request, assignment)


class RemovableAdmin(ManagedAdmin):
    """A section whose rows nothing refers to, so that they may go."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 -- Django's signature
        return self.has_change_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ANN401 -- rows of all sections
        settings.remove_setting(actor=cast("User", request.user), row=obj, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)


class TeamSettingAdmin(RemovableAdmin):
    """Settings of teams: those of one's own; for the administrator all."""

    shows_shared = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        scope = scope_of(request)
        rows = super().get_queryset(request)
        if scope.is_admin:
            return rows
        shared = Q(team=None) if self.shows_shared else Q(pk__in=[])
        return rows.filter(shared | Q(team_id__in=scope.team_ids))

    def formfield_for_foreignkey(
        self,
        db_field: ForeignKey[Any, Any],
        request: HttpRequest,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        if db_field.name == "team":
            kwargs["queryset"] = teams(scope_of(request))
        if db_field.name == "shift_type":
            kwargs["form_class"] = ShiftField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Requirement)
class RequirementAdmin(TeamSettingAdmin):
    """How many people each shift needs."""

    form = RequirementForm
    list_display = (
        "team", "shift_type", "store", "skill", "weekdays", "valid_from", "valid_until", "minimum",
        "wanted",
    )  # fmt: skip
    list_select_related = ("team", "shift_type", "store", "skill")
    list_filter = ("team", "shift_type")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "valid_from": timezone.localdate(),
            **only_one("team", teams(scope_of(request))),
            **super().get_changeform_initial_data(request),
        }

    ordering = ("team__name", "shift_type__starts", "valid_from")


@admin.register(RosterRule)
class RosterRuleAdmin(TeamSettingAdmin):
    """The rules that rosters are held against."""

    form = RosterRuleForm
    shows_shared = True
    list_display = ("kind", "team", "params", "is_hard", "weight", "is_active")
    list_select_related = ("team",)
    list_filter = ("is_hard", "is_active", "kind")
    ordering = ("kind", "team__name")


class PersonSkillInline(CarefulInline):
    model = PersonSkill

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonSkill]:
        scope = scope_of(request)
        rows = super().get_queryset(request).select_related("person")
        return rows if scope.is_admin else rows.filter(person_id__in=scope.below_ids)

    def formfield_for_foreignkey(
        self,
        db_field: ForeignKey[Any, Any],
        request: HttpRequest,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        if db_field.name == "person":
            scope = scope_of(request)
            people = Person.objects.employed(scope.today).manageable_by(scope)
            kwargs["queryset"] = people.order_by("number")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Skill)
class SkillAdmin(RemovableAdmin):
    """What somebody on a shift has to be able to do, and who can."""

    list_display = ("name",)
    ordering = ("name",)
    inlines = (PersonSkillInline,)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ANN401, ARG002, FBT001 -- Django's signature
        now, actor = timezone.now(), cast("User", request.user)
        for row in formset.save(commit=False):
            settings.save_setting(actor=actor, row=row, changed=["person", "skill"], now=now)
        for row in formset.deleted_objects:
            settings.remove_setting(actor=actor, row=row, now=now)
