"""The version of a thing in ETag and If-Match: a change names the one that it has read."""

import re
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Header
from pydantic import StringConstraints

from portal.api.door import ApiRequest
from portal.api.problems import Problem

TAG = re.compile(r'"([0-9]{1,9})"', re.ASCII)
IfMatch = Annotated[
    Annotated[str, StringConstraints(max_length=80)],
    Header(
        "",
        alias="If-Match",
        description="The ETag of the version that you have read; without it the call is refused.",
    ),
]


def version_in(tag: str) -> int:
    """Return the version that a call names. Raises Problem 428 for none, 412 for no tag of ours."""
    if not tag:
        raise Problem(428)
    found = TAG.fullmatch(tag.strip())
    if found is None:
        raise Problem(412)
    return int(found[1])


def tell(request: HttpRequest, version: int) -> None:
    """Let the answer name the version."""
    cast("ApiRequest", request).etag = f'"{version}"'
