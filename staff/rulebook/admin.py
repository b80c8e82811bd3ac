"""The sections of the admin for policy and calendars, and what all sections have in common."""

import uuid
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import HistoricalChanges, ModelChange
from simple_history.template_utils import HistoricalRecordContextHelper

from portal import audit_words, submissions
from portal.models import Submission, User
from staff.rulebook import access, services, texts
from staff.rulebook.forms import CalendarForm, CarefulForm, NamedRows, PolicySectionForm
from staff.rulebook.models import Calendar, CalendarDay, Policy, SpecialDay
from staff.rulebook.queries import numbers

SHOWN_CHANGES = 10


def manages(request: HttpRequest) -> bool:
    """Deputy, supervisor and administrator; who may come into the admin at all."""
    scope = getattr(request, "scope", None)
    return scope is not None and access.may_edit(scope)


class ManagedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only for the type checker
    """A section for those who manage; subclasses narrow `get_queryset` to one's own.

    What is not in the queryset is not there: 404. Saving goes through a service; a form that is
    sent twice acts once.
    """

    form = CarefulForm
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return manages(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 -- Django's signature
        return manages(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 -- Django's signature
        return manages(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 -- Django's signature
        return manages(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 -- Django's signature
        return False

    def _get_obj_does_not_exist_redirect(self, *_args: object) -> HttpResponse:
        raise Http404

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and object_id is None:
            earlier = self._sent_before(request)
            if earlier is not None:
                return redirect(earlier.result or self._list())
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except submissions.AlreadySubmitted as sent:
            return redirect(sent.result or self._list())

    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _sent_before(self, request: HttpRequest) -> Submission | None:
        key = request.POST.get("form_key", "")
        try:
            return Submission.objects.filter(
                pk=uuid.UUID(key), user=cast("User", request.user)
            ).first()
        except ValueError:
            return None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 -- Django's signature
        key = form.cleaned_data.get("form_key")
        claimed = None
        if not change and key:
            claimed = submissions.claim(
                key=key, user=cast("User", request.user), now=timezone.now()
            )
        self.store(request, obj, form, change=change)
        if claimed:
            submissions.finish(claimed, result=self._list())

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:  # noqa: ANN401, ARG002 -- rows and forms of all sections
        """Call the service of this section."""
        names = [name for name in form.changed_data if name not in {"seen", "form_key"}]
        services.save_setting(
            actor=cast("User", request.user), row=obj, changed=names, now=timezone.now()
        )


class InWords(HistoricalRecordContextHelper):  # type: ignore[misc]  # simple-history is untyped
    """What changed from version to version, as the audit log says it."""

    def prepare_delta_change_value(self, change: ModelChange, value: Any) -> Any:  # noqa: ANN401 -- whatever a field holds
        prepared = super().prepare_delta_change_value(change, value)
        return audit_words.text_of(self.model, change.field, prepared)


class HistoryAdmin(SimpleHistoryAdmin, ManagedAdmin):  # type: ignore[misc]  # simple-history is untyped
    """A section whose rows keep their history, shown beside the form and on a page of its own."""

    object_history_list_template = "staff/rulebook/history_list.html"

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self._must_be_there(request, object_id)
        found: HttpResponse = super().history_view(request, object_id, extra_context)
        return found

    def get_historical_record_context_helper(
        self,
        request: HttpRequest,  # noqa: ARG002 -- simple-history's signature
        historical_record: HistoricalChanges,
    ) -> InWords:
        return InWords(self.model, historical_record)

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self._must_be_there(request, object_id)
        found: HttpResponse = super().history_form_view(
            request, object_id, version_id, extra_context
        )
        return found

    def _must_be_there(self, request: HttpRequest, object_id: str) -> None:
        """simple-history looks past the queryset of the section."""
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404

    def revert_disabled(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 -- Django's signature
        """A look into the past does not save: that would go round the services."""
        return True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ANN401 -- Django's signature
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "latest_changes") if obj else fields

    def _label(self, name: str) -> str:
        return str(getattr(self.opts.get_field(name), "verbose_name", name))

    @admin.display(description=_("latest changes"))
    def latest_changes(self, obj: Any) -> SafeString:  # noqa: ANN401 -- Django's signature
        """Return who changed what when, newest first."""
        rows = list(
            obj.history.select_related("history_user").order_by("-history_id")[: SHOWN_CHANGES + 1]
        )
        lines = []
        for at, row in enumerate(rows[:SHOWN_CHANGES]):
            before = rows[at + 1] if at + 1 < len(rows) else None
            fields = row.diff_against(before).changed_fields if before else []
            labels = ", ".join(self._label(name) for name in fields)
            who = row.history_user or "–"
            when = timezone.localtime(row.history_date)
            lines.append((f"{when:%Y-%m-%d %H:%M}", who, labels or row.get_history_type_display()))
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} · {} · {}</li>", lines))


class CarefulInline(admin.TabularInline):  # type: ignore[type-arg]  # generic only for the type checker
    """Rows beside a form, for whoever may change the form."""

    extra = 0
    formset = NamedRows

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002 -- Django's signature
        return manages(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


def _coming(obj: Model | None) -> bool:
    return isinstance(obj, Policy) and obj.valid_from > timezone.localdate()


@admin.register(Policy)
class PolicyAdmin(HistoryAdmin):
    """Versions of the policy. One that has begun stays as it was; a new one is added.

    What changes is shown before it is saved.
    """

    form = PolicySectionForm
    list_display = ("valid_from", "note")
    ordering = ("-valid_from",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return manages(request) and (obj is None or _coming(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return manages(request) and _coming(obj)

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,  # noqa: ANN401 -- Django's signature
        change: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        form = super().get_form(request, obj, change=change, **kwargs)
        form.today = timezone.localdate()  # type: ignore[attr-defined]  # of PolicySectionForm
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version starts from the numbers of the newest one."""
        newest = Policy.objects.order_by("-valid_from").first()
        found: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        if newest:
            found |= {number.name: getattr(newest, number.name) for number in numbers.NUMBERS}
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and "apply" not in request.POST:
            preview = self._preview(request, object_id)
            if preview is not None:
                return preview
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except services.DayTaken:
            self.message_user(request, texts.REFUSALS["day_taken"], messages.WARNING)
        except (services.Begun, services.Gone, services.ChangedMeanwhile):
            self.message_user(request, texts.REFUSALS["begun"], messages.WARNING)
        return redirect(self._list())

    def _preview(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        """Return what would change, None where the form has something to say first."""
        stored = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and not self.has_change_permission(request, stored):
            return None
        form = self.get_form(request, stored)(request.POST, instance=stored)
        with transaction.atomic():  # the form locks the row that it compares with
            fine = form.is_valid()
        if not fine:
            return None
        policy = form.instance
        old = numbers.before(policy.valid_from, without=policy.pk)
        until = numbers.last_day_from(policy.valid_from, without=policy.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": str(policy),
            "opts": self.opts,
            "span": texts.span(policy.valid_from, until),
            "rows": [
                texts.change_row(each) for each in (numbers.changes(old, policy) if old else [])
            ],
            "sent": [
                (name, value)
                for name, values in request.POST.lists()
                if name != "csrfmiddlewaretoken"
                for value in values
            ],
        }
        return render(request, "staff/rulebook/admin_preview.html", context)

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:  # noqa: ANN401, ARG002 -- rows and forms of all sections
        now = timezone.now()
        services.save_policy(
            actor=cast("User", request.user), policy=obj, today=timezone.localdate(now), now=now
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ANN401 -- Django's signature
        now = timezone.now()
        services.withdraw_policy(
            actor=cast("User", request.user),
            policy_id=obj.pk,
            seen=obj.version,
            today=timezone.localdate(now),
            now=now,
        )


class CalendarDayInline(CarefulInline):
    model = CalendarDay
    ordering = ("-day",)


@admin.register(Calendar)
class CalendarAdmin(ManagedAdmin):
    form = CalendarForm
    list_display = ("code", "name", "weekdays")
    search_fields = ("code", "name")
    ordering = ("code",)
    inlines = (CalendarDayInline,)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ANN401, ARG002, FBT001 -- Django's signature
        now, actor = timezone.now(), cast("User", request.user)
        for row in formset.save(commit=False):
            services.save_setting(actor=actor, row=row, changed=["day", "kind", "name"], now=now)
        for row in formset.deleted_objects:
            services.remove_setting(actor=actor, row=row, now=now)


@admin.register(SpecialDay)
class SpecialDayAdmin(ManagedAdmin):
    list_display = ("day", "kind", "name_zh", "name_en")
    list_filter = ("kind",)
    search_fields = ("name_zh", "name_en")
    ordering = ("-day",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 -- Django's signature
        return manages(request)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        services.remove_setting(actor=cast("User", request.user), row=obj, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ANN401 -- Django's signature
        for row in queryset:
            self.delete_model(request, row)


__all__ = ["CarefulInline", "HistoryAdmin", "ManagedAdmin", "manages"]
