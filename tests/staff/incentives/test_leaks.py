"""No path leads to somebody else's wage or statement (INC-8, §10): all pages, files and lists."""

import io
import re
import zipfile
import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from portal.models import AuditEntry, Notice
from portal.transfer import registry
from staff.incentives.enums import Reward
from staff.incentives.services import disputes, looking
from staff.people.services import places
from staff.roster.services import feeds
from tests.access import ACCESS
from tests.architecture.test_access import client_of, make_scene
from tests.factories.incentives import TargetFactory
from tests.factories.staff import SalaryFactory
from tests.staff.incentives.staging import OCTOBER, published, settled, statement, works

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
OTHERS = ("mate", "lead", "stranger", "other_lead", "administrator")
REASON, ANSWER = "打卡机当天坏了没人修", "核实过了照样撤销"
BASE, PROMISED = 7531900, 4711300
TOKENS = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+|nonce-[^"]+')


def written(fen):
    """Every way in which an amount is written on a page or in a file."""
    yuan = Decimal(abs(fen)) / 100
    return {f"{yuan:.2f}", f"{yuan:,.2f}", str(abs(fen)), f">{yuan.normalize():f}<"}


@pytest.fixture
def secrets():
    """The agent's month with an odd wage, an absence, a dispute and an answer; what tells of it."""
    with time_machine.travel(NOW, tick=False):
        scene = make_scene()
        works(scene.agent, "2026-10", without=(8, 9), late={12: 11})
        for who in (scene.mate, scene.lead, scene.deputy, scene.supervisor):
            SalaryFactory(person=who, base_fen=600000)
        places.set_salary(
            person_id=scene.agent.pk, base_fen=BASE, from_day=scene.agent.hired_on,
            actor=scene.supervisor.user, now=NOW,
        )  # fmt: skip
        TargetFactory(
            person=scene.agent, set_by=scene.deputy, reward=Reward.MONEY, reward_fen=PROMISED,
            first_day=date(2026, 10, 1), last_day=date(2026, 12, 31),
        )  # fmt: skip
        settled(now=NOW)
        published(now=NOW)
        row = next(row for row in statement(scene.agent).lines if row.line.rule == "ATT-8")
        made = disputes.dispute(OCTOBER, person=scene.agent, line=row.named, reason=REASON, now=NOW)
        said = disputes.Answer(reverse=True, by=scene.deputy, text=ANSWER)
        disputes.answer(made.pk, said=said, now=NOW)
        looking.look(made.settlement, person=scene.agent, actor=scene.deputy.user, now=NOW)
        found = statement(scene.agent)
        scene.marks = {REASON, ANSWER}.union(
            *(written(fen) for fen in (BASE, found.wage, found.total, PROMISED)),
            *(written(each.line.amount) for each in found.payroll if each.line.rule == "ATT-8"),
        )
        scene.allowed = set()
        yield scene


def text_of(response):
    """What an answer says, in a workbook and in a paper too."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in parts.namelist())
    if body[:4] == b"%PDF":
        body += b"".join(
            zlib.decompress(part.split(b"endstream")[0].strip(b"\r\n"))
            for part in body.split(b"stream")[1::2]
            if part.strip(b"\r\n")[:1] == b"\x78"
        )
    return body.decode("utf-8", errors="replace")


def leaks(secrets, response):
    said = text_of(response)
    return sorted(mark for mark in secrets.marks - secrets.allowed if mark in said)


def test_the_marks_are_found_where_they_may_be_seen(secrets):
    client = client_of(secrets, "deputy")
    number = secrets.agent.number
    shown = client.get(reverse("staff:pay_person", args=[number]), {"month": "2026-10"})
    assert f"{BASE // 100:,}.00" in text_of(shown)
    assert leaks(secrets, client.get(export("ledger", "xlsx")))
    assert leaks(secrets, client.get(export("statements", "json")))
    assert leaks(secrets, client.get(export("people", "csv")))


def visitor(secrets, role):
    """Somebody who asks; the administrator edits targets and sees what is promised (§10)."""
    secrets.allowed = written(PROMISED) if role == "administrator" else set()
    return client_of(secrets, role)


def export(kind, ending):
    query = urlencode({"format": ending, "month": "2026-10"})
    return reverse("portal:export_kind", args=[kind]) + f"?{query}"


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_gives_away_a_wage(secrets, role):
    client = visitor(secrets, role)
    found = {}
    for name, lines in ACCESS.items():
        for line in lines:
            if line.method != "get":
                continue
            url = reverse(name, args=line.args(secrets))
            asked = {"month": "2026-10", "q": secrets.agent.number}
            for query in (line.data(secrets), asked):
                if told := leaks(secrets, client.get(url, query)):
                    found[name] = told
    assert found == {}


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_no_file_gives_away_a_wage(secrets, role, ending):
    client = visitor(secrets, role)
    kinds = [kind.name for kind in registry.kinds() if kind.export]
    assert {"people", "statements", "ledger", "targets"} <= set(kinds)
    found = {
        kind: told for kind in kinds if (told := leaks(secrets, client.get(export(kind, ending))))
    }
    assert found == {}


@pytest.mark.parametrize("role", OTHERS)
def test_the_search_finds_no_amount_and_no_reason(secrets, role):
    client = client_of(secrets, role)
    for asked in (secrets.agent.number, secrets.agent.name, REASON, "75319", "ATT-8"):
        response = client.get(reverse("portal:search"), {"q": asked})
        told = set(leaks(secrets, response)) - {asked}
        assert told == set(), asked


def test_the_log_and_the_notices_hold_no_amount(secrets):
    for entry in AuditEntry.objects.all():
        told = f"{entry.before} {entry.after}"
        assert [mark for mark in secrets.marks if mark in told] == [], entry.verb
    for notice in Notice.objects.all():
        assert [mark for mark in secrets.marks if mark in str(notice.params)] == [], notice.kind
    for role in ("mate", "lead"):
        person = getattr(secrets, role)
        told = Notice.objects.filter(receiver=person.user, kind__startswith="settlement.")
        assert not [row for row in told if secrets.agent.number in str(row.params)]


def test_a_saved_file_of_another_does_not_exist(secrets):
    secrets.export.actor = secrets.deputy.user
    secrets.export.kind = "statements"
    secrets.export.save()
    for role in OTHERS:
        client = client_of(secrets, role)
        for name in ("export_run", "export_file"):
            url = reverse(f"portal:{name}", args=[secrets.export.pk])
            assert client.get(url).status_code == 404, (role, name)


@pytest.mark.parametrize("role", OTHERS)
def test_no_count_tells_of_statements_of_others(secrets, role):
    client = client_of(secrets, role)
    pages = [reverse("staff:pay"), reverse("portal:tile_open"), reverse("portal:home")]
    told = [client.get(page) for page in pages]
    open_one = next(row for row in statement(secrets.agent).lines if row.line.rule == "ATT-2")
    disputes.dispute(OCTOBER, person=secrets.agent, line=open_one.named, reason="x", now=NOW)
    again = [client.get(page) for page in pages]
    assert [TOKENS.sub("", text_of(each)) for each in again] == [
        TOKENS.sub("", text_of(each)) for each in told
    ]


def test_a_subscribed_calendar_says_nothing_of_pay(secrets):
    for role in ("agent", "mate", "lead"):
        client = client_of(secrets, role)
        person = getattr(secrets, role)
        token = feeds.renew_feed(actor=person.user, person=person, now=NOW)
        assert leaks(secrets, client.get(reverse("staff:feed", args=[token]))) == []
