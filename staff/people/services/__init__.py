"""Writes about people, their posts and salaries, stores, sign-ins and absences.

Every function is one transaction and writes the audit log. Amounts of salaries never stand in
the audit log, which the administrator reads (house rules §10); the history of the row has them.
"""

from staff.people.services.absences import AlreadyAway, Away, record_absence, withdraw_absence
from staff.people.services.bulk import PersonRow, StoreRow, import_people, import_stores, set_chiefs
from staff.people.services.places import (
    AgentAsChief,
    Circle,
    FirstPosting,
    NotEmployed,
    Place,
    SalaryInMonth,
    post_people,
    post_person,
    set_salary,
    withdraw_posting,
)
from staff.people.services.refusals import ChangedMeanwhile, Refused
from staff.people.services.staffing import (
    HasSignIn,
    NumberTaken,
    Personal,
    change_person,
    end_sign_ins,
    hire,
    leave_department,
    oldest_sign_in_due,
    open_sign_in,
    password_links,
)
from staff.people.services.stores import serve_store, withdraw_service

__all__ = [
    "AgentAsChief",
    "AlreadyAway",
    "Away",
    "ChangedMeanwhile",
    "Circle",
    "FirstPosting",
    "HasSignIn",
    "NotEmployed",
    "NumberTaken",
    "PersonRow",
    "Personal",
    "Place",
    "Refused",
    "SalaryInMonth",
    "StoreRow",
    "change_person",
    "end_sign_ins",
    "hire",
    "import_people",
    "import_stores",
    "leave_department",
    "oldest_sign_in_due",
    "open_sign_in",
    "password_links",
    "post_people",
    "post_person",
    "record_absence",
    "serve_store",
    "set_chiefs",
    "set_salary",
    "withdraw_absence",
    "withdraw_posting",
    "withdraw_service",
]
