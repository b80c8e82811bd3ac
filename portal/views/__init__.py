"""Pages of the shell."""

from portal.views.audit import audit
from portal.views.exports import export_delete, export_file, export_kind, export_run
from portal.views.health import live, ready
from portal.views.home import home, search
from portal.views.language import language
from portal.views.mailboxes import mailbox, mailbox_new, mailbox_read, mailboxes
from portal.views.notices import notice, notices, poll, read
from portal.views.outbox import outbox, retry
from portal.views.saved import delete as delete_view
from portal.views.saved import save as save_view
from portal.views.transfers import (
    transfer_act,
    transfer_rejections,
    transfer_run,
    transfers,
    upload,
)

__all__ = [
    "audit",
    "delete_view",
    "export_delete",
    "export_file",
    "export_kind",
    "export_run",
    "home",
    "language",
    "live",
    "mailbox",
    "mailbox_new",
    "mailbox_read",
    "mailboxes",
    "notice",
    "notices",
    "outbox",
    "poll",
    "read",
    "ready",
    "retry",
    "save_view",
    "search",
    "transfer_act",
    "transfer_rejections",
    "transfer_run",
    "transfers",
    "upload",
]
