"""The description of the API: as a page for people, and as OpenAPI for their tools."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import tokens, webhooks
from portal.api import root
from portal.enums import ApiScope

METHODS = ("get", "post", "put", "patch", "delete")


def _named(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in the place of the reference to it."""
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    found: dict[str, Any] = components["schemas"].get(name, schema)
    return found


def _type(schema: dict[str, Any]) -> str:
    """Return in a few words what a value is."""
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    kind = str(schema.get("type", ""))
    if kind == "array":
        return f"[{_type(schema.get('items', {}))}]"
    said = str(schema.get("format", "")) or kind
    limits = ("maxLength", "minimum", "maximum", "maxItems")
    notes = ", ".join(f"{name} {schema[name]}" for name in limits if name in schema)
    return f"{said} ({notes})" if notes else said


def _fields(schema: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    whole = _named(schema, components)
    needed = whole.get("required", [])
    return [
        {"name": name, "type": _type(one), "required": name in needed}
        for name, one in whole.get("properties", {}).items()
    ]


def _body(content: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    schema = content.get("content", {}).get(root.JSON, {}).get("schema", {})
    return _fields(schema, components)


def _operation(
    path: str, method: str, details: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    answers = details["responses"]
    good = next((code for code in answers if code.startswith("2")), "200")
    return {
        "id": details["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": details.get("summary", ""),
        "scope": details.get("x-scope", ""),
        "parameters": [
            {
                "name": one["name"],
                "where": one["in"],
                "type": _type(one["schema"]),
                "required": one.get("required", False),
                "description": one.get("description", ""),
            }
            for one in details.get("parameters", [])
        ],
        "body": _body(details.get("requestBody", {}), components),
        "good": good,
        "answer": _body(answers.get(good, {}), components),
        "problems": sorted(code for code in answers if not code.startswith("2")),
    }


def _groups(whole: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in whole["paths"].items():
        for method in METHODS:
            if details := operations.get(method):
                tag = (details.get("tags") or ["api"])[0]
                found = _operation(path, method, details, whole["components"])
                groups.setdefault(tag, []).append(found)
    return groups


@require_GET
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show every call of the API with what it takes and answers."""
    whole = root.description()
    context = {
        "title": whole["info"]["title"],
        "version": whole["info"]["version"],
        "groups": _groups(whole),
        "scopes": ApiScope.choices,
        "events": webhooks.events(),
        "base": f"{settings.PUBLIC_URL}{root.BASE}",
        "per_minute": settings.API_PER_MINUTE,
        "days": settings.API_TOKEN_DAYS,
        "kilobytes": settings.API_MAX_BYTES // 1024,
        "hours": tokens.KEEP_CALLS.total_seconds() // 3600,
    }
    return render(request, "portal/api_docs.html", context)


@login_not_required
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """Give the description to tools; it holds nothing of the department."""
    whole = root.description()
    return JsonResponse({**whole, "servers": [{"url": request.build_absolute_uri("/")[:-1]}]})
