"""Creating calls that may be sent twice: with a key they act once and answer the same."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header, Status
from pydantic import AfterValidator, BaseModel, StringConstraints, WithJsonSchema

from portal import tokens
from portal.api.door import ApiRequest
from portal.api.problems import Problem
from portal.models import ApiCall

KEPT: timedelta = tokens.KEEP_CALLS


def _printable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("broken")
    return text


IdempotencyKey = Annotated[
    Annotated[
        str,
        StringConstraints(max_length=80),
        AfterValidator(_printable),
        WithJsonSchema({"type": "string", "maxLength": 80, "pattern": "^[!-~]*$"}),
    ],
    Header(
        "",
        alias="Idempotency-Key",
        description="A key of your own. The same call with the same key acts once and is answered"
        " the same for 24 hours.",
    ),
]


def _fingerprint(request: HttpRequest) -> str:
    text = f"{request.method} {request.path}\n".encode()
    return hashlib.sha256(text + request.body).hexdigest()


@transaction.atomic
def once(
    request: HttpRequest, key: str, act: Callable[[], BaseModel], *, status: int = 201
) -> Status[Any]:
    """Act and keep the answer under the key, both or neither; a known key is answered from there.

    Raises Problem 409 where the key belongs to another call, or its answer was erased.
    """
    if not key:
        return Status(status, act())
    now, call = timezone.now(), cast("ApiRequest", request)
    ApiCall.objects.filter(token=call.token, key=key, created_at__lt=now - KEPT).delete()
    fingerprint = _fingerprint(request)
    kept, fresh = ApiCall.objects.select_for_update().get_or_create(
        token=call.token, key=key, defaults={"fingerprint": fingerprint, "created_at": now}
    )
    if not fresh:
        if kept.fingerprint != fingerprint:
            raise Problem(409, _("This key belongs to another call."), code="key_reused")
        if not kept.answer:  # erased with the customer whose case it told of (§10)
            raise Problem(
                409, _("This call was answered, and its answer was erased."), code="erased"
            )
        call.replayed = True
        return Status(kept.status, kept.answer)
    made = act()
    kept.status, kept.answer = status, made.model_dump(mode="json")
    kept.save(update_fields=["status", "answer"])
    return Status(status, made)
