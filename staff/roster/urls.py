from django.urls import path

from staff.roster.views import cover, edits, exchange, feed, own, pages, shifts

urlpatterns = [
    path("shift/tile/", shifts.tile_shift, name="tile_shift"),
    path("shifts/<str:number>/", shifts.shifts, name="shifts"),
    path("roster/", pages.index, name="roster"),
    path("roster/print/", pages.printed, name="roster_print"),
    path("roster/day/", pages.day, name="roster_day"),
    path("roster/published/", pages.published, name="roster_published"),
    path("roster/colours.css", pages.colours, name="roster_colours"),
    path("roster/edit/", edits.edit, name="roster_edit"),
    path("roster/edit/<slug:name>/", edits.act, name="roster_act"),
    path("roster/undo/", edits.undo, name="roster_undo"),
    path("roster/copy/", edits.copy_week, name="roster_copy"),
    path("roster/rotate/", edits.rotate, name="roster_rotate"),
    path("roster/discard/", edits.discard, name="roster_discard"),
    path("roster/publish/", edits.publish, name="roster_publish"),
    path("roster/mine/", own.mine, name="roster_mine"),
    path("roster/mine/wish/", own.wish, name="roster_wish"),
    path("roster/mine/feed/", own.renew, name="roster_feed"),
    path("calendar/<str:token>.ics", feed.feed, name="feed"),
    path("roster/exchange/", exchange.index, name="roster_exchange"),
    path("roster/exchange/ask/", exchange.ask, name="roster_ask"),
    path("roster/exchange/<int:pk>/answer/", exchange.answer, name="roster_answer"),
    path("roster/exchange/<int:pk>/decide/", exchange.decide, name="roster_decide"),
    path("roster/open/<int:pk>/take/", exchange.take, name="roster_take"),
    path("roster/open/<int:pk>/close/", exchange.close, name="roster_close"),
    path("roster/cover/<int:pk>/", cover.cover, name="roster_cover"),
    path("roster/cover/<int:pk>/sick/", cover.sick, name="roster_sick"),
    path("roster/cover/<int:pk>/offer/", cover.offer, name="roster_offer"),
    path("roster/cover/<int:pk>/lead/", cover.stand_in, name="roster_stand_in"),
]
