"""What a figure says on the dashboard, of its rows, in a file and over the API."""

import csv
import io
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from portal import figures
from portal.period import Month
from staff.incentives.queries.statements import statements
from staff.people.access import scope_of
from staff.people.enums import Post
from staff.rulebook import queries as rulebook
from tests.api.calling import Caller
from tests.factories.complaints import (
    ComplaintFactory,
)
from tests.factories.staff import (
    AssignmentFactory,
    PunchFactory,
)

ZONE = ZoneInfo("Asia/Shanghai")
OCTOBER = Month(2026, 10)
NIGHT = datetime(2026, 11, 1, 0, 40, tzinfo=ZONE)  # the service day is the 31st of October
MORNING = datetime(2026, 11, 1, 9, 0, tzinfo=ZONE)
NOON = datetime(2026, 10, 15, 12, 0, tzinfo=ZONE)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)


def scope(person):
    return scope_of(person.user, today=timezone.localdate())


def asked(month=OCTOBER, **places):
    return figures.asked(month.span, now=NOW, **places)


def figure(code):
    return next(one for one in figures.every() if one.code == code)


def values(code, person, month=OCTOBER, **places):
    """Return what a figure says of each line, having held every line against its rows."""
    question = asked(month, **places)
    found = {}
    for line in figure(code).read(person and scope(person), question):
        rows = figure(code).rows(person and scope(person), question, line.code)
        assert line.value == sum(row.number for row in rows), (code, line.code)
        found[line.code] = line.value
    return found


def shown(client, code, person, month=OCTOBER):
    """Return what the tile shows of each line, by the way to its rows, and count these rows."""
    client.force_login(person.user)
    url = reverse("portal:figure_tile", args=[code])
    page = client.get(url, {"month": str(month)})
    assert page.status_code == 200
    found = {}
    for row in page.context["rows"]:
        if row["url"]:
            rows = client.get(row["url"])
            assert rows.context["sum"] == row["value"]
            found[row["url"].split("/")[-2]] = row["value"]
    return found


def called(code, person, month=OCTOBER):
    """Return what the API says of each line, having held every line against its rows there."""
    caller = Caller(person)
    days = f"since={month.first_day}&until={month.last_day}"
    answer = caller.get(f"/figures/{code}?{days}")
    assert answer.status_code == 200
    found = {}
    for line in answer.json()["lines"]:
        rows = caller.get(f"/figures/{code}/{line['line']}?{days}").json()
        assert rows["sum"] == line["value"] == sum(row["number"] for row in rows["rows"])
        found[line["line"]] = line["value"]
    return found


def everywhere(client, code, person, month=OCTOBER):
    """Return what dashboard, rows, export and API say alike of a figure, without the zeros."""
    found = some(values(code, person, month))
    assert shown(client, code, person, month) == found
    assert some(called(code, person, month)) == found
    if code != "pay.lines" and person.postings.get().post == Post.SUPERVISOR:
        # the command line sees everything; of statements that is more than those of people below
        file = exported(month)
        assert {line: file[code, line] for line in found} == found
    return found


def exported(month=OCTOBER):
    """Return what `manage.py export figures` writes, by figure and line."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    call_command("export", "figures", month=month.first_day, format="json", stdout=out)
    out.buffer.seek(0)
    return {(row["figure"], row["line"]): int(row["value"]) for row in json.load(out.buffer)}


def case(scene, at, **more):
    return ComplaintFactory(
        store=scene.store,
        registered_at=at,
        service_day=rulebook.service_day(at),
        changed_at=at,
        **more,
    )


def some(numbers):
    return {code: value for code, value in numbers.items() if value}


def _csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def evening(scene, day, *, late=0):
    """An evening shift that ends on the next day, with its punches."""
    begin = datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=17)
    shift = AssignmentFactory(
        person=scene.agent, team=scene.team, day=day, starts_at=begin, ends_at=begin + 8 * HOUR
    )
    PunchFactory(person=scene.agent, punched_at=begin + late * MINUTE)
    PunchFactory(person=scene.agent, punched_at=begin + 8 * HOUR)
    return shift


def rules_of_attendance():
    """Return how often the export of attendance names each red packet of the month."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    call_command("export", "attendance", month=OCTOBER.first_day, format="json", stdout=out)
    out.buffer.seek(0)
    found = [name.split(":")[0] for row in json.load(out.buffer) for name in row["result"].split()]
    return {name: found.count(name) for name in ("ATT-1", "ATT-2")}


def lines_of_statements(settlement):
    found = [row.line.rule for one in statements(settlement) for row in one.lines if row.stands]
    return {name: found.count(name) for name in ("ATT-1", "ATT-2")}


def counted_by_clicks(client, month, group):
    """Return what the page of figures says of each line, held against the lists behind it."""
    page = client.get(reverse("feedback:figures"), {"month": str(month), "by": group})
    found = {}
    for line in page.context["lines"]:
        numbers = {"url": line["now"].items, "bad_url": line["now"].bad}
        for way, number in numbers.items() if line["url"] else ():
            listed = client.get(f"{reverse('feedback:items')}?{line[way]}")
            assert listed.context["count"] == number, (group, line["label"], way)
        found[line["label"]] = line["now"].items, line["now"].bad
    return found
