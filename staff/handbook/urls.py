from django.urls import path

from staff.handbook.views import announcements, articles, writing

urlpatterns = [
    path("handbook/", articles.index, name="handbook"),
    path("handbook/articles/new/", writing.add, name="article_new"),
    path("handbook/articles/<int:pk>/", articles.page, name="article"),
    path("handbook/articles/<int:pk>/versions/", articles.versions, name="article_versions"),
    path("handbook/articles/<int:pk>/edit/", writing.edit, name="article_edit"),
    path("handbook/articles/<int:pk>/check", writing.check, name="article_check"),
    path("handbook/articles/<int:pk>/copied", writing.copied, name="article_copied"),
    path("handbook/articles/<int:pk>/no-help", writing.no_help, name="article_no_help"),
    path("handbook/articles/<int:pk>/archive", writing.archive, name="article_archive"),
    path("handbook/articles/<int:pk>/restore", writing.restore, name="article_restore"),
    path("handbook/announcements/", announcements.index, name="announcements"),
    path("handbook/announcements/new/", announcements.add, name="announcement_new"),
    path("handbook/announcements/<int:pk>/", announcements.page, name="announcement"),
    path("handbook/announcements/<int:pk>/edit/", announcements.edit, name="announcement_edit"),
    path(
        "handbook/announcements/<int:pk>/readers/",
        announcements.readers,
        name="announcement_readers",
    ),
    path(
        "handbook/announcements/<int:pk>/confirm",
        announcements.confirm,
        name="announcement_confirm",
    ),
    path(
        "handbook/announcements/<int:pk>/withdraw",
        announcements.withdraw,
        name="announcement_withdraw",
    ),
    path("handbook/tile/announcements/", announcements.tile, name="tile_announcements"),
]
