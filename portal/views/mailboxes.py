from functools import partial
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, tasks, texts
from portal.mail import imap, keeping, reading
from portal.mail.forms import MailboxForm
from portal.models import Mailbox, User


def _operator(request: HttpRequest) -> User:
    if not shell.reach_of(request).operator:
        raise Http404
    return cast("User", request.user)


@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    """List the mailboxes and how their reading goes."""
    _operator(request)
    rows = [
        {"mailbox": row, "problem": texts.mailbox_problem(row.last_error)}
        for row in Mailbox.objects.defer("password").order_by("name")
    ]
    return render(request, "portal/mailboxes.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def mailbox_new(request: HttpRequest) -> HttpResponse:
    """Add a mailbox."""
    return _edit(request, Mailbox())


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a mailbox, or try what is typed."""
    _operator(request)
    return _edit(request, get_object_or_404(Mailbox, pk=pk))


def _edit(request: HttpRequest, row: Mailbox) -> HttpResponse:
    actor = _operator(request)
    label = row.name
    form = MailboxForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            _try_out(request, form)
        elif _saved(request, form, actor):
            return redirect("portal:mailboxes")
    context = {"form": form, "label": label}
    return render(request, "portal/mailbox.html", context)


def _saved(request: HttpRequest, form: MailboxForm, actor: User) -> bool:
    changed = [name for name in form.changed_data if name in keeping.FIELDS]
    password = form.cleaned_data["new_password"]
    try:
        keeping.save(
            actor=actor,
            mailbox=form.instance,
            password=password,
            changed=changed,
            now=timezone.now(),
        )
    except keeping.ChangedMeanwhile:
        form.add_error(
            None,
            _("Somebody else has changed this mailbox meanwhile. Please load the page again."),
        )
        return False
    messages.success(request, _("The mailbox is saved."))
    return True


def _try_out(request: HttpRequest, form: MailboxForm) -> None:
    tried = form.instance
    tried.password = form.cleaned_data["new_password"] or tried.password
    try:
        count = reading.try_out(tried)
    except imap.MailboxProblem as problem:
        messages.error(request, str(texts.mailbox_problem(problem.code)))
        return
    messages.success(
        request,
        ngettext("Could sign in; %(n)d message.", "Could sign in; %(n)d messages.", count)
        % {"n": count},
    )


@require_POST
def mailbox_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a mailbox read at once."""
    actor = _operator(request)
    row = get_object_or_404(Mailbox, pk=pk, is_active=True)
    reading.ask(actor=actor, mailbox=row, now=timezone.now())
    transaction.on_commit(partial(tasks.read_mailbox.delay, row.pk), robust=True)
    messages.success(request, _("The mailbox is being read."))
    return redirect("portal:mailboxes")
