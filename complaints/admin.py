"""The sections of the admin for what cases refer to, their routing and their proposals."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.enums import ProposalState
from complaints.forms.remedies import VerdictForm
from complaints.models import (
    CauseKind,
    ComplaintType,
    Department,
    Product,
    Proposal,
    TeamRouting,
)
from complaints.services import remedies
from complaints.texts import stages as texts
from portal.money import Fen, display_yuan
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


SHOWN = (
    "case", "state", "amount", "needs", "reason", "proposed_by", "proposed_at", "decided_by",
    "decided_at", "decision", "is_exception",
)  # fmt: skip


@admin.register(Proposal)
class ProposalAdmin(ManagedAdmin):
    """What customers of one's own teams are offered. What waits is decided here as on its page."""

    form = VerdictForm  # type: ignore[assignment]  # who sends it twice is told by its version
    list_display = ("case", "state", "amount", "proposed_by", "proposed_at", "decided_by")
    list_select_related = ("complaint", "proposed_by", "decided_by")
    list_filter = ("state",)
    search_fields = ("complaint__number",)
    ordering = ("-proposed_at", "-pk")
    readonly_fields = SHOWN
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        visible = Proposal.objects.visible_to(cast("StaffRequest", request).scope)
        found: QuerySet[Proposal] = visible.order_by(*self.ordering).defer(
            "complaint__words", "complaint__description"
        )
        return found

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 -- Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Only what waits for a decision; the rest is looked at."""
        waits = obj is None or (isinstance(obj, Proposal) and obj.state == ProposalState.SUBMITTED)
        return waits and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        may = self.has_change_permission(request, obj)
        return (*SHOWN, "answer", "words", "seen") if may else SHOWN

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,  # noqa: ANN401 -- Django's signature
        change: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.actor = cast("StaffRequest", request).person
        return form

    def store(self, request: HttpRequest, obj: Proposal, form: Any, *, change: bool) -> None:  # noqa: ANN401, ARG002 -- as the section above
        """Decide as the page does; who comes second is told."""
        try:
            remedies.decide(
                actor=cast("StaffRequest", request).person,
                proposal_id=obj.pk,
                version=form.cleaned_data["seen"],
                approve=form.cleaned_data["answer"] == "approve",
                reason=form.cleaned_data["words"],
                now=timezone.now(),
            )
        except remedies.Refused as refusal:
            messages.error(request, texts.of_offer(refusal.reason))
        except remedies.ChangedMeanwhile:
            told = _("Somebody has changed this meanwhile. Please look again.")
            messages.error(request, told)

    @admin.display(description=_("case"))
    def case(self, obj: Proposal) -> str:
        return f"{obj.complaint.number}/{obj.position}"

    @admin.display(description=_("amount"))
    def amount(self, obj: Proposal) -> str:
        return display_yuan(Fen(obj.total_fen))


def _teams(request: HttpRequest) -> QuerySet[Team]:
    return Team.objects.visible_to(cast("StaffRequest", request).scope)
