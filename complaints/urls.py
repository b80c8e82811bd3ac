from django.urls import path

from complaints.views import (
    assigning,
    case_forms,
    case_page,
    cases,
    clocks,
    customers,
    followup_page,
    followups,
    liability,
    liability_proposals,
)

app_name = "complaints"

case_lists = [
    path("", cases.index, name="list"),
    path("create/", case_forms.create, name="create"),
    path("create/choose", case_forms.choose, name="choose"),
    path("create/find", customers.find, name="find"),
    path("give", cases.give, name="give"),
    path("waits/", clocks.waits, name="waits"),
    path("tiles/mine", cases.tile_cases, name="tile_cases"),
    path("tiles/unowned", cases.tile_unowned, name="tile_unowned"),
]
customer_pages = [
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("orders/", customers.orders, name="orders"),
    path("orders/<int:pk>/", customers.order, name="order"),
    path("orders/<int:pk>/edit/", customers.edit_order, name="edit_order"),
]
followup_urls = [
    path("followups/", followups.index, name="followups"),
    path("followups/give", followups.hand_over_many, name="hand_over_many"),
    path("followups/assign", assigning.assign, name="assign"),
    path("followups/assign/many", assigning.assign, name="assign_many"),
    path("followups/assign/presence", assigning.presence, name="presence"),
    path("followups/offers/", followups.offers, name="offers"),
    path("followups/tiles/mine", followups.tile_followups, name="tile_followups"),
    path("followups/tiles/team", followups.tile_team, name="tile_team"),
    path("followups/tiles/offers", followups.tile_offers, name="tile_offers"),
    path("followups/<str:number>/", followup_page.followup, name="followup"),
    path("followups/<str:number>/finish", followup_page.finish, name="finish"),
    path("followups/<str:number>/reschedule", followup_page.reschedule, name="reschedule"),
    path("followups/<str:number>/give", followup_page.hand_over, name="hand_over"),
    path("followups/<str:number>/undo", followup_page.undo_finish, name="undo_finish"),
]
liability_pages = [
    path("liabilities/", liability.index, name="liabilities"),
    path("liabilities/create/", liability_proposals.propose, name="propose_liability"),
    path("liabilities/tile", liability.tile, name="tile_liabilities"),
    path("liabilities/<int:pk>/", liability.liability, name="liability"),
    path("liabilities/<int:pk>/decide", liability.decide, name="decide_liability"),
    path("liabilities/<int:pk>/overturn", liability.overturn, name="overturn_liability"),
    path("orders/<int:pk>/chase", liability_proposals.chase, name="chase"),
]
case_pages = [  # last: a number may stand where another page has its name
    path("<str:number>/", case_page.case, name="case"),
    path("<str:number>/edit/", case_forms.edit, name="edit"),
    path("<str:number>/timeline", case_page.timeline, name="timeline"),
    path("<str:number>/note", case_page.add_note, name="note"),
    path("<str:number>/attach", case_page.attach, name="attach"),
    path("<str:number>/files/<int:pk>", case_page.download, name="download"),
    path("<str:number>/files/<int:pk>/remove", case_page.remove_file, name="remove_file"),
    path("<str:number>/acknowledge", clocks.acknowledge, name="acknowledge"),
    path("<str:number>/answer", clocks.answer, name="answer"),
    path("<str:number>/wait", clocks.wait, name="wait"),
    path("<str:number>/resume", clocks.resume, name="resume"),
    path("<str:number>/watch", case_page.watch, name="watch"),
    path("<str:number>/take", case_page.take, name="take"),
    path("<str:number>/owner", case_page.set_owner, name="set_owner"),
    path("<str:number>/show/<str:what>", case_page.show, name="show"),
]

urlpatterns = [*case_lists, *customer_pages, *followup_urls, *liability_pages, *case_pages]
