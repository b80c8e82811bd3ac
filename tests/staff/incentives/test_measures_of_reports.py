"""Conversion and inquiries, measured from the daily reports (INC-2, DAY-1)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.period import Month
from staff.daily.enums import Figure, ReportState
from staff.daily.queries import known
from staff.incentives.enums import Measure
from staff.incentives.policies.targets import SCALES, figure_of
from staff.incentives.queries import measures, targets
from staff.people.enums import Post
from staff.rulebook import queries as rulebook
from tests.factories.daily import DailyReportFactory, ReportFigureFactory
from tests.factories.incentives import TargetFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def them():
    return Department()


def report(person, day, inquiries, won=None, *, post=Post.PRESALE, **more):
    made = DailyReportFactory(person=person, day=day, post=post, **more)
    ReportFigureFactory(report=made, figure=Figure.INQUIRIES, value=inquiries)
    if won is not None:
        ReportFigureFactory(report=made, figure=Figure.ORDERS_WON, value=won)
    return made


def figure(measure, *people):
    desk = rulebook.timetable()
    asked = measures.Asked(
        person_ids={one.pk for one in people}, store_ids=set(),
        since=known.end_of(date(2026, 9, 30), desk), until=known.end_of(OCTOBER.last_day, desk),
    )  # fmt: skip
    found = figure_of(measures.rows_of(measure, asked), SCALES[measure])
    return found and found.value


def test_conversion_is_orders_won_of_inquiries_of_presale_reports(them):
    report(them.mate, date(2026, 10, 1), 40, 10)
    report(them.mate, OCTOBER.last_day, 60, 31)  # the last night counts
    report(them.mate, date(2026, 11, 1), 10, 10)
    report(them.mate, date(2026, 10, 3), 0, 0)
    report(them.stranger, date(2026, 10, 1), 10, 10)
    report(them.agent, date(2026, 10, 1), 100, 0, post=Post.POSTSALE)
    assert figure(Measure.CONVERSION, them.mate, them.agent) == 4100
    assert figure(Measure.CONVERSION, them.agent) is None
    assert figure(Measure.INQUIRIES, them.mate, them.agent) == 20000


@pytest.mark.parametrize(("won", "share"), [(None, 0), (0, 0), (1, 3333), (3, 10000), (9, 10000)])
def test_a_share_is_exact_and_never_above_the_whole(them, won, share):
    report(them.mate, date(2026, 10, 9), 3, won)
    assert figure(Measure.CONVERSION, them.mate) == share


def test_a_report_that_is_not_filed_counts_nowhere(them):
    draft = report(them.mate, date(2026, 10, 9), 3, 1)
    type(draft).objects.update(state=ReportState.DRAFT, filed_at=None)
    assert figure(Measure.CONVERSION, them.mate) is None


def test_a_target_of_conversion_stands_where_the_reports_say(them):
    report(them.mate, date(2026, 10, 9), 50, 20)
    target = TargetFactory(person=them.mate, measure=Measure.CONVERSION, goal=4000)
    found = targets.standings([target], people={}, now=NOW)[target.pk, them.mate.pk]
    assert (found.figure.value, found.reached) == (4000, True)
