from datetime import date

from django.urls import path, register_converter

from staff.rulebook import views
from staff.rulebook.views import habits


class VersionDay:
    """The day from which a version holds; what is no day is no address."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(VersionDay, "versionday")

urlpatterns = [
    path("policy/", views.index, name="policy"),
    path("policy/new/", views.new, name="policy_new"),
    path("policy/on/<versionday:day>/", views.on, name="policy_on"),
    path("policy/<versionday:day>/", views.version, name="policy_version"),
    path("policy/<versionday:day>/edit/", views.edit, name="policy_edit"),
    path("policy/<versionday:day>/withdraw/", views.withdraw, name="policy_withdraw"),
    path("policy/calendars/", views.calendars, name="calendars"),
    path("policy/habits/", habits.index, name="habits"),
    path("policy/calendars/<slug:code>/", views.calendar, name="calendar"),
    path("policy/calendars/<slug:code>/fill/", views.fill, name="calendar_fill"),
]
