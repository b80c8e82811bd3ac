from django.urls import path

from staff.roster import views

urlpatterns = [
    path("shift/tile/", views.tile_shift, name="tile_shift"),
    path("shifts/<str:number>/", views.shifts, name="shifts"),
]
