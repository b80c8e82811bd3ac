"""The root of the API: how calls are read and answered, and how it describes itself."""

import json
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from portal.api import problems
from portal.api.door import Bearer
from portal.api.problems import Problem

View = Callable[..., HttpResponse]
JSON = "application/json"
BASE = "/api/v1"
ALWAYS = (400, 401, 403, 404, 409, 413, 422, 429)
VERSIONED = (412, 428)
REASONS = {
    400: "The call cannot be read.",
    401: "No valid token.",
    403: "The token lacks the scope, or its person may not do this.",
    404: "No such thing, or not visible to the token's person.",
    409: "Refused by the rules in the present state; `code` says which.",
    412: "Somebody has changed it since the version in If-Match.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "A value is not in order; `errors` names the fields.",
    428: "If-Match is missing.",
    429: "Too many calls; Retry-After gives the seconds to wait.",
}


def _no_constant(name: str) -> Any:  # noqa: ANN401 -- never returns
    raise ValueError(name)


class StrictJson(Parser):
    """Reads JSON as the standard has it: no NaN, no other content types."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401 -- whatever JSON holds
        if request.content_type != JSON:
            raise Problem(415)
        try:
            return json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Problem(400) from None


class Description(OpenAPISchema):
    """OpenAPI 3.1 with every operation's problems, scope and rate limit."""

    def operation_details(self, operation: Any) -> dict[str, Any]:  # noqa: ANN401 -- ninja's
        details: dict[str, Any] = super().operation_details(operation)
        tags = {parameter["name"] for parameter in details["parameters"]}
        statuses = [*ALWAYS]
        statuses += VERSIONED if "If-Match" in tags else ()
        statuses += (415,) if "requestBody" in details else ()
        for status in sorted(statuses):
            details["responses"][str(status)] = {"$ref": f"#/components/responses/P{status}"}
        details["responses"] = {str(key): value for key, value in details["responses"].items()}
        for auth in operation.auth_callbacks:
            if isinstance(auth, Bearer) and auth.scope:
                details["x-scope"] = str(auth.scope)
                details["security"] = [{"Bearer": [str(auth.scope)]}]
        return details

    def get_components(self) -> dict[str, Any]:
        components: dict[str, Any] = super().get_components()
        components["schemas"]["Problem"] = problems.SCHEMA
        content = {problems.TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        components["responses"] = {
            f"P{status}": {"description": reason, "content": content}
            for status, reason in REASONS.items()
        }
        components["responses"]["P429"] = {
            **components["responses"]["P429"],
            "headers": {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}},
        }
        return components


class Root(NinjaAPI):
    """A NinjaAPI whose door is the token alone: no session, no form token, no redirect."""

    def create_response(
        self,
        request: HttpRequest,
        data: Any,  # noqa: ANN401 -- ninja's signature
        **options: Any,  # noqa: ANN401 -- ninja's signature
    ) -> HttpResponse:
        response: HttpResponse = super().create_response(request, data, **options)
        if etag := getattr(request, "etag", ""):
            response["ETag"] = etag
        if getattr(request, "replayed", False):
            response["Idempotent-Replayed"] = "true"
        add_never_cache_headers(response)
        return response

    def get_openapi_schema(self, *, path_prefix: str | None = None, **_options: Any) -> Description:  # noqa: ANN401 -- ninja's signature
        return Description(self, f"{BASE}/" if path_prefix is None else path_prefix)

    def doors(self) -> Iterator[URLPattern]:
        """Give the URLs, open to calls without a session."""
        for pattern in self.urls[0]:
            if isinstance(pattern, URLPattern) and pattern.name != "api-root":
                pattern.callback = login_not_required(_door(cast("View", pattern.callback)))
                yield pattern


def _door(view: View) -> View:
    """Return a view that no form token guards, because no cookie opens it."""

    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest, **kwargs: object) -> HttpResponse:
        response = view(request, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            return problems.respond(Problem(405, headers={"Allow": response["Allow"]}))
        return response

    return door


_published: list[Root] = []


def publish(root: Root) -> Root:
    """Make the root known to the pages that show its description."""
    _published[:] = [root]
    return root


def description() -> dict[str, Any]:
    """Return the description of the published root, made once."""
    return _described(_published[0])


@cache
def _described(root: Root) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(root.get_openapi_schema()))
    return found
