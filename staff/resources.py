"""The door through which the portal finds the kinds of files of the rooms."""

from staff.people.resources import PEOPLE, STORES

__all__ = ["PEOPLE", "STORES"]
