from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal import choices, shell, weekly
from portal.enums import NOTICE_CHANNELS, Channel, WayMode
from portal.forms import DigestPlanForm, OwnWordsForm
from portal.models import OwnWords, User
from portal.models.choices import CHANNELS

FREE = {WayMode.ASKED, WayMode.OFFERED}


def _name(topic: str, channel: str) -> str:
    return f"{topic}-{channel}"


@require_http_methods(["GET", "POST"])
def notice_choices(request: HttpRequest) -> HttpResponse:
    """Choose what comes by mail and in the team's group, as far as the department leaves it."""
    user = cast("User", request.user)
    table = choices.rules()
    if request.method == "POST":
        choices.choose(
            user=user,
            picked={
                cell: _name(*cell) in request.POST for cell, mode in table.items() if mode in FREE
            },
        )
        messages.success(request, _("Your choices are saved."))
        return redirect("portal:notice_choices")
    chosen = choices.choices_of(user)
    rows = [
        {
            "topic": topic,
            "cells": [_cell(topic.code, str(way), table, chosen) for way in NOTICE_CHANNELS],
        }
        for topic in choices.topics()
    ]
    context = {"rows": rows, "channels": CHANNELS, "email": user.email,
               "may_rule": shell.reach_of(request).operator}  # fmt: skip
    return render(request, "portal/choices/mine.html", context)


def _cell(
    topic: str,
    channel: str,
    table: Mapping[tuple[str, str], WayMode],
    chosen: Mapping[tuple[str, str], bool],
) -> dict[str, object]:
    mode = table[topic, channel]
    return {
        "name": _name(topic, channel),
        "channel": Channel(channel).label,
        "free": mode in FREE,
        "on": choices.is_on(mode, chosen.get((topic, channel))),
    }


@require_http_methods(["GET", "POST"])
def notice_rules(request: HttpRequest) -> HttpResponse:
    """Say what the department allows, and when the weekly digest is written."""
    if not shell.reach_of(request).operator:
        raise Http404
    actor, now = cast("User", request.user), timezone.now()
    table = choices.rules()
    form = DigestPlanForm(request.POST or None, instance=weekly.plan())
    if request.method == "POST" and form.is_valid():
        picked = {
            cell: WayMode(sent)
            for cell in table
            if (sent := request.POST.get(_name(*cell), "")) in WayMode.values
        }
        choices.set_rules(actor=actor, picked=picked, now=now)
        weekly.save_plan(actor=actor, plan=form.instance, changed=form.changed_data, now=now)
        messages.success(request, _("The rules for notices are saved."))
        return redirect("portal:notice_rules")
    rows = [
        {
            "topic": topic,
            "cells": [
                {
                    "name": _name(topic.code, channel),
                    "channel": label,
                    "mode": str(table[topic.code, channel]),
                    "free": topic.may_change(channel),
                }
                for channel, label in CHANNELS
            ],
        }
        for topic in choices.topics()
    ]
    context = {
        "rows": rows, "channels": CHANNELS, "modes": WayMode.choices, "form": form,
    }  # fmt: skip
    return render(request, "portal/choices/rules.html", context)


@require_http_methods(["GET", "POST"])
def notice_words(request: HttpRequest) -> HttpResponse:
    """Write the department's own words below mails and messages to robots."""
    if not shell.reach_of(request).operator:
        raise Http404
    words = choices.all_words()
    forms = [
        (topic, OwnWordsForm(request.POST or None, prefix=topic.code, initial=_words_of(row)))
        for topic in choices.topics()
        for row in [words.get(topic.code)]
    ]
    if request.method == "POST" and len([form for _topic, form in forms if form.is_valid()]) == len(
        forms
    ):
        for topic, form in forms:
            choices.set_words(
                actor=cast("User", request.user),
                topic=topic.code,
                text_zh=form.cleaned_data["text_zh"],
                text_en=form.cleaned_data["text_en"],
                now=timezone.now(),
            )
        messages.success(request, _("The words are saved."))
        return redirect("portal:notice_words")
    return render(request, "portal/choices/words.html", {"forms": forms})


def _words_of(row: OwnWords | None) -> dict[str, str]:
    return {"text_zh": row.text_zh, "text_en": row.text_en} if row else {}
