"""The door to the pages of the rooms."""

from staff.attendance.urls import urlpatterns as attendance
from staff.daily.urls import urlpatterns as daily
from staff.handbook.urls import urlpatterns as handbook
from staff.incentives.urls import urlpatterns as incentives
from staff.leave.urls import urlpatterns as leave
from staff.people.urls import urlpatterns as people
from staff.roster.urls import urlpatterns as roster
from staff.rulebook.urls import urlpatterns as rulebook

app_name = "staff"

urlpatterns = [
    *people,
    *roster,
    *attendance,
    *leave,
    *daily,
    *incentives,
    *rulebook,
    *handbook,
]
