"""The door through which Celery finds the tasks of the rooms."""

from staff.incentives.tasks import run_settlement

__all__ = ["run_settlement"]
