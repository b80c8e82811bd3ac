"""What the portal itself keeps: mails, files of imports and exports, saved searches, sessions."""

import zipfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial, reduce
from operator import or_
from pathlib import Path

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.enums import AutomaticReason, RunState
from portal.mail.policies import mask_address
from portal.mail.reading import sender_hash
from portal.models import (
    ApiToken,
    AuditEntry,
    ChannelChoice,
    ChannelRule,
    ErasedKey,
    Erasure,
    ExportRun,
    Heartbeat,
    ImportRun,
    IncomingFile,
    IncomingMail,
    KeptDraft,
    Mailbox,
    Notice,
    OutboxMessage,
    OwnWords,
    Robot,
    SavedView,
    SetupMark,
    Submission,
    Throttle,
    User,
    Webhook,
)
from portal.privacy import places
from portal.privacy.erasing import FilesAtWork
from portal.privacy.masking import MARK, Mask
from portal.privacy.places import Marks, Place, Room
from portal.privacy.values import Found, Subject, Words
from portal.transfer import findings

SENDER, MAIL = "sender", "mail"
REFERENCES = "holds references, figures and masked values only; it only grows"
PEOPLE = "is about a person of the department, or set up by one"
MACHINE = "is made by the program"
SIGN_IN = "is about signing in, which customers do not"

_personal_kinds: set[str] = set()
_other_kinds: dict[str, str] = {}


def personal_files(*kinds: str) -> None:
    """Say that files of these kinds of import and export hold customers' data or may name them."""
    _personal_kinds.update(kinds)


def other_files(reason: str, *kinds: str) -> None:
    """Say that files of these kinds can name no customer, and why."""
    _other_kinds.update(dict.fromkeys(kinds, reason))


def declared_files() -> set[str]:
    """Return the kinds of which is said whether their files go with an erased person."""
    return _personal_kinds | _other_kinds.keys()


def reports_on(names: Collection[str]) -> "QuerySet[IncomingMail]":
    """Return what mail servers sent back of our mails of these Message-IDs."""
    said = [Q(references__contains=name) for name in names]
    rows = IncomingMail.objects.filter(automatic=AutomaticReason.BOUNCE)
    return rows.filter(reduce(or_, said)) if said else rows.none()


def may_open(request: HttpRequest) -> bool:
    """Whether the pages of privacy are for whoever asks."""
    scope = getattr(request, "scope", None)
    return scope is not None and places.gate().opens(scope)


def _mails(subject: Subject) -> Q:
    return Q(sender_hash__in=subject.of(SENDER)) | Q(pk__in=subject.numbers(MAIL))


def _widen(subject: Subject) -> Subject:
    rows = IncomingMail.objects.filter(sender_hash__in=subject.of(SENDER))
    return subject.with_keys(MAIL, rows.values_list("pk", flat=True))


def _words(subject: Subject) -> Words:
    """An address that others use as well gives nobody away."""
    senders, names = set(), set()
    rows = IncomingMail.objects.filter(sender_hash__in=subject.of(SENDER))
    for mail in rows.only("sender", "sender_name"):
        senders.add(mail.sender)
        names.add(mail.sender_name)
    return Words(mails=frozenset(senders - {"", MARK}), names=frozenset(names - {"", MARK}))


def _find(text: str) -> Sequence[Found]:
    if "@" not in text:
        return ()
    return _named(Subject().with_keys(SENDER, [sender_hash(text)]))


def _named(subject: Subject) -> Sequence[Found]:
    rows = IncomingMail.objects.filter(sender_hash__in=subject.of(SENDER))
    found = rows.exclude(sender_hash="").order_by("sender_hash", "-pk")
    masked = dict(found.values_list("sender_hash", "sender_masked"))
    return [
        Found(kind=SENDER, key=key, title=text or mask_address(""), text="")
        for key, text in sorted(masked.items())
    ]


def _seek(marks: Marks, at: datetime) -> Subject:
    """A sender is known by the keyed hash of the address itself."""
    wanted = [key for kind, key in marks if kind == SENDER]
    rows = IncomingMail.objects.filter(sender_hash__in=wanted, received_at__lte=at)
    return Subject().with_keys(SENDER, rows.values_list("sender_hash", flat=True).distinct())


def _due(since: datetime, most: int) -> Sequence[Subject]:
    """Return senders of mails that belong to nothing else, long ago."""
    rows = IncomingMail.objects.filter(received_at__lt=since, taken_key="")
    late = IncomingMail.objects.filter(Q(received_at__gte=since) | ~Q(taken_key=""))
    keys = rows.exclude(sender_hash="").exclude(sender_hash__in=late.values("sender_hash"))
    found = keys.values_list("sender_hash", flat=True).distinct().order_by("sender_hash")
    return [Subject().with_keys(SENDER, [key]) for key in found[:most]]


def _lately(subject: Subject, since: datetime) -> bool:
    """Whether a mail of the person came since."""
    return IncomingMail.objects.filter(_mails(subject), received_at__gte=since).exists()


def _finish(*, subject: Subject, mask: Mask, now: datetime, dry: bool) -> None:
    """Take care of files and sessions, which are in no text field. Raises FilesAtWork."""
    del subject, now
    _let_go_of_imports(mask, dry=dry)
    _let_go_of_exports(dry=dry)
    _clean_sessions(mask)


def _let_go_of_imports(mask: Mask, *, dry: bool) -> None:
    """Delete source files; one that waits for its go-ahead only if it names the person."""
    for run in ImportRun.objects.filter(kind__in=_personal_kinds).exclude(file=""):
        waits = run.state in (RunState.CHECKING, RunState.READY, RunState.WRITING)
        if waits and not _names(run, mask):
            continue
        if run.state in (RunState.CHECKING, RunState.WRITING):
            raise FilesAtWork
        state = RunState.REJECTED if waits else run.state
        ImportRun.objects.filter(pk=run.pk).update(file="", state=state)
        if not dry:
            transaction.on_commit(partial(_delete_import, run), robust=True)


def _delete_import(run: ImportRun) -> None:
    """Delete an upload and what was found in it."""
    findings.remove(Path(run.file.path))
    run.file.storage.delete(str(run.file.name))


def _names(run: ImportRun, mask: Mask) -> bool:
    """Whether the file of an import names the person, in whatever way it is written."""
    try:
        with run.file.open("rb") as file:
            content = file.read()
    except OSError:
        return False
    parts = [content]
    with suppress(zipfile.BadZipFile), run.file.open("rb") as file, zipfile.ZipFile(file) as book:
        parts = [book.read(name) for name in book.namelist() if name.endswith(".xml")]
    return any(
        mask.is_in(part.decode(encoding, "ignore"))
        for part in parts
        for encoding in ("utf-8", "gb18030")
    )


def _let_go_of_exports(*, dry: bool) -> None:
    """Delete exports of customers' data: they are written anew when they are asked for."""
    for run in ExportRun.objects.filter(kind__in=_personal_kinds):
        ExportRun.objects.filter(pk=run.pk).delete()
        if run.file and not dry:
            transaction.on_commit(partial(run.file.storage.delete, str(run.file.name)), robust=True)


def _clean_sessions(mask: Mask) -> None:
    """Take sentences that were to be shown next out of sessions where they name the person."""
    if not mask:
        return
    store = SessionStore()
    for session in Session.objects.all().iterator(500):
        data = store.decode(session.session_data)
        if mask.is_in(str(data)):
            Session.objects.filter(pk=session.pk).update(
                session_data=store.encode(mask.value(data))
            )


places.register_room(
    "portal",
    Room(
        widen=_widen, words=_words, find=_find, named=_named, seek=_seek, due=_due, finish=_finish,
        lately=_lately,
    ),
)  # fmt: skip
places.declare(
    Place(
        model=IncomingMail,
        label=_("Mails"),
        of=_mails,
        blank={
            "sender": MARK, "sender_name": MARK, "sender_hash": "", "sender_masked": MARK,
            "subject": MARK, "body": MARK, "message_id": "", "in_reply_to": "", "references": "",
            "tags": "",
        },
        masked=("subject",),
        sealed=("sender_name", "body"),
        kept=dict.fromkeys(("identity", "taken_kind", "taken_key"), MACHINE),
        hidden=("identity", "uid", "taken_kind", "taken_key"),
    ),
    Place(
        model=IncomingFile,
        label=_("Files of mails"),
        of=lambda subject: Q(
            mail__in=IncomingMail.objects.filter(_mails(subject)).values("pk")
        ),
        drop=True,
        file="file",
        name="name",
        masked=("name",),
        kept=dict.fromkeys(("kind", "sha256", "refused"), MACHINE),
    ),
)  # fmt: skip
other_files(REFERENCES, "audit")
other_files("counts only", "figures")
places.mask(
    ImportRun,
    "filename",
    "messages",
    kept=dict.fromkeys(("kind", "sha256"), MACHINE)
    | {"file": "is deleted when somebody is erased"},
)
places.mask(Notice, "params", kept=dict.fromkeys(("key", "kind", "subject"), MACHINE))
places.mask(
    OutboxMessage, "params", kept=dict.fromkeys(("key", "kind", "subject", "last_error"), MACHINE)
)
places.declare(Place(model=KeptDraft, sealed=("text",), kept={"place": MACHINE}))
places.mask(SavedView, "name", "query", coded=("query",), kept={"page": MACHINE})
places.mask(LogEntry, "object_repr", "change_message", kept={"object_id": MACHINE})
places.keep(
    "rows of customers' data are deleted when somebody is erased",
    ExportRun,
    "kind",
    "ending",
    "filters",
    "file",
)
places.keep(
    REFERENCES,
    AuditEntry,
    "origin",
    "verb",
    "target_type",
    "target_id",
    "target_label",
    "before",
    "after",
)
places.keep("names nobody: keys and keyed hashes", Erasure, "reference", "counts", "stores")
places.keep("names nobody: keys and keyed hashes", ErasedKey, "kind", "key", "mark")
places.keep(
    "sentences that name the person are taken out of it", Session, "session_key", "session_data"
)
places.keep(PEOPLE, User, "password", "username", "first_name", "last_name", "email", "home")
places.keep(PEOPLE, Mailbox, "name", "host", "username", "password", "folder", "last_error")
places.keep(PEOPLE, Robot, "name", "address")
places.keep(PEOPLE, ApiToken, "name", "digest", "hint", "scopes")
places.keep(PEOPLE, Webhook, "name", "address", "secret", "events", "store_ids")
places.keep(PEOPLE, OwnWords, "topic", "text_zh", "text_en")
places.keep(MACHINE, ChannelRule, "topic")
places.keep(MACHINE, ChannelChoice, "topic")
places.mask(SetupMark, "reason", kept={"code": MACHINE})
places.keep(MACHINE, Heartbeat, "name", "detail")
places.keep(MACHINE, Submission, "result")
places.keep("keyed hashes, deleted after a day", Throttle, "key")
places.keep(MACHINE, Permission, "name", "codename")
places.keep(MACHINE, Group, "name")
places.keep(MACHINE, ContentType, "app_label", "model")
places.keep(SIGN_IN, EmailAddress, "email")
places.keep(SIGN_IN, EmailConfirmation, "key")
places.keep(SIGN_IN, Authenticator, "data")
places.keep(SIGN_IN, UserSession, "ip", "session_key", "user_agent", "data")
places.keep(
    SIGN_IN, AccessFailureLog, "user_agent", "ip_address", "username", "http_accept", "path_info"
)
places.keep(
    SIGN_IN,
    AccessAttempt,
    "user_agent",
    "ip_address",
    "username",
    "http_accept",
    "path_info",
    "get_data",
    "post_data",
)
places.keep(
    SIGN_IN,
    AccessLog,
    "user_agent",
    "ip_address",
    "username",
    "http_accept",
    "path_info",
    "session_hash",
)
