"""The tables of the shell: users, audit, notices, outbox, imports."""

from portal.models.accounts import User
from portal.models.audit import AuditEntry
from portal.models.mail import IncomingFile, IncomingMail, Mailbox
from portal.models.notices import Notice, OutboxMessage, Robot
from portal.models.shell import Heartbeat, SavedView, Submission
from portal.models.throttle import Throttle
from portal.models.transfers import ExportRun, ImportRun

__all__ = [
    "AuditEntry",
    "ExportRun",
    "Heartbeat",
    "ImportRun",
    "IncomingFile",
    "IncomingMail",
    "Mailbox",
    "Notice",
    "OutboxMessage",
    "Robot",
    "SavedView",
    "Submission",
    "Throttle",
    "User",
]
