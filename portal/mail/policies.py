"""Which mails a machine wrote (CMP-4): they are kept, answer nothing and are not answered."""

import re
from collections.abc import Mapping

from portal.enums import AutomaticReason

OWN_DOMAIN = "@kefu>"
MAILERS = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|double-bounce)@", re.IGNORECASE)
ROBOTS = re.compile(r"^(no-?reply|do-?not-?reply)@", re.IGNORECASE)
SUBJECTS = re.compile(
    r"^\W*(自动回复|自動回覆|自动答复|外出自动回复|休假自动回复|系统退信|"
    r"out of (the )?office|auto(matic)?[- ]?(reply|response)|autoreply|automatic reply|"
    r"undeliver(able|ed)|delivery (status notification|failure)|mail delivery failed|"
    r"returned mail)",
    re.IGNORECASE,
)


def why_automatic(  # noqa: PLR0911 -- one line for each sign, in the order of certainty
    *, headers: Mapping[str, str], message_id: str, sender: str, subject: str
) -> AutomaticReason | None:
    """Return why a mail counts as a machine's, or None for one by a person.

    `headers` by lower-case name. Source: RFC 3834 and RFC 3464, and what mail systems do.
    """
    if message_id.endswith(OWN_DOMAIN) or "x-kefu-key" in headers:
        return AutomaticReason.LOOP
    report = headers.get("content-type", "").lower().startswith("multipart/report")
    if headers.get("return-path") == "<>" or MAILERS.search(sender) or report:
        return AutomaticReason.BOUNCE
    declared = headers.get("auto-submitted", "no").split(";")[0].strip().lower()
    if declared not in ("", "no") or "x-autoreply" in headers or "x-autorespond" in headers:
        return AutomaticReason.DECLARED
    suppressed = {one.strip().lower() for one in _listed(headers, "x-auto-response-suppress")}
    if suppressed & {"all", "autoreply", "oof"}:
        return AutomaticReason.DECLARED
    precedence = headers.get("precedence", "").strip().lower()
    if precedence == "auto_reply":
        return AutomaticReason.DECLARED
    if precedence in ("bulk", "list", "junk") or "list-id" in headers or ROBOTS.search(sender):
        return AutomaticReason.BULK
    return AutomaticReason.SUBJECT if SUBJECTS.search(subject) else None


def _listed(headers: Mapping[str, str], name: str) -> list[str]:
    return headers.get(name, "").split(",")


def mask_address(address: str) -> str:
    """Return an e-mail address with its middle hidden: z***@example.com."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***{at}{domain}"[:80] if at else (f"{address[:1]}***" if address else "")
