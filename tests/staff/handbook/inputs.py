"""What hostile hands type."""

HOSTILE = [
    "\x00", "a\x00b", "9" * 400, "1_000", "١٢", "-1", "' OR 1=1 --", "2026-13-45", "0001-01-01",
]  # fmt: skip
