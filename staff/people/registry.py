"""What people, teams and stores add to the check-list of a new department."""

from collections.abc import Callable, Sequence
from typing import cast

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import accounts
from portal.models import OutboxMessage
from portal.setup import items
from portal.setup.items import Item, Progress, Way
from staff.people import access
from staff.people.access import Scope, may_set_salary
from staff.people.enums import Post
from staff.people.http import StaffRequest
from staff.people.models import Brand, Person, Posting, Salary, Site, Store, StoreService, Team

SHOWN = 5
LIST = _("All of them")


def scope_of(request: HttpRequest) -> Scope:
    return cast("StaffRequest", request).scope


def is_person(request: HttpRequest) -> bool:
    return scope_of(request).person_id is not None


def has_post(request: HttpRequest) -> bool:
    return scope_of(request).post is not None


def leads(request: HttpRequest) -> bool:
    return access.leads(scope_of(request))


def decides(request: HttpRequest) -> bool:
    """Whether somebody decides what the people below ask for: deputy or supervisor."""
    return is_person(request) and scope_of(request).rank >= Post.DEPUTY.rank


def admin_ways(name: str, add: object) -> Callable[[HttpRequest], Sequence[Way]]:
    """Return the links to add a row in the admin and to see what is there."""

    def ways(_request: HttpRequest) -> Sequence[Way]:
        return (
            Way(label=cast("str", add), url=reverse(f"admin:{name}_add")),
            Way(label=LIST, url=reverse(f"admin:{name}_changelist")),
        )

    return ways


def _people(request: HttpRequest) -> QuerySet[Person]:
    scope = scope_of(request)
    return Person.objects.manageable_by(scope).employed(scope.today).order_by("number")


def _holding(request: HttpRequest, *posts: Post) -> QuerySet[Person]:
    scope = scope_of(request)
    held = Posting.objects.on(scope.today).filter(post__in=posts)
    everybody = Person.objects.employed(scope.today)
    if not scope.is_admin:
        everybody = everybody.filter(pk__in={scope.person_id, *scope.below_ids})
    return everybody.filter(pk__in=held.values("person_id"))


def _some(rows: QuerySet[Person]) -> list[Way]:
    return [
        Way(label=str(person), url=reverse("admin:staff_person_change", args=[person.pk]))
        for person in rows.order_by("number")[:SHOWN]
    ]


def _stores(request: HttpRequest) -> QuerySet[Store]:
    scope = scope_of(request)
    if scope.is_admin:
        return Store.objects.filter(is_open=True)
    unserved = ~Exists(StoreService.objects.filter(store=OuterRef("pk")))
    return Store.objects.filter(Q(pk__in=scope.store_ids) | unserved, is_open=True)


def _look_served(request: HttpRequest) -> Progress:
    today = scope_of(request).today
    holds = StoreService.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today), store=OuterRef("pk"), team__isnull=False
    )
    stores = _stores(request)
    open_ones = stores.exclude(Exists(holds)).order_by("name")[:SHOWN]
    return Progress(
        there=stores.filter(Exists(holds)).count(),
        lacking=[
            Way(label=store.name, url=reverse("admin:staff_store_change", args=[store.pk]))
            for store in open_ones
        ],
    )


def _look_staffed(request: HttpRequest) -> Progress:
    """Who reports to nobody, or has no team, is lacking (ORG-3).

    A supervisor reports to nobody; supervisors and deputies need no team.
    """
    today = scope_of(request).today
    now = Posting.objects.on(today).filter(person=OuterRef("pk"))
    above = [Post.SUPERVISOR, Post.DEPUTY]
    alone = now.filter(
        (Q(chief=None) & ~Q(post=Post.SUPERVISOR)) | (Q(team=None) & ~Q(post__in=above))
    )
    people = _people(request)
    return Progress(
        there=people.count(), lacking=_some(people.filter(~Exists(now) | Exists(alone)))
    )


def _look_signed_in(request: HttpRequest) -> Progress:
    """A sign-in counts once its invitation went out, or its password is chosen."""
    posted = OutboxMessage.objects.filter(kind=accounts.RESET, user=OuterRef("user_id"))
    chosen = ~Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    chiefs = _holding(request, Post.SUPERVISOR)
    invited = chiefs.filter(user__is_active=True).filter(chosen | Exists(posted))
    return Progress(
        there=invited.count(), lacking=_some(chiefs.exclude(pk__in=invited.values("pk")))
    )


def _look_paid(request: HttpRequest) -> Progress:
    scope = scope_of(request)
    people = _people(request)
    paid = Exists(Salary.objects.filter(person=OuterRef("pk"), valid_from__lte=scope.today))
    return Progress(there=people.filter(paid).count(), lacking=_some(people.exclude(paid)))


def _person_ways(_request: HttpRequest) -> Sequence[Way]:
    add = reverse("admin:staff_person_add")
    return (
        Way(label=_("Import a file of people"), url=import_url("people")),
        Way(label=_("Template of the file"), url=reverse("portal:template", args=["people"])),
        Way(label=_("Add one person"), url=f"{add}?post={Post.PRESALE}"),
        Way(label=LIST, url=reverse("admin:staff_person_changelist")),
    )


def import_url(kind: str) -> str:
    return f"{reverse('portal:transfers')}?kind={kind}"


def _sets_salaries(request: HttpRequest) -> bool:
    scope = scope_of(request)
    return any(may_set_salary(scope, person_id) for person_id in scope.below_ids)


def fill() -> None:
    """Register the items; called once when the app is ready."""
    items.register(
        Item(
            code="sites",
            title=_("Sites"),
            purpose=_("The places at which the department works. Each team belongs to one."),
            position=10,
            look=lambda _request: Progress(there=Site.objects.count()),
            ways=admin_ways("staff_site", _("Add a site")),
        )
    )
    items.register(
        Item(
            code="teams",
            title=_("Teams"),
            purpose=_("A roster, stores and a chat group belong to a team."),
            position=20,
            core=True,
            needs=("sites",),
            look=lambda request: Progress(
                there=Team.objects.count()
                if scope_of(request).is_admin
                else Team.objects.visible_to(scope_of(request)).count()
            ),
            ways=admin_ways("staff_team", _("Add a team")),
        )
    )
    items.register(
        Item(
            code="brands",
            title=_("Brands"),
            purpose=_("Stores of one brand are shown together."),
            position=30,
            look=lambda _request: Progress(there=Brand.objects.count()),
            ways=admin_ways("staff_brand", _("Add a brand")),
        )
    )
    items.register(
        Item(
            code="stores",
            title=_("Stores"),
            purpose=_("Complaints, orders and feedback belong to a store."),
            position=40,
            core=True,
            needs=("teams", "brands"),
            look=lambda request: Progress(there=_stores(request).count()),
            ways=lambda _request: (
                Way(label=_("Add a store"), url=reverse("admin:staff_store_add")),
                Way(label=_("Import a file of stores"), url=import_url("stores")),
                Way(
                    label=_("Template of the file"), url=reverse("portal:template", args=["stores"])
                ),
                Way(label=LIST, url=reverse("admin:staff_store_changelist")),
            ),
        )
    )
    items.register(
        Item(
            code="served",
            title=_("Who serves the stores"),
            purpose=_("Who sees a store's cases follows from the team that serves it (ORG-2)."),
            position=50,
            core=True,
            needs=("stores", "teams"),
            look=_look_served,
            ways=lambda _request: (Way(label=LIST, url=reverse("admin:staff_store_changelist")),),
        )
    )
    items.register(
        Item(
            code="supervisor",
            title=_("A supervisor"),
            purpose=_("Decides, publishes and answers for the department (ORG-6)."),
            position=60,
            core=True,
            look=lambda request: Progress(there=_holding(request, Post.SUPERVISOR).count()),
            ways=lambda _request: (
                Way(
                    label=_("Add the supervisor"),
                    url=f"{reverse('admin:staff_person_add')}?post={Post.SUPERVISOR}",
                ),
            ),
            shown=lambda request: scope_of(request).is_admin,
        )
    )
    items.register(
        Item(
            code="sign-in",
            title=_("The supervisor's sign-in"),
            purpose=_(
                "With the invitation the supervisor chooses a password and goes on with this list."
            ),
            position=65,
            needs=("supervisor",),
            look=_look_signed_in,
            ways=lambda _request: (
                Way(
                    label=_("Choose people and send invitations"),
                    url=reverse("admin:staff_person_changelist"),
                ),
            ),
            shown=lambda request: scope_of(request).is_admin,
        )
    )
    items.register(
        Item(
            code="people",
            title=_("People with post and team"),
            purpose=_(
                "Everybody reports to one person: lead, deputy, supervisor. What one sees and"
                " decides follows from that (ORG-3)."
            ),
            position=70,
            least=2,
            core=True,
            needs=("teams", "supervisor"),
            look=_look_staffed,
            ways=_person_ways,
        )
    )
    items.register(
        Item(
            code="salaries",
            title=_("Base salaries"),
            purpose=_("A month is settled with the base salary that held then."),
            position=75,
            needs=("people",),
            look=_look_paid,
            ways=lambda _request: (
                Way(label=_("Import a file of people"), url=import_url("people")),
                Way(label=LIST, url=reverse("admin:staff_person_changelist")),
            ),
            shown=_sets_salaries,
        )
    )
