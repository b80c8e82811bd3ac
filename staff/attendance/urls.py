from django.urls import path

from staff.attendance.views import simulation

urlpatterns = [
    path("policy/simulate/", simulation.simulate, name="simulate"),
    path("policy/lines/<slug:rule>/", simulation.lines, name="rule_lines"),
]
