"""The root of the API: what the rooms describe, under one address and one description."""

from complaints.api import ROUTERS as COMPLAINTS
from feedback.api import router as feedback
from portal.api import door, problems
from portal.api.figures import router as figures
from portal.api.root import Root, StrictJson, publish
from staff.api import ROUTERS as STAFF
from staff.people.http import bind

DESCRIPTION = """\
People, shifts, punches, orders, complaints, follow-ups, feedback, measures and figures of Kefu for
other systems. A call shows a token in the header `Authorization: Bearer …`; it sees and does what
the token's person may at that moment, narrowed to its scopes. Lists come page by page: `next` is
the cursor of the page behind. Times are in UTC, amounts in fen (0.01 yuan). Creating calls take an
`Idempotency-Key`; changes name the version they have read in `If-Match`. What goes wrong is told
as `application/problem+json` (RFC 9457) in the language of `Accept-Language`.
"""

door.register_bearer(bind)
api = Root(
    title="Kefu",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    parser=StrictJson(),
)
problems.add_to(api)
for router in (*STAFF, *COMPLAINTS, feedback, figures):
    api.add_router("", router)
publish(api)
