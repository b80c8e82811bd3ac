from django.urls import path

from staff.attendance.views import makeups, own, packets, simulation, team, tiles

urlpatterns = [
    path("policy/simulate/", simulation.simulate, name="simulate"),
    path("policy/lines/<slug:rule>/", simulation.lines, name="rule_lines"),
    path("attendance/", own.mine, name="attendance"),
    path("attendance/clock/", own.clock, name="clock"),
    path("attendance/people/<str:number>/", own.person, name="attendance_person"),
    path("attendance/people/<str:number>/<str:day>/", own.day, name="attendance_day"),
    path("attendance/shifts/", team.index, name="attendance_list"),
    path("attendance/shifts/export/", team.export, name="attendance_export"),
    path("attendance/now/", team.board, name="board"),
    path("attendance/weeks/", team.weeks, name="weeks"),
    path("attendance/weeks/<int:team>/<str:day>/", team.week, name="week"),
    path("attendance/make-ups/", makeups.index, name="makeups"),
    path("attendance/make-ups/ask/", makeups.ask, name="ask_makeup"),
    path("attendance/make-ups/<int:pk>/decide/", makeups.decide, name="decide_makeup"),
    path("attendance/make-ups/<int:pk>/withdraw/", makeups.withdraw, name="withdraw_makeup"),
    path("attendance/red-packets/", packets.index, name="red_packets"),
    path("attendance/red-packets/pay/", packets.pay, name="pay_red_packets"),
    path("attendance/red-packets/<int:pk>/withdraw/", packets.withdraw, name="withdraw_payment"),
    path("attendance/tile/month/", tiles.month, name="tile_attendance"),
    path("attendance/tile/board/", tiles.board, name="tile_board"),
]
