from django.urls import include, path

from portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("poll", views.poll, name="poll"),
    path("search/", views.search, name="search"),
    path("notices/", views.notices, name="notices"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("i18n/", include("django.conf.urls.i18n")),
]
