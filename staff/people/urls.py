from django.urls import path

from staff.people import views

urlpatterns = [
    path("people/", views.index, name="people"),
    path("people/<str:number>/", views.person, name="person"),
    path("chart/", views.chart, name="chart"),
    path("stores/", views.stores, name="stores"),
    path("export/<slug:kind>/", views.export, name="export"),
]
