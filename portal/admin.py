"""What the system administrator sees: group robots, what goes out, and what was done."""

from collections.abc import Iterable
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import accounts, services, shell
from portal.forms import RobotForm
from portal.models import AuditEntry, OutboxMessage, Robot, SecondFactor, User


class AdministratorOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows that the administrator looks at; nobody adds, changes or deletes them here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(AdministratorOnly):
    list_display = ["at", "actor", "verb", "target_label", "origin"]
    list_select_related = ["actor"]
    search_fields = ["=verb", "target_label__startswith", "=actor__username"]
    ordering = ["-id"]
    show_full_result_count = False


@admin.register(OutboxMessage)
class OutboxMessageAdmin(AdministratorOnly):
    list_display = [
        "key",
        "channel",
        "user",
        "robot",
        "created_at",
        "attempts",
        "sent_at",
        "gave_up_at",
    ]
    list_filter = ["channel"]
    list_select_related = ["user", "robot"]
    search_fields = ["=key"]
    ordering = ["-id"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        return super().get_queryset(request).defer("robot__address")


@admin.register(Robot)
class RobotAdmin(AdministratorOnly):
    """Robots are added and changed, and switched off instead of deleted."""

    form = RobotForm
    fields = ["name", "kind", "new_address", "is_active", "seen"]
    list_display = ["name", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name"]
    ordering = ["name"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return shell.reach_of(request).operator

    def _get_obj_does_not_exist_redirect(self, *_args: object) -> HttpResponse:
        raise Http404

    def get_queryset(self, request: HttpRequest) -> QuerySet[Robot]:
        """Robots of one's teams, and those that no team has yet; for the administrator all."""
        rows = super().get_queryset(request).defer("address")
        if request.user.is_superuser:
            return rows
        mine = Q(pk__in=shell.reach_of(request).robot_ids)
        return rows.filter(mine | Q(teams__isnull=True)).distinct()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        return self.has_module_permission(request)

    def save_model(
        self,
        request: HttpRequest,
        obj: Robot,
        form: Any,  # noqa: ANN401 -- Django's signature
        change: bool,  # noqa: ARG002, FBT001 -- the same
    ) -> None:
        services.save_robot(
            actor=cast("User", request.user),
            robot=obj,
            address=form.cleaned_data["new_address"],
            changed=[name for name in form.changed_data if name in RobotForm.Meta.fields],
            now=timezone.now(),
        )


@admin.register(SecondFactor)
class SecondFactorAdmin(AdministratorOnly):
    """Who has a second factor; removing it is for whoever lost phone and recovery codes."""

    list_display = ["owner", "what", "since", "used"]
    fields = ["owner", "what", "since", "used"]
    readonly_fields = ["owner", "what", "since", "used"]
    list_select_related = ["user"]
    search_fields = ["=user__username"]
    ordering = ["user__username", "type"]

    @admin.display(description=gettext_lazy("person"))
    def owner(self, obj: SecondFactor) -> str:
        return str(obj.user)

    @admin.display(description=gettext_lazy("kind"))
    def what(self, obj: SecondFactor) -> str:
        is_app = obj.type == Authenticator.Type.TOTP
        return _("authenticator app") if is_app else _("recovery codes")

    @admin.display(description=gettext_lazy("set up on"))
    def since(self, obj: SecondFactor) -> str:
        return date_format(timezone.localtime(obj.created_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("last used"))
    def used(self, obj: SecondFactor) -> str:
        if obj.last_used_at is None:
            return "–"
        return date_format(timezone.localtime(obj.last_used_at), "SHORT_DATETIME_FORMAT")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 -- Django's signature
        return self.has_module_permission(request)

    def delete_model(self, request: HttpRequest, obj: SecondFactor) -> None:
        accounts.remove_second_factor(
            user=obj.user, actor=cast("User", request.user), now=timezone.now()
        )

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[SecondFactor]) -> None:
        for each in queryset:
            self.delete_model(request, each)
