from django.urls import path, register_converter

from staff.daily.views import correcting, desk, lists, period, reports, shifts, tiles
from staff.rulebook.urls import VersionDay

register_converter(VersionDay, "serviceday")

urlpatterns = [
    path("daily/", lists.index, name="daily"),
    path("daily/list/", lists.listed, name="daily_list"),
    path("daily/write/<serviceday:day>/", desk.write, name="daily_write"),
    path("daily/write/<serviceday:day>/save/", desk.save, name="daily_save"),
    path("daily/questions/", reports.questions, name="daily_questions"),
    path("daily/questions/<int:pk>/", reports.question, name="daily_question"),
    path("daily/shifts/", shifts.index, name="daily_shifts"),
    path("daily/shifts/<int:team>/<serviceday:day>/<slug:code>/", shifts.shift, name="daily_shift"),
    path(
        "daily/shifts/<int:team>/<serviceday:day>/<slug:code>/remind/",
        shifts.remind,
        name="daily_remind",
    ),
    path("daily/period/", period.period, name="daily_period"),
    path("daily/tiles/mine/", tiles.mine, name="tile_daily"),
    path("daily/tiles/team/", tiles.team, name="tile_daily_team"),
    path("daily/tiles/hand-over/", tiles.hand_over, name="tile_handover"),
    path("daily/<int:pk>/", reports.report, name="daily_report"),
    path("daily/<int:pk>/correct/", correcting.correct, name="daily_correct"),
]
