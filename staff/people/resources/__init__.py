"""Import and export of people and stores."""

from staff.people.resources.people import PEOPLE
from staff.people.resources.stores import STORES

__all__ = ["PEOPLE", "STORES"]
