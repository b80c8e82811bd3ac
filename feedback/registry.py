"""What the feedback app adds to the shell: notices, steps of the tick, navigation, tiles."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback import tables
from feedback.models import Item
from feedback.queries import items as queries
from feedback.services import alarms, answers, channels, mails, tallies
from feedback.texts import KINDS, SOURCES, VERBS
from portal import notices, shell, ticking
from portal import texts as portal_texts
from portal.enums import MailPurpose
from portal.mail import takers
from staff.incentives.queries import measures
from staff.people.http import StaffRequest

PAGE = "feedback"


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    for kind in KINDS:
        notices.register(kind)
    portal_texts.add_verbs(VERBS)
    takers.register(MailPurpose.FEEDBACK, mails.take)
    for measure, source in SOURCES.items():
        measures.register(measure, source)
    ticking.register(
        ticking.Step("silence", run=channels.notice_silence, oldest_due=lambda _now: None)
    )
    ticking.register(ticking.Step("reviews", run=alarms.tell_due, oldest_due=alarms.oldest_due))
    ticking.register(
        ticking.Step("surveys", run=answers.remind, oldest_due=answers.oldest_reminder)
    )
    ticking.register(ticking.Step("tallies", run=tallies.sweep, oldest_due=lambda _now: None))
    _fill_shell()


def _fill_shell() -> None:
    shell.register_page(PAGE, "feedback:items")
    shell.register_nav(
        shell.NavEntry(
            label=_("Feedback"),
            icon="star-half",
            view="feedback:items",
            prefix="/feedback/",
            position=30,
            shown=_has_post,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Negative reviews of today"),
            icon="star-half",
            view="feedback:tile_negative",
            link="feedback:negative",
            position=24,
            shown=_has_post,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Feedback to triage"),
            icon="inbox",
            view="feedback:tile_inbox",
            link="feedback:items",
            position=26,
            shown=lambda request: cast("StaffRequest", request).scope.leads,
        )
    )
    shell.register_finder(PAGE, shell.Finder(label=_("Feedback"), position=40, find=_find))
    shell.register_related("complaint", _of_complaint)


def _has_post(request: HttpRequest) -> bool:
    return cast("StaffRequest", request).scope.post is not None


def _find(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """Items that fit a search of the whole portal, as far as one may see."""
    visible = Item.objects.visible_to(cast("StaffRequest", request).scope)
    found = queries.search(visible, text).order_by("-received_at", "-pk")
    rows = queries.rows_of(list(found.values_list("pk", flat=True)[:most]))
    return [
        shell.Hit(
            title=tables.excerpt(row.text),
            text=" · ".join(part for part in (row.reference, row.store) if part),
            url=reverse("feedback:item", args=[row.id]),
            icon="star-half",
        )
        for row in rows
    ]


def _of_complaint(request: HttpRequest, key: int) -> list[shell.Hit]:
    """Items that became this complaint."""
    return [
        shell.Hit(
            title=tables.excerpt(item.text),
            text=" · ".join(part for part in (item.channel.name, item.reference) if part),
            url=reverse("feedback:item", args=[item.pk]),
            icon="star-half",
        )
        for item in queries.of_complaint(cast("StaffRequest", request).scope, key)
    ]
