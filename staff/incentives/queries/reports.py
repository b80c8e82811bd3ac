"""What daily reports bring to targets: conversion and inquiries (INC-2)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from staff.daily.enums import Figure
from staff.daily.models import DailyReport, ReportFigure
from staff.incentives.enums import Measure
from staff.incentives.policies.targets import HUNDRED_PERCENT, ONE_UNIT, MeasuredValue
from staff.incentives.queries.measures import Asked, written
from staff.people.enums import Post

DAY = timedelta(days=1)
Row = tuple[int, datetime, int, int, int]  # key, moment, person, inquiries, orders won


def _reported(asked: Asked, **narrowed: object) -> Iterator[Row]:
    """Give the filed reports of the people with inquiries, each at noon of its service day."""
    zone = timezone.get_default_timezone()
    figures = ReportFigure.objects.filter(report=OuterRef("pk"))
    rows = DailyReport.objects.filed().filter(
        person_id__in=asked.person_ids,
        day__gte=timezone.localdate(asked.since) - DAY,
        day__lte=timezone.localdate(asked.until),
        **narrowed,
    )
    found = rows.annotate(
        inquiries=Subquery(figures.filter(figure=Figure.INQUIRIES).values("value")[:1]),
        won=Subquery(figures.filter(figure=Figure.ORDERS_WON).values("value")[:1]),
    ).filter(inquiries__gt=0)
    for key, day, person, inquiries, won in found.values_list(
        "pk", "day", "person_id", "inquiries", "won"
    ):
        at = datetime.combine(day, time(12), zone).astimezone(UTC)
        if asked.since <= at < asked.until:
            yield key, at, person, inquiries, won or 0


def conversion(asked: Asked) -> Iterator[MeasuredValue]:
    """Give orders won of inquiries received, of pre-sale reports.

    A report is two rows, so that the share is exact: the inquiries that became orders count 100 %,
    the others 0 %. More orders than inquiries count as all of them.
    """
    for key, at, person, inquiries, won in _reported(asked, post=Post.PRESALE):
        url = reverse("staff:daily_report", args=[key])
        for name, value, weight in (
            ("won", HUNDRED_PERCENT, min(won, inquiries)),
            ("lost", 0, max(0, inquiries - won)),
        ):
            if weight:
                yield MeasuredValue(
                    key=f"{key}:{name}", at=at, value=value, weight=weight, person_id=person,
                    url=url,
                )  # fmt: skip


def inquiries(asked: Asked) -> Iterator[MeasuredValue]:
    """Give the inquiries of the reports, and what other systems wrote down."""
    for key, at, person, count, _won in _reported(asked):
        yield MeasuredValue(
            key=str(key), at=at, value=count * ONE_UNIT, person_id=person,
            url=reverse("staff:daily_report", args=[key]),
        )  # fmt: skip
    yield from written(Measure.INQUIRIES, asked)
