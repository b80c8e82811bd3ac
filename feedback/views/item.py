"""The page of an item and its ways out (FBK-2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.enums import Channel as Source
from feedback import access, tables
from feedback.enums import ItemKind, ItemState, ReplyWay
from feedback.forms import desk as forms
from feedback.models import Item
from feedback.queries import items as queries
from feedback.queries import learning
from feedback.queries import mails as mail_queries
from feedback.queries import replies as reply_queries
from feedback.queries import rules as rule_queries
from feedback.queries import surveys as survey_queries
from feedback.services import triage, ways
from feedback.views import inbox
from portal import submissions
from staff.incentives import access as incentive_access
from staff.incentives.enums import PraiseKind
from staff.incentives.queries import recognition
from staff.incentives.services.recognition import Words
from staff.incentives.texts import recognition as recognition_texts
from staff.people.http import StaffRequest
from staff.people.services import Refused


def _found(request: StaffRequest, pk: int) -> Item:
    item = queries.item_page(request.scope, pk)
    if item is None:
        raise Http404
    return item


def _workable(request: StaffRequest, pk: int) -> Item:
    item = _found(request, pk)
    if not access.can_work(request.scope, item):
        raise PermissionDenied
    return item


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    item = _found(request, pk)
    return render(request, "feedback/item.html", _page(request, item))


def _page(
    request: StaffRequest, item: Item, *, answer_form: forms.AnswerForm | None = None
) -> dict[str, Any]:
    topics, chosen = queries.topics_of(item)
    suggestion = rule_queries.suggest(rule_queries.in_force(), item.text, item.rating)
    pairs = [(topic.pk, topic.name) for topic in topics]
    initial_topics = [topic.pk for topic in chosen] or list(suggestion.topics)
    can_work = access.can_work(request.scope, item)
    replies = queries.replies_of(item)
    states = reply_queries.states_of(replies)
    return {
        "item": item,
        "facts": _facts(item),
        "stars": tables.stars(item.rating),
        "badges": [tables.badge(value) for value in (item.kind, item.state) if value],
        "topics": chosen,
        "suggestion": tables.suggestion_html(suggestion, dict(pairs)),
        "learnt": tables.learnt_html(
            learning.suggestion(item.text), {topic.code: topic.name for topic in topics}
        ),
        "near": [
            (other, tables.excerpt(other.text), tables.stars(other.rating), share)
            for other, share in queries.near(request.scope, item)
        ],
        "versions": [
            (row, tables.stars(row.rating))
            for row in (queries.versions_of(item) if getattr(item, "was_changed", False) else [])
        ],
        "replies": [(one, states.get(one.pk, "")) for one in replies],
        "way": reply_queries.way_of(item) if can_work else ReplyWay.RECORDED,
        "letters": mail_queries.letters_of(item) if item.source == Source.MAIL else [],
        "answers": [
            (one.question.text, survey_queries.answer_text(one))
            for one in (survey_queries.answers_of(item) if item.source == Source.SURVEY else [])
        ],
        "can_work": can_work,
        "can_take": can_work and item.owner_id != request.scope.person_id,
        "can_plan": access.can_plan(request.scope, item.store_id),
        "can_praise": can_work
        and not item.praise_id
        and incentive_access.can_praise(request.scope),
        "triage_form": forms.TriageForm(topics=pairs, initial={"topics": initial_topics})
        if can_work and item.state != ItemState.DONE
        else None,
        "kinds": inbox.kind_buttons(),
        "answer_form": (
            answer_form or forms.AnswerForm(initial={"form_key": submissions.new_key()})
        )
        if can_work
        else None,
        "undo": item.pk in request.session.get(inbox.UNDO, []),
        "now": timezone.now(),
    }


def _facts(item: Item) -> list[dict[str, Any]]:
    order, customer = item.order, item.customer
    facts = [
        (_("Channel"), item.channel.name, ""),
        (_("Kind of channel"), Source(item.source).label, ""),
        (_("External number"), item.reference, ""),
        (_("Store"), item.store.name, ""),
        (_("Customer"), customer.name if customer else "", _url("customer", item.customer_id)),
        (_("Order"), order.number if order else "", _url("order", item.order_id)),
        (_("Product"), item.product.name if item.product else "", ""),
        (_("Agent named"), item.agent.name if item.agent else "", ""),
        (_("Owner"), item.owner.name if item.owner else "", ""),
        (_("Triaged by"), item.triaged_by.name if item.triaged_by else "", ""),
        (_("Spam rule"), item.by_rule.name if item.by_rule else "", ""),
        (_("Complaint"), item.complaint.number if item.complaint else "", _case_url(item)),
        (_("Praise"), item.praise.title if item.praise else "", _praise_url(item)),
    ]
    return [{"label": a, "value": b, "url": c} for a, b, c in facts if b]


def _url(name: str, key: int | None) -> str:
    return reverse(f"complaints:{name}", args=[key]) if key else ""


def _case_url(item: Item) -> str:
    return reverse("complaints:case", args=[item.complaint.number]) if item.complaint else ""


def _praise_url(item: Item) -> str:
    return reverse("staff:praise", args=[item.praise_id]) if item.praise_id else ""


@require_GET
def mail_file(request: StaffRequest, pk: int, file: int) -> HttpResponseBase:
    """Send a file that came with a mail, always as a download: a browser never shows it here."""
    found = mail_queries.file_of(request.scope, pk, file)
    if found is None:
        raise Http404
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type=found.kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def triage_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the item its kind and topics, and go on to the next unread one."""
    item = _workable(request, pk)
    pairs = [(topic.pk, topic.name) for topic in rule_queries.topics()]
    form = forms.TriageForm(request.POST, topics=pairs)
    if not form.is_valid():
        messages.error(request, _("Choose what these items are."))
        return redirect("feedback:item", pk=pk)
    done = triage.triage(
        actor=request.person,
        item_ids=[pk],
        kind=form.cleaned_data["kind"],
        topic_ids=form.cleaned_data["topics"],
        now=timezone.now(),
    )
    if not done:
        messages.warning(request, _("Something was done about this item already."))
        return redirect("feedback:item", pk=pk)
    request.session[inbox.UNDO] = done
    messages.success(request, _("The item is triaged."))
    if "stay" in request.POST:
        return redirect("feedback:item", pk=pk)
    following = queries.next_unread(Item.objects.visible_to(request.scope), item)
    return redirect("feedback:item", pk=following) if following else redirect("feedback:items")


@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    _workable(request, pk)
    triage.set_owner(
        actor=request.person, item_ids=[pk], owner_id=request.person.pk, now=timezone.now()
    )
    messages.success(request, _("The item is yours."))
    return redirect("feedback:item", pk=pk)


@require_POST
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    item = _workable(request, pk)
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        context = _page(request, item, answer_form=form)
        return render(request, "feedback/item.html", context, status=422)
    try:
        made = ways.answer(
            actor=request.person,
            item_id=pk,
            text=form.cleaned_data["text"],
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
            sent="send" in request.POST,
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This answer was recorded already; the form was sent twice."))
    else:
        done = _("The answer is on its way.") if made.way != ReplyWay.RECORDED else ""
        messages.success(request, done or _("The answer is recorded."))
    return redirect("feedback:item", pk=pk)


@require_POST
def to_complaint(request: StaffRequest, pk: int) -> HttpResponse:
    item = _workable(request, pk)
    try:
        complaint = ways.to_complaint(actor=request.person, item_id=pk, now=timezone.now())
    except ways.HasAComplaint:
        messages.info(request, _("It is a complaint already."))
        return redirect("feedback:item", pk=item.pk)
    messages.success(
        request, _("The complaint %(number)s is registered.") % {"number": complaint.number}
    )
    return redirect("complaints:case", number=complaint.number)


@require_http_methods(["GET", "POST"])
def praise(request: StaffRequest, pk: int) -> HttpResponse:
    """Turn praise of a customer into recognition of the agent."""
    item = _workable(request, pk)
    if not incentive_access.can_praise(request.scope) or item.kind == ItemKind.SPAM:
        raise PermissionDenied
    people = recognition.praisable(request.scope)
    if request.method == "GET":
        initial = {
            "form_key": submissions.new_key(),
            "person": item.agent_id,
            "kind": PraiseKind.SERVICE,
            "text": item.text[:600],
        }
        return _praise_page(request, item, forms.PraiseForm(people=people, initial=initial))
    form = forms.PraiseForm(request.POST, people=people)
    if form.is_valid() and (done := _praise(request, item, form)):
        return done
    return _praise_page(request, item, form, status=422)


def _praise_page(
    request: StaffRequest, item: Item, form: forms.PraiseForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Praise the agent"),
        "back": reverse("feedback:item", args=[item.pk]),
        "send": _("Put it on the wall"),
        "icon": "trophy",
        "intro": item.text,
    }
    return render(request, "feedback/form.html", context, status=status)


def _praise(request: StaffRequest, item: Item, form: forms.PraiseForm) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        ways.praise(
            actor=request.person,
            item_id=item.pk,
            words=Words(
                kind=PraiseKind(data["kind"]), title=data["title"], text=data["text"],
                person_id=data["person"], source=f"feedback:{item.pk}",
            ),
            form_key=data["form_key"],
            now=timezone.now(),
        )  # fmt: skip
    except (ways.HasAPraise, submissions.AlreadySubmitted):
        messages.info(request, _("This praise stands on the wall already."))
    except Refused as refused:
        form.add_error("person", recognition_texts.sentence(refused))
        return None
    else:
        messages.success(request, _("The praise stands on the wall."))
    return redirect("feedback:item", pk=item.pk)
