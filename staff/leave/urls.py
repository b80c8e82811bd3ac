from django.urls import path

from staff.leave import views

urlpatterns = [
    path("leave/", views.index, name="leave"),
    path("leave/ask/", views.ask, name="leave_ask"),
    path("leave/consequence/", views.consequence, name="leave_consequence"),
    path("leave/waiting/", views.waiting, name="leave_waiting"),
    path("leave/calendar/", views.calendar, name="leave_calendar"),
    path("leave/list/", views.listed, name="leave_list"),
    path("leave/tile/", views.tile, name="tile_leave"),
    path("leave/of/<str:number>/<str:day>/", views.of_day, name="leave_of_day"),
    path("leave/rest/<str:number>/<str:text>/", views.rest_days, name="rest_days"),
    path("leave/<int:pk>/", views.shown, name="leave_request"),
    path("leave/<int:pk>/decide/", views.decide, name="leave_decide"),
    path("leave/<int:pk>/withdraw/", views.withdraw, name="leave_withdraw"),
]
