"""What the feedback app adds to the shell: notices, steps of the tick, navigation, tiles."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback import tables
from feedback.models import Channel, Item, Topic
from feedback.queries import actions, buyers
from feedback.queries import items as queries
from feedback.services import aftercase, alarms, answers, calls, channels, mails, replies, tallies
from feedback.texts import EVENTS, FIGURES, KINDS, SOURCES, VERBS
from portal import choices, figures, letters, notices, shell, ticking, webhooks
from portal import texts as portal_texts
from portal.enums import MailPurpose
from portal.mail import takers
from portal.setup import items as setup
from staff.daily.queries import passed
from staff.incentives.queries import measures
from staff.people.registry import LIST, admin_ways, has_post, scope_of
from staff.rulebook.queries import habits

PAGE = "feedback"


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    for kind in KINDS:
        notices.register(kind)
    for figure in FIGURES:
        figures.register(figure)
    portal_texts.add_verbs(VERBS)
    webhooks.register(EVENTS)
    takers.register(MailPurpose.FEEDBACK, mails.take)
    takers.register_returned(aftercase.came_back)
    for measure, source in SOURCES.items():
        measures.register(measure, source)
    ticking.register(
        ticking.Step("silence", run=channels.notice_silence, oldest_due=lambda _now: None)
    )
    ticking.register(ticking.Step("reviews", run=alarms.tell_due, oldest_due=alarms.oldest_due))
    ticking.register(
        ticking.Step("surveys", run=answers.remind, oldest_due=answers.oldest_reminder)
    )
    passed.register(passed.Way(outcomes=actions.of_findings, begin=actions.from_finding))
    letters.register(replies.REPLY, replies.write)
    letters.register(aftercase.MAILED, aftercase.write)
    ticking.register(
        ticking.Step("after cases", run=aftercase.ask_due, oldest_due=lambda _now: None)
    )
    ticking.register(
        ticking.Step("survey mails", run=aftercase.fall_back, oldest_due=lambda _now: None)
    )
    ticking.register(ticking.Step("calls", run=calls.draw_due, oldest_due=lambda _now: None))
    ticking.register(ticking.Step("tallies", run=tallies.sweep, oldest_due=lambda _now: None))
    _fill_shell()
    _fill_setup()
    habits.register(
        habits.Kind(
            code=buyers.LOST_AFTER, unit=habits.DAYS, default=180, least=30, most=1000,
            label=_("A customer without a further order counts as lost after"), position=60,
        )
    )  # fmt: skip
    choices.register_topic(
        choices.Topic(code="feedback", label=_("Feedback"), prefixes=("feedback",), position=25)
    )


def _fill_shell() -> None:
    shell.register_page(PAGE, "feedback:items")
    shell.register_nav(
        shell.NavEntry(
            label=_("Feedback"),
            icon="star-half",
            view="feedback:items",
            prefix="/feedback/",
            position=30,
            shown=has_post,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Feedback"),
            icon="star-half",
            view="feedback:tile_feedback",
            link="feedback:items",
            position=24,
            shown=has_post,
        )
    )
    shell.register_finder(PAGE, shell.Finder(label=_("Feedback"), position=40, find=_find))
    shell.register_related("complaint", _of_complaint)


def _find(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """Items that fit a search of the whole portal, as far as one may see."""
    visible = Item.objects.visible_to(scope_of(request))
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
    """Items that became this complaint, and the answer to the survey after it."""
    return [
        shell.Hit(
            title=tables.excerpt(item.text),
            text=" · ".join(part for part in (item.channel.name, item.reference) if part),
            url=reverse("feedback:item", args=[item.pk]),
            icon="star-half",
        )
        for item in queries.of_complaint(scope_of(request), key)
    ]


def _look_at_channels(request: HttpRequest) -> setup.Progress:
    """A channel counts once somebody looks after it (FBK-1)."""
    rows = Channel.objects.visible_to(scope_of(request))
    return setup.Progress(there=rows.exclude(owner=None).count())


def _fill_setup() -> None:
    """What belongs on the check-list of a new department."""
    setup.register(
        setup.Item(
            code="channels",
            title=_("Channels of feedback"),
            purpose=_(
                "By which way customers reach the department, and who looks after each (FBK-1)."
                " Give the channels that there are an owner."
            ),
            position=230,
            needs=("people", "stores"),
            look=_look_at_channels,
            ways=lambda _request: (
                setup.Way(label=_("Add a channel"), url=reverse("feedback:create_channel")),
                setup.Way(label=LIST, url=reverse("feedback:channels")),
            ),
        )
    )
    setup.register(
        setup.Item(
            code="topics",
            title=_("Topics of feedback"),
            purpose=_("What customers speak of; items are sorted and counted by topic."),
            position=235,
            look=lambda _request: setup.Progress(
                there=Topic.objects.filter(is_active=True).count()
            ),
            ways=admin_ways("feedback_topic", _("Add a topic")),
            kinds=("feedback.topic",),
            verbs=("topic.added", "topic.changed"),
        )
    )
