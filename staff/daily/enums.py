from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Figure(TextChoices):
    """The figures of a day (DAY-1), and two that the portal counts by itself."""

    INQUIRIES = "INQUIRIES", _("inquiries received")
    ORDERS_WON = "ORDERS_WON", _("orders won")
    UNPAID_CHASED = "UNPAID_CHASED", _("unpaid orders chased")
    UNPAID_WON = "UNPAID_WON", _("unpaid orders won back")
    CASES_OPENED = "CASES_OPENED", _("after-sale cases opened")
    CASES_CLOSED = "CASES_CLOSED", _("after-sale cases closed")
    REFUNDS = "REFUNDS", _("refunds")
    EXCHANGES = "EXCHANGES", _("exchanges")
    COMPLAINTS = "COMPLAINTS", _("complaints registered")
    FOLLOWUPS = "FOLLOWUPS", _("follow-ups done")


AFTER_SALE = (
    Figure.CASES_OPENED,
    Figure.CASES_CLOSED,
    Figure.REFUNDS,
    Figure.EXCHANGES,
    Figure.COMPLAINTS,
)
"""The figures that the lead checks one by one (DAY-2)."""


class Reason(TextChoices):
    """Why an inquiry did not become an order (DAY-2)."""

    PRICE = "PRICE", _("the price")
    COMPETITOR = "COMPETITOR", _("bought from somebody else")
    PROMOTION = "PROMOTION", _("waits for a promotion")
    STOCK = "STOCK", _("out of stock")
    UNFIT = "UNFIT", _("the product does not fit")
    SHIPPING = "SHIPPING", _("shipping: time or cost")
    TRUST = "TRUST", _("doubts about quality or reviews")
    SILENT = "SILENT", _("the customer did not answer again")
    SERVICE = "SERVICE", _("we answered too late or not well")
    OTHER = "OTHER", _("another reason")


class ReportState(TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("daily report", "being written")
    FILED = "FILED", _("filed")


class SummaryState(TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("daily report", "being written")
    SENT = "SENT", _("sent")


class ReminderStage(TextChoices):
    """When somebody is told that a report is missing."""

    BEFORE = "BEFORE", _("before the end of the shift")
    AFTER = "AFTER", _("after the end of the shift")
    LEAD = "LEAD", _("by the lead")


class Department(TextChoices):
    """Where a finding of the shift goes (DAY-2)."""

    OPERATIONS = "OPERATIONS", _("operations")
    PRODUCT = "PRODUCT", pgettext_lazy("department", "product")
