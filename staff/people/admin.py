"""The sections of the admin for people, teams and stores: only one's own people."""

import copy
from typing import Any, cast

from allauth.account.forms import ResetPasswordForm
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import Exists, ForeignKey, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.models import User
from staff.people import access, queries, services, texts
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.forms import (
    DatedFormSet,
    MoveForm,
    PersonForm,
    PostingForm,
    SalaryForm,
    ServiceForm,
    StoreForm,
)
from staff.people.http import StaffRequest
from staff.people.models import Brand, Person, Posting, Salary, Site, Store, StoreService, Team
from staff.people.services import Place, Refused
from staff.rulebook.admin import CarefulInline, HistoryAdmin, ManagedAdmin

PERSONAL = ("number", "name", "hired_on", "left_on", "email", "phone", "dingtalk_id")
HIDDEN = ("seen", "form_key")
MOST_AT_ONCE = 500


def scope_of(request: HttpRequest) -> Scope:
    return cast("StaffRequest", request).scope


def chiefs(scope: Scope) -> QuerySet[Person]:
    """Return whom one may name as somebody's chief: oneself and leads below.

    The administrator may name every lead and above.
    """
    leads = Posting.objects.on(scope.today).filter(
        post__in=[Post.SUPERVISOR, Post.DEPUTY, Post.LEAD]
    )
    if not scope.is_admin:
        leads = leads.filter(person_id__in={scope.person_id, *scope.below_ids})
    return Person.objects.filter(pk__in=leads.values("person_id")).order_by("number")


def teams(scope: Scope) -> QuerySet[Team]:
    return Team.objects.visible_to(scope).order_by("name")


def only_one(name: str, rows: QuerySet[Any]) -> dict[str, Any]:
    """Return the one row there is as the value to begin with; nothing where there are more."""
    found = list(rows.values_list("pk", flat=True)[:2])
    return {name: found[0]} if len(found) == 1 else {}


class DatedInline(CarefulInline):
    """Rows with a first day, written by services."""

    formset = DatedFormSet

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # noqa: ANN401 -- Django's signature
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.request = request
        formset.put, formset.take = self.put, self.take
        return formset

    def put(self, request: HttpRequest, form: Any) -> object:  # noqa: ANN401 -- rows and forms of all sections
        """Write one row by its service."""
        raise NotImplementedError

    def take(self, request: HttpRequest, key: int) -> object:
        """Take one row back by its service."""
        raise NotImplementedError

    def formfield_for_foreignkey(
        self,
        db_field: ForeignKey[Any, Any],
        request: HttpRequest,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        if db_field.name == "team":
            kwargs["queryset"] = teams(scope_of(request))
        if db_field.name == "chief":
            kwargs["queryset"] = chiefs(scope_of(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PostingInline(DatedInline):
    model = Posting
    fk_name = "person"
    form = PostingForm
    ordering = ("-valid_from",)
    verbose_name = _("post, team and chief from a day")
    verbose_name_plural = _("posts, teams and chiefs")

    def put(self, request: HttpRequest, form: Any) -> object:  # noqa: ANN401 -- rows and forms of all sections
        data = form.cleaned_data
        return services.post_person(
            actor=cast("User", request.user),
            person_id=form.instance.person_id,
            place=Place(
                post=Post(data["post"]),
                team_id=data["team"].pk if data["team"] else None,
                chief_id=data["chief"].pk if data["chief"] else None,
            ),
            from_day=data["valid_from"],
            now=timezone.now(),
        )

    def take(self, request: HttpRequest, key: int) -> object:
        return services.withdraw_posting(
            actor=cast("User", request.user), posting_id=key, now=timezone.now()
        )


class SalaryInline(DatedInline):
    """For deputy and supervisor above the person; a salary is corrected, never taken back."""

    model = Salary
    form = SalaryForm
    ordering = ("-valid_from",)
    can_delete = False

    def put(self, request: HttpRequest, form: Any) -> object:  # noqa: ANN401 -- rows and forms of all sections
        return services.set_salary(
            actor=cast("User", request.user),
            person_id=form.instance.person_id,
            base_fen=form.cleaned_data["amount"],
            from_day=form.cleaned_data["valid_from"],
            now=timezone.now(),
        )


@admin.register(Person)
class PersonAdmin(HistoryAdmin):
    form = PersonForm
    list_display = ("number", "name", "hired_on", "left_on")
    search_fields = ("number", "name")
    ordering = ("number",)
    actions = ("move", "open_sign_ins", "invite", "show_link")
    history_list_display = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return Person.objects.manageable_by(scope_of(request))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "hired_on": timezone.localdate(),
            **only_one("team", teams(scope_of(request))),
            **super().get_changeform_initial_data(request),
        }

    def get_fieldsets(self, request: HttpRequest, obj: Person | None = None) -> Any:  # noqa: ANN401, ARG002 -- Django's signature
        if obj is None:
            place = ["post", "team", "chief", "base_salary"]
            return [(None, {"fields": [*PERSONAL, *HIDDEN]}), (_("first place"), {"fields": place})]
        return [
            (None, {"fields": [*PERSONAL, *HIDDEN]}),
            (_("history"), {"fields": ["chain", "latest_changes"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ANN401 -- Django's signature
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "chain") if obj else fields

    @admin.display(description=_("chain above and below"))
    def chain(self, obj: Person) -> str:
        everybody = queries.members(timezone.localdate())
        above = " → ".join(each.label for each in queries.above(obj.pk, everybody)) or "–"
        below = ", ".join(each.label for each in queries.below(obj.pk, everybody)) or "–"
        return gettext("above: %(above)s; below: %(below)s") % {"above": above, "below": below}

    def get_inlines(self, request: HttpRequest, obj: Person | None) -> Any:  # noqa: ANN401 -- Django's signature
        if obj is None:
            return []
        sees = access.may_set_salary(scope_of(request), obj.pk)
        return [PostingInline, SalaryInline] if sees else [PostingInline]

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,  # noqa: ANN401 -- Django's signature
        change: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        form: Any = super().get_form(request, obj, change, **kwargs)
        scope = scope_of(request)

        def apply(filled: PersonForm) -> Person:
            return self._write(request, filled)

        form.apply = apply
        if obj is None:
            # The declared fields belong to every form of this kind: change copies, not them.
            for name in ("post", "team", "chief", "base_salary"):
                form.base_fields[name] = copy.deepcopy(form.base_fields[name])
            form.base_fields["team"].queryset = teams(scope)
            form.base_fields["chief"].queryset = chiefs(scope)
            form.base_fields["post"].required = True
            form.base_fields["chief"].required = not scope.is_admin
            form.base_fields["base_salary"].required = True
        return form

    def _write(self, request: HttpRequest, form: PersonForm) -> Person:
        """Call the service that the form stands for."""
        actor, now = cast("User", request.user), timezone.now()
        if form.instance.pk:
            return services.change_person(
                actor=actor, person_id=form.instance.pk, personal=form.personal(), version=None,
                now=now,
            )  # fmt: skip
        return services.hire(
            actor=actor, personal=form.personal(), place=form.place(),
            base_fen=form.cleaned_data.get("base_salary"), now=now,
        )  # fmt: skip

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:  # noqa: ANN401, ARG002 -- rows and forms of all sections
        obj.pk = self._write(request, form).pk
        obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ANN401, ARG002, FBT001 -- Django's signature
        formset.apply()

    @admin.action(description=_("Move to a team from a day"))
    def move(self, request: HttpRequest, queryset: QuerySet[Person]) -> HttpResponse | None:
        scope = scope_of(request)
        form = MoveForm(request.POST if "apply" in request.POST else None)
        form.fields["team"].queryset = teams(scope)  # type: ignore[attr-defined]  # a model choice
        people = list(queryset.order_by("number")[:MOST_AT_ONCE])
        if form.is_bound and form.is_valid():
            try:
                moved = services.post_people(
                    actor=cast("User", request.user),
                    person_ids=[person.pk for person in people],
                    team_id=form.cleaned_data["team"].pk,
                    from_day=form.cleaned_data["from_day"],
                    now=timezone.now(),
                )
            except Refused as refusal:
                form.add_error(None, texts.sentence(refusal))
            else:
                told = ngettext("%(n)d person moved.", "%(n)d people moved.", moved)
                messages.success(request, told % {"n": moved})
                return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Move to a team from a day"),
            "opts": self.opts,
            "form": form,
            "people": people,
            "picked": ACTION_CHECKBOX_NAME,
        }
        return render(request, "staff/people/move.html", context)

    @admin.action(description=_("Open a sign-in for those who have none"))
    def open_sign_ins(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        opened = 0
        for person in queryset.filter(user=None)[:MOST_AT_ONCE]:
            try:
                services.open_sign_in(
                    actor=cast("User", request.user), person_id=person.pk, now=timezone.now()
                )
            except Refused as refusal:
                messages.error(request, f"{person}: {texts.sentence(refusal)}")
            else:
                opened += 1
        told = ngettext("%(n)d sign-in opened.", "%(n)d sign-ins opened.", opened)
        messages.success(request, told % {"n": opened})

    @admin.action(description=_("Send an invitation by e-mail"))
    def invite(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """Mail a link with which a person chooses a password."""
        sent = 0
        people = queryset.filter(user__is_active=True).exclude(email="")
        for email in people.values_list("email", flat=True)[:MOST_AT_ONCE]:
            form = ResetPasswordForm({"email": email})
            if form.is_valid():
                form.save(request)
                sent += 1
        told = ngettext("%(n)d invitation sent.", "%(n)d invitations sent.", sent)
        messages.success(request, told % {"n": sent})

    @admin.action(description=_("Show a link with which a password is chosen"))
    def show_link(self, request: HttpRequest, queryset: QuerySet[Person]) -> HttpResponse | None:
        """For people without e-mail: the link is handed over by hand, and that it was is noted.

        Somebody who has a password already is helped by the administrator alone.
        """
        links, refused = services.password_links(
            actor=cast("User", request.user),
            people=list(queryset.select_related("user").order_by("number")[:MOST_AT_ONCE]),
            anew=scope_of(request).is_admin,
            now=timezone.now(),
        )
        if refused:
            told = ngettext(
                "%(n)d person has no open sign-in, or a password already, and was left out.",
                "%(n)d people have no open sign-in, or a password already, and were left out.",
                len(refused),
            )
            messages.warning(request, told % {"n": len(refused)})
        if not links:
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Links with which a password is chosen"),
            "opts": self.opts,
            "links": [
                {"person": person, "url": request.build_absolute_uri(path)}
                for person, path in links
            ],
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        }
        return render(request, "staff/people/links.html", context)


@admin.register(Site)
class SiteAdmin(ManagedAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Brand)
class BrandAdmin(ManagedAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Team)
class TeamAdmin(ManagedAdmin):
    """Own teams; a new one has nobody yet and is seen by the supervisor all the same."""

    list_display = ("name", "site", "robot")
    list_select_related = ("site", "robot")
    search_fields = ("name",)
    ordering = ("name",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **only_one("site", Site.objects.all()),
            **super().get_changeform_initial_data(request),
        }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        scope = scope_of(request)
        if scope.is_admin:
            return Team.objects.all()
        return Team.objects.filter(
            Q(pk__in=scope.team_ids) | ~Exists(Posting.objects.filter(team=OuterRef("pk")))
        )


class ServiceInline(DatedInline):
    model = StoreService
    form = ServiceForm
    ordering = ("-valid_from",)

    def put(self, request: HttpRequest, form: Any) -> object:  # noqa: ANN401 -- rows and forms of all sections
        team = form.cleaned_data["team"]
        return services.serve_store(
            actor=cast("User", request.user),
            store_id=form.instance.store_id,
            team_id=team.pk if team else None,
            from_day=form.cleaned_data["valid_from"],
            now=timezone.now(),
        )

    def take(self, request: HttpRequest, key: int) -> object:
        return services.withdraw_service(
            actor=cast("User", request.user), service_id=key, now=timezone.now()
        )


@admin.register(Store)
class StoreAdmin(ManagedAdmin):
    form = StoreForm
    list_display = ("name", "brand", "platform", "is_open")
    list_select_related = ("brand",)
    list_filter = ("platform", "is_open")
    search_fields = ("name", "brand__name")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Store]:
        scope = scope_of(request)
        if scope.is_admin:
            return Store.objects.all()
        return Store.objects.filter(
            Q(pk__in=scope.store_ids) | ~Exists(StoreService.objects.filter(store=OuterRef("pk")))
        )

    def get_fields(self, request: HttpRequest, obj: Store | None = None) -> Any:  # noqa: ANN401, ARG002 -- Django's signature
        fields = ["name", "brand", "platform", "is_open"]
        return [*fields, *HIDDEN] if obj else [*fields, "team", "from_day", *HIDDEN]

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,  # noqa: ANN401 -- Django's signature
        change: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        form: Any = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            form.base_fields["team"] = copy.deepcopy(form.base_fields["team"])
            form.base_fields["team"].queryset = teams(scope_of(request))
            form.base_fields["from_day"].widget = AdminDateWidget()
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "from_day": timezone.localdate(),
            **only_one("team", teams(scope_of(request))),
            **only_one("brand", Brand.objects.all()),
            **super().get_changeform_initial_data(request),
        }

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:  # noqa: ANN401 -- rows and forms of all sections
        super().store(request, obj, form, change=change)
        team = form.cleaned_data.get("team")
        if team and not change:
            services.serve_store(
                actor=cast("User", request.user),
                store_id=obj.pk,
                team_id=team.pk,
                from_day=form.cleaned_data["from_day"],
                now=timezone.now(),
            )

    def get_inlines(self, request: HttpRequest, obj: Store | None) -> Any:  # noqa: ANN401, ARG002 -- Django's signature
        return [] if obj is None else [ServiceInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ANN401, ARG002, FBT001 -- Django's signature
        formset.apply()
