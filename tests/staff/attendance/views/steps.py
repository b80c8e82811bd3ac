"""What the tests of these pages do again and again."""

from datetime import date

from tests.staff.attendance.record import at

DAY = date(2026, 11, 2)
NOW = at("2026-11-05 12:00")
HOSTILE = ["\x00", "\ud800", "9" * 40, "1_000", "١٢", "2026-13-45", "'; drop", "9999-12-31"]


def pick(someone, day="2026-11-02", side="IN"):
    return f"{someone.pk}:{day}:{side}"
