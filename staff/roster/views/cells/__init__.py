"""The matrix of a month: its cells, counts and broken rules as text."""

from staff.roster.views.cells.matrix import Matrix, Sight, rows_of
from staff.roster.views.cells.names import is_chinese, name_of

__all__ = ["Matrix", "Sight", "is_chinese", "name_of", "rows_of"]
