"""Numbers such as C20261008-0007: letter of the kind, service day, running number."""

import re
from datetime import date

NUMBER = re.compile(r"[CFI][0-9]{8}-[0-9]{4,9}", re.ASCII)


def case_number(letter: str, *, day: date, running: int) -> str:
    """Return the number of the `running`-th case of a service day (SHIFT-5)."""
    return f"{letter}{day:%Y%m%d}-{running:04}"
