"""Pages of the shell."""

from portal.views.api_docs import api_docs, openapi
from portal.views.audit import audit
from portal.views.choices import notice_choices, notice_rules, notice_words
from portal.views.drafts import typed as drafts
from portal.views.exports import export_delete, export_file, export_kind, export_run, template
from portal.views.figures import figure_export, figure_rows, figure_tile, tile_figures
from portal.views.figures import index as figures
from portal.views.health import live, ready
from portal.views.home import home, search
from portal.views.language import language
from portal.views.mailboxes import mailbox, mailbox_new, mailbox_read, mailboxes
from portal.views.notices import notice, notices, poll, read
from portal.views.outbox import outbox, retry
from portal.views.piles import pile, tile_pile
from portal.views.privacy import (
    privacy,
    privacy_erase,
    privacy_erasure,
    privacy_export,
    privacy_person,
)
from portal.views.saved import delete as delete_view
from portal.views.saved import save as save_view
from portal.views.setup import setup, setup_mark, setup_put_away, setup_tile
from portal.views.tokens import index as tokens
from portal.views.tokens import revoke as token_revoke
from portal.views.transfers import (
    transfer_act,
    transfer_rejections,
    transfer_run,
    transfers,
    upload,
)
from portal.views.webhooks import act as webhook_act
from portal.views.webhooks import index as webhooks
from portal.views.webhooks import new as webhook_new
from portal.views.webhooks import webhook

__all__ = [
    "api_docs",
    "audit",
    "delete_view",
    "drafts",
    "export_delete",
    "export_file",
    "export_kind",
    "export_run",
    "figure_export",
    "figure_rows",
    "figure_tile",
    "figures",
    "home",
    "language",
    "live",
    "mailbox",
    "mailbox_new",
    "mailbox_read",
    "mailboxes",
    "notice",
    "notice_choices",
    "notice_rules",
    "notice_words",
    "notices",
    "openapi",
    "outbox",
    "pile",
    "poll",
    "privacy",
    "privacy_erase",
    "privacy_erasure",
    "privacy_export",
    "privacy_person",
    "read",
    "ready",
    "retry",
    "save_view",
    "search",
    "setup",
    "setup_mark",
    "setup_put_away",
    "setup_tile",
    "template",
    "tile_figures",
    "tile_pile",
    "token_revoke",
    "tokens",
    "transfer_act",
    "transfer_rejections",
    "transfer_run",
    "transfers",
    "upload",
    "webhook",
    "webhook_act",
    "webhook_new",
    "webhooks",
]
