"""What goes wrong, as problem+json (RFC 9457) with a sentence in the reader's language."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError, ValidationError

log = logging.getLogger(__name__)

TYPE = "application/problem+json"
SENTENCES: dict[int, Promise] = {
    400: gettext_lazy("This call cannot be read."),
    401: gettext_lazy("A valid token is needed in the header Authorization: Bearer …"),
    403: gettext_lazy("You may not do this."),
    404: gettext_lazy("There is no such thing, or you may not see it."),
    405: gettext_lazy("This address does not know the method."),
    409: gettext_lazy("This does not fit the present state."),
    412: gettext_lazy("Somebody has changed this meanwhile. Read it again before you change it."),
    413: gettext_lazy("The call is too large."),
    415: gettext_lazy("The body must be JSON (Content-Type: application/json)."),
    422: gettext_lazy("Something in the call is not in order."),
    428: gettext_lazy("Say with If-Match which version you change."),
    429: gettext_lazy("Too many calls. Please wait a little."),
    500: gettext_lazy("Something went wrong here."),
}
FIELD_SENTENCES: dict[str, Promise] = {
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("There is no field of this name."),
    "string_too_short": gettext_lazy("This text is too short."),
    "string_too_long": gettext_lazy("This text is too long."),
    "string_type": gettext_lazy("This must be a text."),
    "int_type": gettext_lazy("This must be a whole number."),
    "int_parsing": gettext_lazy("This must be a whole number."),
    "bool_type": gettext_lazy("This must be true or false."),
    "bool_parsing": gettext_lazy("This must be true or false."),
    "list_type": gettext_lazy("This must be a list."),
    "too_long": gettext_lazy("This list is too long."),
    "too_short": gettext_lazy("This list is too short."),
    "greater_than_equal": gettext_lazy("This number is too small."),
    "less_than_equal": gettext_lazy("This number is too large."),
    "nul": gettext_lazy("This text holds a character that cannot be stored."),
    "broken": gettext_lazy("This text holds broken characters. Please type it again."),
    "blank": gettext_lazy("This text is empty."),
    "moment": gettext_lazy(
        "This must be a time with its offset, such as 2026-10-08T08:31:00+08:00."
    ),
    "day": gettext_lazy("This must be a day, such as 2026-10-08."),
    "number": gettext_lazy("This must be a whole number."),
    "choice": gettext_lazy("This is none of the values described."),
    "cursor": gettext_lazy("This cursor is none of ours."),
}


class Problem(Exception):
    """Ends a call. `errors` are pairs of a field's name and a sentence."""

    def __init__(
        self,
        status: int,
        detail: str | Promise = "",
        *,
        code: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status = status
        self.detail = str(detail or SENTENCES.get(status, ""))
        self.code = code
        self.errors = errors
        self.headers = dict(headers or {})


def respond(problem: Problem) -> HttpResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.code:
        body["code"] = problem.code
    if problem.errors:
        body["errors"] = [{"field": name, "message": text} for name, text in problem.errors]
    return HttpResponse(
        json.dumps(body), status=problem.status, content_type=TYPE, headers=problem.headers
    )


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/v1/")


def _sentence(error: Mapping[str, Any]) -> str:
    kind = str(error.get("type", ""))
    if kind == "value_error":
        kind = str(error.get("ctx", {}).get("error", ""))
    return str(FIELD_SENTENCES.get(kind) or _("This value is not in order."))


def _place(error: Mapping[str, Any]) -> str:
    parts = [str(part) for part in error.get("loc", ())]
    return ".".join(parts[2:] if parts[:1] == ["body"] else parts[1:])[:200]


def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [(_place(one), _sentence(one)) for one in error.errors[:50]]
    return respond(Problem(422, errors=errors))


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Problem):
        return respond(cause)
    return respond(Problem(413 if isinstance(cause, RequestDataTooBig) else error.status_code))


def form_errors(form: Any) -> Problem:  # noqa: ANN401 -- a form of Django
    """Return the problem of a form that is not valid, field by field."""
    errors = [
        ("" if name == "__all__" else name, str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]
    return Problem(422, errors=errors)


def add_to(api: Any) -> None:  # noqa: ANN401 -- the root
    """Let the root answer every error as a problem."""
    api.add_exception_handler(Problem, lambda _request, problem: respond(problem))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Http404, lambda _request, _error: respond(Problem(404)))
    api.add_exception_handler(PermissionDenied, lambda _request, _error: respond(Problem(403)))
    api.add_exception_handler(RequestDataTooBig, lambda _request, _error: respond(Problem(413)))


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence in the reader's language."},
        "code": {"type": "string", "description": "Why the rules refuse it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
__all__ = ["SCHEMA", "SENTENCES", "TYPE", "Problem", "add_to", "form_errors", "is_api", "respond"]
