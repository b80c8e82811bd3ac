from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template import engines
from django.utils import timezone as django_timezone
from django.utils import translation

from portal.templatetags import when

NOW = datetime(2026, 11, 23, 4, 0, 30, tzinfo=UTC)  # 12:00:30 in the department
MINUTES = timedelta(minutes=1)


def render(source, **context):
    template = engines["django"].from_string("{% load when %}" + source)
    return template.render(context)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(0), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=1), "in 1 min"),
        (timedelta(minutes=24, seconds=30), "in 25 min"),
        (timedelta(minutes=25), "in 25 min"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(hours=2, minutes=5), "in 2 h 5 min"),
        (timedelta(hours=6), "today 18:00"),
        (timedelta(hours=12), "tomorrow 00:00"),
        (timedelta(days=2), "November 25 12:00"),
        (timedelta(days=60), "01/22/2027 12:00"),
        (-timedelta(minutes=5, seconds=59), "5 min ago"),
        (-timedelta(hours=3), "3 h ago"),
        (-timedelta(hours=11), "today 01:00"),
        (-timedelta(hours=13), "yesterday 23:00"),
    ],
)
def test_relative_says_moments_as_people_do(ahead, said):
    with translation.override("en"):
        assert when.relative(NOW + ahead, NOW) == said


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(0), "overdue just now"),
        (timedelta(minutes=95), "overdue by 1 h 35 min"),
        (timedelta(hours=47, minutes=59), "overdue by 47 h 59 min"),
        (timedelta(hours=48), "overdue by 2 days"),
    ],
)
def test_overdue_says_by_how_much(late, said):
    with translation.override("en"):
        assert when.overdue(NOW - late, NOW) == said


def test_when_writes_the_department_time_whatever_zone_is_active():
    with translation.override("en"), django_timezone.override(timezone(timedelta(hours=-7))):
        assert render("{% when moment now=now %}", moment=NOW + 25 * MINUTES, now=NOW) == (
            '<time class="when" datetime="2026-11-23T12:25:30+08:00"'
            ' title="Nov. 23, 2026, 12:25">in 25 min</time>'
        )


def test_when_marks_only_a_deadline_that_has_passed():
    shown = [
        "overdue" in render("{% when moment now=now deadline=True %}", moment=moment, now=NOW)
        for moment in (NOW - MINUTES, NOW, NOW + MINUTES)
    ]
    assert shown == [True, True, False]
    assert "overdue" not in render("{% when moment now=now %}", moment=NOW - MINUTES, now=NOW)


def test_when_takes_the_now_of_the_page():
    with translation.override("en"):
        assert "5 min ago" in render("{% when moment %}", moment=NOW - 5 * MINUTES, now=NOW)


def test_when_without_a_moment_is_a_dash():
    assert "–" in render("{% when moment %}", moment=None)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(None, ""), (0, "0"), (9999, "9,999"), (10_000, "10,000"), (10_001, "10,000+")],
)
def test_count_above_ten_thousand_is_not_counted_out(count, shown):
    with translation.override("en"):
        assert when.ten_thousand_plus(count) == shown


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "11/23/2026 10:00"), ("zh-hans", "2026年11月23日 10:00")],
)
def test_times_are_written_by_the_clock_of_a_day_in_both_languages(language, written):
    ten = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with translation.override(language):
        assert render('{{ moment|date:"SHORT_DATETIME_FORMAT" }}', moment=ten) == written
