"""The tables of the shell: users, audit, notices, outbox, imports, erasures."""

from portal.models.accounts import User
from portal.models.api import ApiCall, ApiToken, Webhook
from portal.models.audit import AuditEntry
from portal.models.choices import ChannelChoice, ChannelRule, DigestPlan, OwnWords
from portal.models.factors import SecondFactor
from portal.models.mail import IncomingFile, IncomingMail, Mailbox
from portal.models.notices import Notice, OutboxMessage, Robot
from portal.models.privacy import ErasedKey, Erasure, Masking
from portal.models.setup import SetupMark
from portal.models.shell import Heartbeat, KeptDraft, SavedView, Submission
from portal.models.throttle import Throttle
from portal.models.transfers import ExportRun, ImportRun

__all__ = [
    "ApiCall",
    "ApiToken",
    "AuditEntry",
    "ChannelChoice",
    "ChannelRule",
    "DigestPlan",
    "ErasedKey",
    "Erasure",
    "ExportRun",
    "Heartbeat",
    "ImportRun",
    "IncomingFile",
    "IncomingMail",
    "KeptDraft",
    "Mailbox",
    "Masking",
    "Notice",
    "OutboxMessage",
    "OwnWords",
    "Robot",
    "SavedView",
    "SecondFactor",
    "SetupMark",
    "Submission",
    "Throttle",
    "User",
    "Webhook",
]
