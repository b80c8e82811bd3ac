"""The sections of the admin for what cases refer to, and their routing."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest

from complaints.models import CauseKind, ComplaintType, Department, Product, TeamRouting
from staff.people.http import StaffRequest
from staff.people.models import Team
from staff.rulebook.admin import ManagedAdmin


@admin.register(ComplaintType)
class ComplaintTypeAdmin(ManagedAdmin):
    """Types on two levels (CMP-2); one that is no longer used is switched off, not deleted."""

    list_display = ("code", "name_zh", "name_en", "parent", "position", "is_active")
    list_select_related = ("parent",)
    list_filter = ("is_active",)
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("position", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:  # noqa: ARG002 -- Django's signature
        """Files name a type by its code, so that stays as it is."""
        return ("code",) if obj else ()


@admin.register(Product)
class ProductAdmin(ManagedAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Department)
class DepartmentAdmin(ManagedAdmin):
    """Departments that carry out what was agreed, with their calendars (CMP-8)."""

    list_display = ("code", "name_zh", "name_en", "calendar", "task_minutes", "is_active")
    list_select_related = ("calendar",)
    list_filter = ("is_active",)
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("position", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:  # noqa: ARG002 -- Django's signature
        """Remedies find their department by its code, so that stays as it is."""
        return ("code",) if obj else ()


@admin.register(CauseKind)
class CauseKindAdmin(ManagedAdmin):
    """Root causes (CMP-9); one that is no longer used is switched off, not deleted."""

    list_display = ("code", "name_zh", "name_en", "side", "position", "is_active")
    list_filter = ("side", "is_active")
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("position", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:  # noqa: ARG002 -- Django's signature
        """Figures name a cause by its code, so that stays as it is."""
        return ("code",) if obj else ()


@admin.register(TeamRouting)
class TeamRoutingAdmin(ManagedAdmin):
    """Whether cases without owner find one by rule; of one's own teams."""

    list_display = ("team", "is_automatic")
    list_select_related = ("team",)
    ordering = ("team__name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TeamRouting]:
        rows: QuerySet[TeamRouting] = super().get_queryset(request)
        return rows.filter(team__in=_teams(request))

    def formfield_for_foreignkey(
        self,
        db_field: ForeignKey[Any, Any],
        request: HttpRequest,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        if db_field.name == "team":
            kwargs["queryset"] = _teams(request).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _teams(request: HttpRequest) -> QuerySet[Team]:
    return Team.objects.visible_to(cast("StaffRequest", request).scope)
