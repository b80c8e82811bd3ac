"""The page on which customers answer: no account, one screen, their language.

These doors carry no authority of a signed-in user, so that there is nothing a foreign page could
misuse: they need no token against forgery, and work where cookies are refused. A link that was
used, that has expired, or that never was is answered by the same bytes.
"""

import re
import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from feedback.forms.surveys import AnswerSheet
from feedback.models import Question, Response, Survey
from feedback.queries import surveys as queries
from feedback.services import answers, tallies
from portal import audit
from portal.enums import Language
from portal.http import address_of
from portal.sealing import keyed_hash

TOKEN = re.compile(r"\A[A-Za-z0-9_-]{22}\Z", re.ASCII)
VISITOR_COOKIE = "kefu_survey"
VISITOR_AGE = 365 * 24 * 3600
SWITCH = "switch"  # the other language is asked for; what was filled in stays
CUSTOMER = "survey"  # stands in the audit log instead of the customer's address
PUBLIC, MOST_PUBLIC = "public", 60  # in ten minutes: many phones share one address
PERSONAL, MOST_PERSONAL = "personal", 600  # each link takes one answer anyway
GUESSES, MOST_GUESSES = "guess", 100
NOT_FOUND, INVALID, TOO_MANY = 404, 422, 429


def language_of(request: HttpRequest) -> str:
    """Return the language that the customer chose on the page, else that of the browser."""
    chosen = request.GET.get("language", "")
    if chosen in Language.values:
        return chosen
    return Language.CHINESE if request.LANGUAGE_CODE.startswith("zh") else Language.ENGLISH


def _closed(response: HttpResponse) -> HttpResponse:
    """Keep the address of the page, a secret, out of caches, indexes, other sites and the log."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 -- so Django does not note the path of a refusal
    return response


def _page(request: HttpRequest, template: str, *, status: int, **context: object) -> HttpResponse:
    with translation.override(language_of(request)):
        return _closed(render(request, f"feedback/public/{template}.html", context, status=status))


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer a link that does not work; an address that keeps trying is slowed down."""
    now, address = timezone.now(), address_of(request)
    if tallies.count_of(what=GUESSES, address=address, now=now) >= MOST_GUESSES:
        return _page(request, "busy", status=TOO_MANY)
    tallies.count_up(what=GUESSES, address=address, now=now)
    return _page(request, "gone", status=NOT_FOUND)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """Answer by a personal link, once."""
    now = timezone.now()
    found = queries.invitation_for(token, now=now) if TOKEN.match(token) else None
    if found is not None and answers.is_open(found.survey, now=now):
        return _serve(request, found.survey, invitation_id=found.pk)
    return _sent_before(request) or _gone(request)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def public(request: HttpRequest, key: str) -> HttpResponse:
    """Answer by the public link, as often as the survey allows one browser."""
    survey = queries.public_survey(key) if TOKEN.match(key) else None
    if survey is None or not answers.is_open(survey, now=timezone.now()):
        return _gone(request)
    cookie = request.COOKIES.get(VISITOR_COOKIE, "")
    known = bool(TOKEN.match(cookie))
    cookie = cookie if known else secrets.token_urlsafe(16)
    visitor = keyed_hash(f"visitor:{cookie}")
    if known and queries.turns_of(survey, visitor) >= survey.per_person:
        return _sent_before(request) or _gone(request)
    response = _serve(request, survey, visitor=visitor)
    if not known:
        response.set_cookie(
            VISITOR_COOKIE, cookie, max_age=VISITOR_AGE, path=request.path,
            secure=request.is_secure(), httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


def _serve(
    request: HttpRequest, survey: Survey, *, invitation_id: int | None = None, visitor: str = ""
) -> HttpResponse:
    """Show the questions, or take the answers."""
    questions = queries.questions_of(survey)
    if request.method != "POST" or SWITCH in request.POST:
        data = request.POST if request.method == "POST" else None
        return show_sheet(request, survey, questions, data=data, judged=False)
    now, address = timezone.now(), address_of(request)
    what, most = (PUBLIC, MOST_PUBLIC) if visitor else (PERSONAL, MOST_PERSONAL)
    if tallies.count_of(what=what, address=address, now=now) >= most:
        return _page(request, "busy", status=TOO_MANY)
    tallies.count_up(what=what, address=address, now=now)
    language = language_of(request)
    with translation.override(language):
        sheet = AnswerSheet(request.POST, questions=questions)
        if sheet.is_robot:
            return _thanks(request)
        if not sheet.is_valid():
            return show_sheet(request, survey, questions, data=request.POST)
    filled = answers.Sheet(
        form_key=sheet.cleaned_data["form_key"], values=sheet.values, texts=sheet.texts,
        language=language, visitor=visitor,
    )  # fmt: skip
    try:
        with audit.coming_from(CUSTOMER):
            answers.answer(survey_id=survey.pk, invitation_id=invitation_id, sheet=filled, now=now)
    except answers.Gone:
        return _sent_before(request) or _gone(request)
    return _thanks(request)


def show_sheet(
    request: HttpRequest,
    survey: Survey,
    questions: list[Question],
    *,
    data: object,
    judged: bool = True,
    preview: bool = False,
) -> HttpResponse:
    """Return the page with the questions in the customer's language; `judged` shows errors."""
    with translation.override(language_of(request)):
        sheet = AnswerSheet(data, questions=questions)
        context = {
            "survey": survey, "sheet": sheet, "rows": sheet.rows(), "judged": judged,
            "preview": preview,
        }  # fmt: skip
        return _page(request, "survey", status=INVALID if judged else 200, **context)


def _sent_before(request: HttpRequest) -> HttpResponse | None:
    """Thank for a form that was taken already: its button was pressed twice."""
    if request.method != "POST":
        return None
    sheet = AnswerSheet(request.POST, questions=[])
    sheet.is_valid()
    key = sheet.cleaned_data.get("form_key")
    if key and Response.objects.filter(form_key=key).exists():
        return _thanks(request)
    return None


def _thanks(request: HttpRequest) -> HttpResponse:
    url = f"{reverse('feedback:thanks')}?language={language_of(request)}"
    return _closed(HttpResponseRedirect(url))


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return _page(request, "thanks", status=200)
