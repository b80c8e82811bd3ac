"""The words for what the audit log records. An app adds its own verbs when it is ready."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_verbs: dict[str, str | Promise] = {
    "outbox.try_again": _("Undeliverable message tried again"),
    "token.made": _("API token made"),
    "token.revoked": _("API token revoked"),
    "webhook.added": _("Webhook added"),
    "webhook.changed": _("Webhook changed"),
    "webhook.removed": _("Webhook removed"),
    "webhook.resumed": _("Webhook resumed"),
    "webhook.secret": _("Secret of a webhook renewed"),
    "webhook.tested": _("Webhook tested"),
    "robot.added": _("Group robot added"),
    "robot.changed": _("Group robot changed"),
    "mailbox.added": _("Mailbox added"),
    "mailbox.changed": _("Mailbox changed"),
    "mailbox.read_now": _("Mailbox read on demand"),
    "account.signed_in": _("Signed in"),
    "account.sign_in_failed": _("Sign-in failed"),
    "account.locked_out": _("Locked out after failed tries"),
    "account.signed_out": _("Signed out"),
    "account.password_changed": _("Password changed"),
    "account.password_reset": _("Password reset"),
    "account.factor_added": _("Second factor set up"),
    "account.factor_removed": _("Second factor removed"),
    "account.codes_renewed": _("Recovery codes renewed"),
    "account.sign_in_ended": _("Sign-in ended"),
    "import.confirmed": _("Import given the go-ahead"),
    "import.discarded": _("Upload discarded"),
    "import.done": _("File imported"),
    "export.done": _("Data exported"),
    "privacy.exported": _("Personal data given out"),
    "privacy.erased": _("Personal data erased"),
    "notices.plan_changed": _("Weekly digest changed"),
    "notices.rule_changed": _("Rule for notices changed"),
    "notices.words_changed": _("Words of the department changed"),
    "setup.begun": _("First administrator made"),
    "setup.confirmed": _("Check-list: fits as it is"),
    "setup.left_out": _("Check-list: not needed"),
    "setup.reopened": _("Check-list: needed after all"),
}


def add_verbs(verbs: Mapping[str, str | Promise]) -> None:
    """Give words to the verbs of an app; called from `AppConfig.ready`."""
    _verbs.update(verbs)


def verb(code: str) -> str | Promise:
    """Return the words for a verb, or its code where nobody gave it words."""
    return _verbs.get(code, code)


def verbs() -> Mapping[str, str | Promise]:
    return _verbs


MAILBOX_PROBLEMS: dict[str, Promise] = {
    "sign_in": _("The mail server refuses the user name or the password."),
    "no_line": _("The mail server cannot be reached. Please check its name and port."),
    "timeout": _("The mail server does not answer in time."),
    "certificate": _("The mail server's certificate is not trusted."),
    "folder": _("The mail server knows no such folder."),
    "protocol": _("The mail server answers in a way that is not understood."),
    "sealed": _("The stored password cannot be opened. Please type it again."),
    "unknown": _("Something unexpected happened while reading; the log says more."),
}


def mailbox_problem(code: str) -> str | Promise:
    """Return the sentence for why a mailbox cannot be read; empty for none."""
    return MAILBOX_PROBLEMS.get(code, MAILBOX_PROBLEMS["unknown"]) if code else ""


TARGETS: dict[str, Promise] = {
    "not_an_address": _("This is not an address that can be posted to."),
    "not_https": _("The address must begin with https://."),
    "private": _("This address lies in a private network; nothing is posted there."),
}
