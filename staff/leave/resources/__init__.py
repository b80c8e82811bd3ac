"""Import and export of requests for leave (data-formats).

`columns` is the file and the kind, `rows` one row by itself, `fitting` the rows of a person
against each other and what is stored.
"""

from staff.leave.resources.columns import LEAVE

__all__ = ["LEAVE"]
