from django.urls import path

from feedback.views import actions, channels, figures, inbox, item, rules

app_name = "feedback"

urlpatterns = [
    path("items/", inbox.index, name="items"),
    path("items/triage", inbox.triage_many, name="triage_many"),
    path("items/undo", inbox.undo, name="undo"),
    path("items/give", inbox.give, name="give"),
    path("items/<int:pk>/", item.page, name="item"),
    path("items/<int:pk>/triage", item.triage_one, name="triage"),
    path("items/<int:pk>/take", item.take, name="take"),
    path("items/<int:pk>/answer", item.answer, name="answer"),
    path("items/<int:pk>/complaint", item.to_complaint, name="to_complaint"),
    path("items/<int:pk>/praise/", item.praise, name="praise"),
    path("negative/", inbox.negative, name="negative"),
    path("tiles/inbox", inbox.tile, name="tile_inbox"),
    path("tiles/negative", inbox.tile_negative, name="tile_negative"),
    path("channels/", channels.index, name="channels"),
    path("channels/create/", channels.create, name="create_channel"),
    path("channels/<int:pk>/", channels.edit, name="channel"),
    path("rules/", rules.index, name="rules"),
    path("rules/create/", rules.create, name="create_rule"),
    path("rules/<int:pk>/", rules.edit, name="rule"),
    path("actions/", actions.index, name="actions"),
    path("actions/create/", actions.create, name="create_action"),
    path("actions/<int:pk>/", actions.page, name="action"),
    path("actions/<int:pk>/edit/", actions.edit, name="edit_action"),
    path("actions/<int:pk>/finish", actions.finish, name="finish_action"),
    path("figures/", figures.index, name="figures"),
]
