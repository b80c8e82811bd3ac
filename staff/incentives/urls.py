from django.urls import path

from staff.incentives.views import targets

urlpatterns = [
    path("targets/", targets.index, name="targets"),
    path("targets/create/", targets.create, name="target_create"),
    path("targets/tile", targets.tile, name="tile_targets"),
    path("targets/<int:pk>/", targets.target, name="target"),
    path("targets/<int:pk>/rows", targets.rows, name="target_rows"),
    path("targets/<int:pk>/edit/", targets.edit, name="target_edit"),
    path("targets/<int:pk>/withdraw", targets.withdraw, name="target_withdraw"),
]
