"""The door to the pages of the rooms."""

from staff.attendance.urls import urlpatterns as attendance
from staff.people.urls import urlpatterns as people
from staff.roster.urls import urlpatterns as roster

app_name = "staff"

urlpatterns = [*people, *roster, *attendance]
