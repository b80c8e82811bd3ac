"""What the complaints app adds to the shell: notices, steps of the tick, navigation, tiles."""

from complaints.services import followups, reminders
from complaints.texts.followups import KINDS
from portal import notices, ticking


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    for kind in KINDS:
        notices.register(kind)
    ticking.register(
        ticking.Step("reminders", run=reminders.deliver_due, oldest_due=reminders.oldest_due)
    )
    ticking.register(
        ticking.Step("offers", run=followups.sweep_offers, oldest_due=lambda _now: None)
    )
