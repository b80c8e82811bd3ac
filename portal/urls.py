from django.urls import path

from portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("poll", views.poll, name="poll"),
    path("search/", views.search, name="search"),
    path("language/", views.language, name="language"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="read"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("audit/", views.audit, name="audit"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/retry/", views.retry, name="retry"),
    path("mailboxes/", views.mailboxes, name="mailboxes"),
    path("mailboxes/new/", views.mailbox_new, name="mailbox_new"),
    path("mailboxes/<int:pk>/", views.mailbox, name="mailbox"),
    path("mailboxes/<int:pk>/read/", views.mailbox_read, name="mailbox_read"),
    path("transfers/", views.transfers, name="transfers"),
    path("transfers/upload/", views.upload, name="upload"),
    path("transfers/export/<slug:name>/", views.export_kind, name="export_kind"),
    path("transfers/exports/<int:pk>/", views.export_run, name="export_run"),
    path("transfers/exports/<int:pk>/file", views.export_file, name="export_file"),
    path("transfers/exports/<int:pk>/delete", views.export_delete, name="export_delete"),
    path("transfers/<int:pk>/", views.transfer_run, name="transfer_run"),
    path("transfers/<int:pk>/act/", views.transfer_act, name="transfer_act"),
    path("transfers/<int:pk>/rejections/", views.transfer_rejections, name="transfer_rejections"),
    path("views/<slug:page>/save/", views.save_view, name="save_view"),
    path("views/<slug:page>/delete/", views.delete_view, name="delete_view"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]
