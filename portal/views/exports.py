from typing import cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.models import User
from portal.transfer import exports, uploads
from portal.transfer.forms import ExportChoice
from portal.transfer.output import CellTooLong
from portal.transfer.registry import Context

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@require_GET
def export_kind(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give the rows of a kind that one may see, in the columns of its import."""
    user, scope = cast("User", request.user), getattr(request, "scope", None)
    kind = next((each for each in uploads.exportable(user, scope) if each.name == name), None)
    if kind is None:
        raise Http404
    form = ExportChoice(request.GET)
    if not form.is_valid():
        messages.error(request, _("Choose a format and a month such as 2026-10."))
        return redirect("portal:transfers")
    month, ending = form.cleaned_data["month"], form.cleaned_data["format"] or "csv"
    zone = timezone.get_default_timezone()
    context = Context(
        actor=user, scope=scope, now=timezone.now(), zone=zone, month=month,
        filters=request.GET.dict(),
    )  # fmt: skip
    chinese = translation.get_language().startswith("zh")
    try:
        file = exports.write(kind, context, ending=ending, chinese=chinese)
    except CellTooLong:
        messages.error(request, _("A text is too long for a workbook. Export it as CSV."))
        return redirect("portal:transfers")
    span = f"{month:%Y-%m}" if month else f"{context.today:%Y-%m-%d}"
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{kind.name}-{span}.{ending}",
        content_type=CONTENT_TYPES[ending],
    )
