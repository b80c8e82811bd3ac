"""Words about scripts and product knowledge."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal import notices
from staff.handbook.enums import ArticleKind
from staff.handbook.services.articles import CHECK, NO_HELP
from staff.people.services import Refused

Params = Mapping[str, Any]
Badge = dict[str, str]

REFUSALS = {
    "article_archived": _("This article is archived. Restore it first."),
    "article_version_gone": _("This article has a newer version by now. Please read it first."),
    "changed_meanwhile": _(
        "Somebody else has changed this meanwhile. What you typed is kept below; compare it with"
        " what stands there now, then save again."
    ),
}
VERBS = {
    "article.added": _("Article added to the handbook"),
    "article.archived": _("Article archived"),
    "article.changed": _("Article changed"),
    "article.checked": _("Article checked"),
    "article.restored": _("Article restored"),
}
KIND_LOOK = {
    ArticleKind.SCRIPT: ("info", "chat-quote"),
    ArticleKind.KNOWLEDGE: ("neutral", "box-seam"),
}


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def shown(zh: str, en: str) -> str:
    """Return what is written in the language of the reader, else in the other one."""
    return (zh or en) if in_chinese() else (en or zh)


def excerpt(text: str, most: int) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text[: most * 2].split())
    return f"{line[:most]}…" if len(line) > most else line


def kind_badge(kind: str) -> Badge:
    tone, icon = KIND_LOOK[ArticleKind(kind)]
    return {"label": str(ArticleKind(kind).label), "tone": tone, "icon": icon}


def state_badge(*, check_on: date, archived_at: datetime | None, today: date) -> Badge | None:
    """Return what is to be said of an article; None where all is well."""
    if archived_at is not None:
        return {"label": gettext("archived"), "tone": "neutral", "icon": "archive"}
    if check_on <= today:
        return {"label": gettext("to be checked"), "tone": "warning", "icon": "hourglass-split"}
    return None


def to_check(params: Params) -> str:
    """Return what the owner reads on the day of checking."""
    title = shown(params["zh"], params["en"])
    return gettext("Does it still hold? “%(title)s” is to be checked.") % {"title": title}


def no_help(params: Params) -> str:
    """Return what the owner reads when it did not help."""
    title = shown(params["zh"], params["en"])
    values = {"by": params["by"], "title": title}
    return gettext("“%(title)s” did not help %(by)s.") % values


def _url(params: Params) -> str:
    return reverse("staff:article", args=[params["article"]])


KINDS = [
    notices.Kind(
        code=CHECK, icon="hourglass-split", label=_("Article to be checked"), text=to_check,
        url=_url,
    ),
    notices.Kind(
        code=NO_HELP, icon="chat-quote", label=_("Article did not help"), text=no_help, url=_url
    ),
]  # fmt: skip
