"""What the complaints app adds to the shell: notices, steps of the tick, navigation, tiles."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import CauseKind, Complaint, ComplaintType, Department
from complaints.queries import cases as queries
from complaints.queries import sampling as samples
from complaints.services import (
    adopting,
    alarms,
    deadlines,
    followups,
    letters,
    presence,
    reminders,
    routing,
    waves,
)
from complaints.texts import alarms as alarm_texts
from complaints.texts import cases as case_texts
from complaints.texts import clocks as clock_texts
from complaints.texts import daily as daily_texts
from complaints.texts import events as event_texts
from complaints.texts import figures as figure_texts
from complaints.texts import letters as letter_texts
from complaints.texts import liability as liability_texts
from complaints.texts import orders as order_texts
from complaints.texts import piles as pile_texts
from complaints.texts import procedures as procedure_texts
from complaints.texts import routing as routing_texts
from complaints.texts import stages as stage_texts
from complaints.texts import waves as wave_texts
from complaints.texts import weeks as week_texts
from complaints.texts.followups import KINDS, VERBS
from complaints.texts.measures import SOURCES
from portal import choices, figures, notices, piles, sampling, shell, ticking, webhooks, weekly
from portal import letters as outside
from portal import texts as portal_texts
from portal.enums import MailPurpose
from portal.mail import takers
from portal.setup import items
from portal.setup.items import Item, Progress
from staff.daily.queries import known, open_work
from staff.daily.services import unfinished
from staff.incentives.queries import adjustments, measures
from staff.people.registry import admin_ways, decides, has_post, leads, scope_of


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    for kind in (*KINDS, *case_texts.KINDS):
        notices.register(kind)
    _fill_steps()
    portal_texts.add_verbs(wave_texts.VERBS)
    for kind in (*clock_texts.KINDS, *alarm_texts.KINDS, *routing_texts.KINDS):
        notices.register(kind)
    portal_texts.add_verbs(clock_texts.VERBS)
    webhooks.register(event_texts.EVENTS)
    portal_texts.add_verbs(VERBS)
    portal_texts.add_verbs(case_texts.VERBS)
    for measure, source in SOURCES.items():
        measures.register(measure, source)
    sampling.register(
        sampling.Source(code="cases", label=_("Complaints"), keys=samples.keys, items=samples.items)
    )
    _fill_shell()
    _fill_shell_with_followups()
    _fill_liability()
    _fill_way()
    _fill_letters()
    _fill_daily()
    _fill_orders()
    _fill_figures()
    _fill_setup()


def _fill_steps() -> None:
    """What a tick looks for."""
    ticking.register(
        ticking.Step("reminders", run=reminders.deliver_due, oldest_due=reminders.oldest_due)
    )
    ticking.register(ticking.Step("alarms", run=alarms.tell_due, oldest_due=alarms.oldest_due))
    ticking.register(
        ticking.Step("offers", run=followups.sweep_offers, oldest_due=lambda _now: None)
    )
    ticking.register(ticking.Step("waits", run=deadlines.end_waits, oldest_due=lambda _now: None))
    ticking.register(
        ticking.Step(
            "waves",
            run=lambda now: waves.watch(now, says=wave_texts.reason),
            oldest_due=lambda _now: None,
        )
    )
    ticking.register(
        ticking.Step("offered-cases", run=routing.give_offered, oldest_due=lambda _now: None)
    )
    ticking.register(
        ticking.Step("presences", run=presence.forget_old, oldest_due=lambda _now: None)
    )


def _fill_figures() -> None:
    """Figures of dashboards and weeks, and what of notices may be chosen."""
    for figure in figure_texts.FIGURES:
        figures.register(figure)
    for topic in week_texts.TOPICS:
        choices.register_topic(topic)
    for number in week_texts.FIGURES:
        weekly.register_figure(number)


def _show_pages(*pages: tuple[str | Promise, str, str, int]) -> None:
    """Add lists to the navigation whose view and address have one name, for all with a post."""
    for label, icon, name, position in pages:
        shell.register_nav(
            shell.NavEntry(
                label=label,
                icon=icon,
                view=f"complaints:{name}",
                prefix=f"/complaints/{name}/",
                position=position,
                shown=has_post,
            )
        )


def _fill_way() -> None:
    """The way of a case: proposals that wait, tasks of departments, preventive measures."""
    for kind in stage_texts.KINDS:
        notices.register(kind)
    portal_texts.add_verbs(stage_texts.VERBS)
    portal_texts.add_verbs(procedure_texts.VERBS)
    _show_pages(
        (_("Proposals"), "lightbulb", "proposals", 34),
        (_("Tasks of departments"), "truck", "tasks", 36),
        (_("Incidents"), "collection", "incidents", 37),
        (_("Preventive measures"), "shield-check", "measures", 38),
    )


def _fill_letters() -> None:
    """Mails to the mailboxes for complaints, and those to customers."""
    takers.register(MailPurpose.CASES, letters.take)
    outside.register(letters.LETTER, letters.compose)
    for kind in letter_texts.KINDS:
        notices.register(kind)
    portal_texts.add_verbs(letter_texts.VERBS)
    shell.register_nav(
        shell.NavEntry(
            label=_("Mailboxes for complaints"),
            icon="mailbox2",
            view="complaints:mailboxes",
            prefix="/complaints/mails/boxes/",
            position=93,
            shown=lambda request: shell.reach_of(request).operator,
        )
    )


def _fill_orders() -> None:
    """Unpaid orders and promised shipping dates."""
    portal_texts.add_verbs(order_texts.VERBS)
    shell.register_page("unpaid", "complaints:unpaid")
    _show_pages(
        (_("Unpaid orders"), "wallet2", "unpaid", 39),
        (_("Promised shipping dates"), "calendar-check", "promises", 41),
    )


def _fill_daily() -> None:
    """Bring figures and open work to the daily reports, and adopt their unfinished orders."""
    for figure, source in daily_texts.FIGURES.items():
        known.register(figure, source)
    for kind, work in daily_texts.OPEN_WORK.items():
        open_work.register(kind, work)
    ticking.register(
        ticking.Step(
            "unfinished-orders",
            run=adopting.adopt_due,
            oldest_due=lambda _now: unfinished.oldest_waiting(),
        )
    )


def _fill_liability() -> None:
    for kind in liability_texts.KINDS:
        notices.register(kind)
    portal_texts.add_verbs(liability_texts.VERBS)
    adjustments.register_page("liability", lambda key: reverse("complaints:liability", args=[key]))
    shell.register_nav(
        shell.NavEntry(
            label=_("Liabilities"),
            icon="cash-coin",
            view="complaints:liabilities",
            prefix="/complaints/liabilities/",
            position=42,
            shown=leads,
        )
    )


def _fill_shell_with_followups() -> None:
    shell.register_page("complaints", "complaints:list")
    shell.register_page("followups", "complaints:followups")
    _show_pages((_("Follow-ups"), "alarm", "followups", 10))
    shell.register_tile(
        shell.Tile(
            title=_("My follow-ups"),
            icon="alarm",
            view="complaints:tile_followups",
            link="complaints:followups",
            position=10,
            shown=has_post,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Follow-ups of the shift"),
            icon="people",
            view="complaints:tile_team",
            link="complaints:followups",
            position=15,
            shown=leads,
        )
    )


def _fill_shell() -> None:
    shell.register_nav(
        shell.NavEntry(
            label=_("Complaints"),
            icon="chat-square-heart",
            view="complaints:list",
            prefix="/complaints/",
            position=20,
            shown=has_post,
        )
    )
    _show_pages((_("Orders"), "bag", "orders", 40))
    shell.register_tile(
        shell.Tile(
            title=_("My cases"),
            icon="chat-square-heart",
            view="complaints:tile_cases",
            link="complaints:list",
            position=20,
            shown=has_post,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Cases without owner"),
            icon="person-x",
            view="complaints:tile_unowned",
            link="complaints:list",
            position=19,
            shown=lambda request: leads(request) and not decides(request),
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Complaints by stage"),
            icon="signpost-split",
            view="complaints:tile_stages",
            link="complaints:list",
            position=4,
            shown=decides,
        )
    )
    for source in pile_texts.SOURCES:
        piles.register(source)
    shell.register_finder(
        "complaints", shell.Finder(label=_("Complaints"), position=10, find=_find_cases)
    )


def _find_cases(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """Cases that fit a search of the whole portal, as far as one may see."""
    visible = Complaint.objects.visible_to(scope_of(request))
    rows = queries.best_page(queries.search(visible, text), text).rows[:most]
    return [
        shell.Hit(
            title=row.number,
            text=" · ".join(part for part in (row.customer, row.store, row.order) if part),
            url=reverse("complaints:case", args=[row.number]),
            icon="chat-square-heart",
        )
        for row in rows
    ]


def _fill_setup() -> None:
    """What belongs on the check-list of a new department."""
    for code, title, purpose, position, model, add in (
        (
            "types",
            _("Types of complaints"),
            _("What a complaint is about, on two levels (CMP-2); figures are counted by them."),
            210,
            ComplaintType,
            _("Add a type"),
        ),
        (
            "departments",
            _("Departments that carry out"),
            _("Warehouse, finance and others ship, refund and send what was agreed (CMP-8)."),
            215,
            Department,
            _("Add a department"),
        ),
        (
            "causes",
            _("Root causes"),
            _("Each closed complaint names its cause (CMP-9)."),
            220,
            CauseKind,
            _("Add a cause"),
        ),
    ):
        name = model._meta.model_name or ""
        items.register(
            Item(
                code=code,
                title=title,
                purpose=purpose,
                position=position,
                look=lambda _request, model=model: Progress(  # type: ignore[misc]  # the default binds the loop's value
                    there=model.objects.filter(is_active=True).count()
                ),
                ways=admin_ways(f"complaints_{name}", add),
                kinds=(f"complaints.{name}",),
                verbs=(f"{name}.added", f"{name}.changed"),
            )
        )
