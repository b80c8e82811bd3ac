"""The sentences of feedback: verbs of the audit log, notices, the measure's definition."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feedback.enums import ItemKind
from feedback.models import LearntModel
from feedback.policies import learning
from feedback.policies.learning import Learnt
from feedback.queries import buyers, dashboard, measures
from feedback.queries import learning as learning_queries
from feedback.services import aftercase, alarms, answers, channels, replies, triage
from feedback.services.learning import Tried
from portal import notices
from portal.figures import Figure
from staff.incentives.enums import Measure
from staff.incentives.queries.measures import Source
from staff.people.access import leads

Params = Mapping[str, Any]

VERBS = {
    "channel.made": gettext_lazy("Channel added"),
    "channel.changed": gettext_lazy("Channel changed"),
    "rule.made": gettext_lazy("Rule of triage added"),
    "rule.changed": gettext_lazy("Rule of triage changed"),
    "callrule.made": gettext_lazy("Rule of the call list added"),
    "callrule.changed": gettext_lazy("Rule of the call list changed"),
    "call.taken": gettext_lazy("Phone call taken"),
    "call.tried": gettext_lazy("Attempt of a phone call written down"),
    "feedback.learnt": gettext_lazy("Suggestions of triage learnt anew"),
    "feedback.learnt_used": gettext_lazy("Another version of the learnt suggestions put in use"),
    "feedback.imported": gettext_lazy("Reviews imported"),
    "feedback.triaged": gettext_lazy("Feedback triaged"),
    "feedback.untriaged": gettext_lazy("Triage of feedback undone"),
    "feedback.owner": gettext_lazy("Owner of feedback set"),
    "feedback.complaint": gettext_lazy("Feedback became a complaint"),
    "feedback.answered": gettext_lazy("Answer to feedback recorded"),
    "feedback.praised": gettext_lazy("Feedback became praise"),
    "action.made": gettext_lazy("Improvement action set"),
    "action.changed": gettext_lazy("Improvement action changed"),
    "action.done": gettext_lazy("Improvement action done"),
    "action.dropped": gettext_lazy("Improvement action dropped"),
    "feedback.received": gettext_lazy("Answer to a survey received"),
    "feedback.mailed": gettext_lazy("Feedback received by mail"),
    "feedback.entered": gettext_lazy("Feedback entered by hand"),
    "feedback.posted": gettext_lazy("Feedback posted by a chat system"),
    "hook.opened": gettext_lazy("Webhook opened"),
    "hook.rotated": gettext_lazy("Secret of a webhook renewed"),
    "hook.answers": gettext_lazy("Address for answers of a webhook set"),
    "hook.closed": gettext_lazy("Webhook closed"),
    "survey.made": gettext_lazy("Survey begun"),
    "survey.changed": gettext_lazy("Survey changed"),
    "survey.questions": gettext_lazy("Questions of a survey changed"),
    "survey.state": gettext_lazy("State of a survey changed"),
    "survey.invited": gettext_lazy("Links of a survey made"),
    "survey.after_case": gettext_lazy("Survey sent after a case"),
    "call.instead": gettext_lazy("Customer put on the call list instead of a survey"),
    "survey.link": gettext_lazy("Further link of an invitation made"),
}


HEADS = {
    learning.MOOD: gettext_lazy("Mood, from ratings"),
    learning.KIND: gettext_lazy("Kind, from decisions"),
    learning.TOPIC: gettext_lazy("Topics, from decisions"),
}
MOODS = {
    learning.NEGATIVE: gettext_lazy("negative"),
    learning.POSITIVE: gettext_lazy("positive"),
}


def heads(model: LearntModel, weights: Learnt) -> list[dict[str, Any]]:
    """Return what a model answers: from how much, how well, and by which words."""
    topics = learning_queries.topic_names()
    names = {**MOODS, **dict(ItemKind.choices), **topics}
    return [
        {
            "label": HEADS[name],
            "fact": Tried(**model.facts[name]),
            "words": [
                (names.get(label, label), weights.strongest(name, label))
                for label in weights.heads[name].labels
            ],
        }
        for name in learning_queries.heads_of(model)
        if name in weights.heads
    ]


def _silent(params: Params) -> str:
    return _("The channel %(name)s has been silent for longer than normal.") % {
        "name": params["name"]
    }


def _unanswered(params: Params) -> str:
    day = formats.date_format(date.fromisoformat(params["day"]), "SHORT_DATE_FORMAT")
    return _("Negative reviews of %(day)s still wait for an answer.") % {"day": day}


def _survey_reminder(params: Params) -> str:
    text = ngettext(
        "%(count)d customer whom you invited has not answered the survey yet.",
        "%(count)d customers whom you invited have not answered the survey yet.",
        params["count"],
    )
    return text % {"count": params["count"]}


def _survey_reminder_url(params: Params) -> str:
    return f"{reverse('feedback:invitations')}?survey={params['survey']}&state=remind"


WHY_NOT = {
    "order": gettext_lazy("A survey in this state cannot do that."),
    "empty": gettext_lazy("A survey without a question cannot be opened."),
    "answered": gettext_lazy("Somebody was asked already: the questions stand as they are."),
    "store": gettext_lazy("Somebody was asked already: the survey stays with its store."),
    "draft": gettext_lazy("The questions stand as they are, because the survey is no draft."),
    "needed": gettext_lazy("Another question depends on this one. Change that one first."),
    "later": gettext_lazy("A question can only depend on one that is asked before it."),
    "text": gettext_lazy("A question cannot depend on a free text."),
    "scale": gettext_lazy("A condition lies outside the scale of its question."),
    "options": gettext_lazy("Both languages need the same number of choices."),
    "closed": gettext_lazy("The survey is not open today."),
}


def why_not(code: str) -> str:
    """Return the sentence for a survey that cannot be so."""
    return str(WHY_NOT[code])


def _taken(params: Params) -> str:
    text = ngettext(
        "%(by)s gave you %(count)d item of feedback.",
        "%(by)s gave you %(count)d items of feedback.",
        params["count"],
    )
    return text % {"by": params["by"], "count": params["count"]}


def _taken_url(params: Params) -> str:
    if params["count"] == 1:
        return reverse("feedback:item", args=[params["item"]])
    return f"{reverse('feedback:items')}?owner=mine&state=all"


def _after_case(params: Params) -> str:
    if params.get("failed"):
        return _(
            "The mail with the survey after case %(case)s did not arrive: send its customer the"
            " link, or call."
        ) % {"case": params["case"]}
    return _("Case %(case)s is closed: send its customer the link of the survey.") % {
        "case": params["case"]
    }


def _after_case_mail(params: Params) -> str:
    return _("The survey after case %(case)s, to its customer.") % {"case": params["case"]}


def _reply(params: Params) -> str:
    return _("An answer to feedback %(item)d, to its customer.") % {"item": params["item"]}


KINDS = (
    notices.Kind(
        code=channels.SILENT, icon="broadcast", label=gettext_lazy("Channel silent"),
        text=_silent, url=lambda _params: reverse("feedback:channels"),
    ),
    notices.Kind(
        code=alarms.UNANSWERED, icon="star-half",
        label=gettext_lazy("Negative reviews without an answer"), text=_unanswered,
        url=lambda params: f"{reverse('feedback:negative')}?day={params['day']}",
    ),
    notices.Kind(
        code=answers.REMINDER, icon="ui-checks", label=gettext_lazy("Survey without an answer"),
        text=_survey_reminder, url=_survey_reminder_url,
    ),
    notices.Kind(
        code=aftercase.HAND_OVER, icon="send", label=gettext_lazy("Survey to send"),
        text=_after_case, url=lambda _params: f"{reverse('feedback:invitations')}?state=hand",
    ),
    notices.Kind(
        code=aftercase.MAILED, icon="envelope", label=gettext_lazy("Survey after a case"),
        text=_after_case_mail,
        url=lambda params: reverse("complaints:case", args=[params["case"]]),
    ),
    notices.Kind(
        code=replies.REPLY, icon="reply", label=gettext_lazy("Answer to feedback"), text=_reply,
        url=lambda params: reverse("feedback:item", args=[params["item"]]),
    ),
    notices.Kind(
        code=triage.TAKEN, icon="inbox", label=gettext_lazy("Feedback for you"),
        text=_taken, url=_taken_url,
    ),
)  # fmt: skip

SOURCES = {
    Measure.REVIEWS_SAME_DAY: Source(
        definition=gettext_lazy(
            "Of the negative reviews that came in during the period, the share "
            "answered on the same service day, for the store and for whoever answered first or "
            "owns the review."
        ),
        read=measures.reviews_same_day,
    ),
}


FIGURES = (
    Figure(
        code="feedback.items",
        title=gettext_lazy("Feedback received"),
        definition=gettext_lazy(
            "Items that came in on the service days of the period, without spam: those with a "
            "rating, with four or five stars, negative ones as the policy says, and answered ones."
        ),
        position=55,
        icon="star-half",
        read=dashboard.counts,
        rows=dashboard.rows,
        shown=leads,
        whole=False,
        labels={
            dashboard.ITEMS: gettext_lazy("items received"),
            dashboard.RATED: gettext_lazy("with a rating"),
            dashboard.GOOD: gettext_lazy("four or five stars"),
            dashboard.BAD: gettext_lazy("negative ones"),
            dashboard.ANSWERED: gettext_lazy("answered ones"),
        },
    ),
    Figure(
        code="feedback.buyers",
        title=gettext_lazy("Customers who come back"),
        definition=gettext_lazy(
            "Customers with a paid order: those who bought on the days of the period; of them "
            "those who had bought before; and those whose last order had been placed so long "
            "before a day of the period that the department counts them as lost. Each counts once."
        ),
        position=56,
        icon="arrow-repeat",
        read=buyers.counts,
        rows=buyers.rows,
        shown=leads,
        whole=False,
        labels={
            buyers.BOUGHT: gettext_lazy("bought"),
            buyers.AGAIN: gettext_lazy("bought again"),
            buyers.LOST: gettext_lazy("lost"),
        },
    ),
)
EVENTS = {
    "feedback.received": gettext_lazy("Feedback received"),
    "feedback.triaged": gettext_lazy("Feedback triaged"),
}
