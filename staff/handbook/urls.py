from django.urls import path, register_converter

from staff.handbook.views import announcements, articles, plans, rules, runs, training, writing
from staff.rulebook.urls import VersionDay

register_converter(VersionDay, "isoday")

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
    path("handbook/plans/", plans.index, name="plans"),
    path("handbook/plans/new/", plans.add, name="plan_new"),
    path("handbook/plans/<int:pk>/", plans.page, name="plan"),
    path("handbook/plans/<int:pk>/edit/", plans.edit, name="plan_edit"),
    path("handbook/plans/<int:pk>/archive", plans.archive, name="plan_archive"),
    path("handbook/plans/<int:pk>/trigger/", runs.trigger, name="plan_trigger"),
    path("handbook/plans/proposals/<int:pk>/dismiss", runs.dismiss, name="proposal_dismiss"),
    path("handbook/plans/tasks/<int:pk>/give", runs.give_task, name="plan_task_give"),
    path("handbook/plans/tasks/<int:pk>/done", runs.finish_task, name="plan_task_done"),
    path("handbook/runs/", runs.index, name="plan_runs"),
    path("handbook/runs/<int:pk>/", runs.page, name="plan_run"),
    path("handbook/runs/<int:pk>/end", runs.end, name="plan_run_end"),
    path("handbook/runs/<int:pk>/review", runs.review, name="plan_run_review"),
    path("handbook/rules/", rules.index, name="rules"),
    path("handbook/rules/<isoday:day>/", rules.version, name="rules_version"),
    path("handbook/rules/<isoday:day>/confirm", rules.confirm, name="rules_confirm"),
    path("handbook/rules/<isoday:day>/readers/", rules.readers, name="rules_readers"),
    path("handbook/courses/", training.index, name="courses"),
    path("handbook/courses/new/", training.add, name="course_new"),
    path("handbook/courses/<int:pk>/", training.page, name="course"),
    path("handbook/courses/<int:pk>/edit/", training.edit, name="course_edit"),
    path("handbook/courses/<int:pk>/archive", training.archive, name="course_archive"),
    path("handbook/courses/<int:pk>/record/", training.record, name="course_record"),
    path("handbook/completions/<int:pk>/withdraw", training.withdraw, name="completion_withdraw"),
    path("handbook/tile/announcements/", announcements.tile, name="tile_announcements"),
]
