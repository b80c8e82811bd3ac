import json
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from staff.people.enums import AbsenceKind
from staff.roster import services
from staff.roster.models import (
    Assignment,
    CalendarFeed,
    DraftCell,
    OpenShift,
    Publication,
    PublicationReceipt,
    RosterRule,
    ShiftType,
    Swap,
    Wish,
)
from staff.roster.services import Want
from tests.factories.roster import (
    OpenShiftFactory,
    PublicationReceiptFactory,
    RequirementFactory,
    WishFactory,
)
from tests.factories.staff import AbsenceFactory, AssignmentFactory, Department, PersonFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MONTH = date(2026, 12, 1)
HOSTILE = ["\x00", "1_000", "٣", "9" * 400, "-1", "1e9", "<script>"]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def them():
    return Department()


def kind(code="day"):
    return ShiftType.objects.get(code=code)


def address(name, them, **more):
    sent = {"team": them.team.pk, "month": "2026-12"} | more
    return f"{reverse(name)}?" + "&".join(f"{key}={value}" for key, value in sent.items())


def edit(client, them, *wants, raw=None):
    body = raw if raw is not None else json.dumps({"wants": list(wants)})
    return client.post(address("staff:roster_edit", them), body, content_type="application/json")


def want(person, day, *codes, **more):
    shifts = [kind(code).pk for code in codes]
    return {"person": person.pk, "day": f"2026-12-{day:02}", "shifts": shifts} | more


@pytest.mark.parametrize("people", [1, 3])
def test_the_matrix_costs_the_same_for_any_number_of_people(
    client, them, people, django_assert_num_queries
):
    for _ in range(people):
        one = PersonFactory(posting__team=them.team, posting__chief=them.lead)
        AssignmentFactory(person=one, team=them.team, day=MONTH)
        AbsenceFactory(person=one, day=MONTH)
        WishFactory(person=one, day=MONTH)
    RequirementFactory(team=them.team)
    client.force_login(them.lead.user)
    client.get(reverse("staff:roster_colours"))  # the first page of a day writes the session
    with django_assert_num_queries(15):
        response = client.get(address("staff:roster", them))
    assert response.content.count(b"<tr data-p=") == 3 + people


@pytest.mark.parametrize(("who", "sees"), [("lead", True), ("supervisor", True), ("mate", False)])
def test_drafts_wishes_and_reasons_are_for_those_who_draft(client, them, who, sees):
    AssignmentFactory(person=them.agent, team=them.team, day=MONTH)
    AbsenceFactory(person=them.agent, day=MONTH.replace(day=9), kind=AbsenceKind.SICK)
    WishFactory(person=them.agent, day=MONTH.replace(day=10))
    services.set_shifts(
        actor=them.lead.user, team_id=them.team.pk, month=MONTH, now=NOW,
        wants=[Want(person_id=them.agent.pk, day=MONTH, shifts=[kind("evening").pk])],
    )  # fmt: skip
    client.force_login(getattr(them, who).user)
    text = client.get(address("staff:roster", them), headers={"accept-language": "en"}).content
    text = text.decode()
    assert (f'id="c{them.agent.pk}-1" class="s{kind("evening").pk}' in text) == sees
    assert (f'id="c{them.agent.pk}-1" class="s{kind().pk}"' in text) != sees
    for word in ("wishes a day off", "sick", "roster.js", "not published"):
        assert (word in text) == sees, word


def test_names_of_people_and_shifts_are_escaped(client, them):
    them.agent.name = '<script>alert("1")</script>'
    them.agent.save()
    ShiftType.objects.filter(code="day").update(name_zh="<b>", name_en='"><i>')
    AssignmentFactory(person=them.agent, team=them.team, day=MONTH, is_lead=True)
    for who, page in ((them.lead, "staff:roster"), (them.mate, "staff:roster_print")):
        client.force_login(who.user)
        text = client.get(address(page, them)).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
        assert "<b>" not in text
        assert '"><i>' not in text


def test_an_edit_answers_with_what_changes(client, them):
    client.force_login(them.lead.user)
    answer = edit(client, them, want(them.agent, 5, "day", seen="")).json()
    assert list(answer["rows"]) == [str(them.agent.pk)]
    assert f'id="c{them.agent.pk}-5"' in answer["rows"][str(them.agent.pk)]
    assert set(answer["shares"]) == {str(one.pk) for one in (them.lead, them.agent, them.mate)}
    second = edit(client, them, want(them.agent, 5, "evening", seen=""))
    assert second.status_code == 422
    assert second.json()["said"]
    assert [row.turns[0][0] for row in DraftCell.objects.all()] == [kind().pk]


def test_a_shift_is_moved_in_one_act(client, them):
    client.force_login(them.lead.user)
    edit(client, them, want(them.agent, 5, "day"))
    edit(client, them, want(them.mate, 6, "day"), want(them.agent, 5))
    assert [(row.person_id, row.day.day) for row in DraftCell.objects.all()] == [(them.mate.pk, 6)]
    client.post(address("staff:roster_undo", them))
    assert DraftCell.objects.get().person == them.agent


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'{"wants": []}',
        b'{"wants": [1]}',
        b'{"wants": [{"person": true, "day": "2026-12-05", "shifts": []}]}',
        b'{"wants": [{"person": 1, "day": "2026-12-32", "shifts": []}]}',
        b'{"wants": [{"person": 1, "day": "2027-01-05", "shifts": []}]}',
        b'{"wants": [{"person": 1, "day": "2026-12-05", "shifts": ["1_0"]}]}',
        b'{"wants": [{"person": 1, "day": "2026-12-05", "shifts": [1,1,1,1,1]}]}',
        b'{"wants": [{"person": 1, "day": "2026-12-05", "shifts": [], "seen": 5}]}',
        b'{"wants": [{"person": 1.5, "day": "2026-12-05", "shifts": []}]}',
        b"\xff\xfe",
        b"[" * 3000,
    ],
)
def test_what_is_not_a_list_of_days_is_refused(client, them, raw):
    client.force_login(them.lead.user)
    assert edit(client, them, raw=raw).status_code == 400


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("page", ["roster", "roster_day", "roster_print", "roster_published"])
def test_strange_addresses_show_ones_own_team(client, them, page, text):
    client.force_login(them.lead.user)
    sent = {"team": text, "month": text, "day": text}
    status = 400 if "\x00" in text else 200
    assert client.get(reverse(f"staff:{page}"), sent).status_code == status
    half = "team=%ED%A0%80&month=%ED%A0%80&day=%ED%A0%80"  # half of a surrogate pair
    assert client.get(f"{reverse(f'staff:{page}')}?{half}").status_code in {200, 400}


@pytest.mark.parametrize("text", [*HOSTILE, "", "X Y", "D " * 200])
def test_strange_forms_change_nothing(client, them, text):
    client.force_login(them.deputy.user)
    AssignmentFactory(person=them.agent, team=them.team, day=MONTH)
    base = {"team": them.team.pk, "month": "2026-12"}
    fields = {"source": text, "target": text, "pattern": text, "first": text, "last": text,
              "shift_by": text, "people": text, "day": text, "shift": text, "person": text,
              "drop": text}  # fmt: skip
    for name in ("roster_copy", "roster_rotate", "roster_publish"):
        assert client.post(reverse(f"staff:{name}"), base | fields).status_code == 302
    for name in ("lead", "fix"):
        url = reverse("staff:roster_act", args=[name])
        assert client.post(url, base | fields).status_code == 400
    client.force_login(them.agent.user)
    asked = {"given": text, "colleague": text, "taken": text, "note": text}
    assert client.post(reverse("staff:roster_ask"), asked).status_code == 422
    assert client.post(reverse("staff:roster_wish"), fields).status_code in {302, 422}
    assert (DraftCell.objects.count(), Swap.objects.count(), Wish.objects.count()) == (0, 0, 0)


def test_a_week_is_copied_and_a_rotation_filled_from_the_forms(client, them):
    client.force_login(them.lead.user)
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 12, 1))
    base = {"team": them.team.pk, "month": "2026-12"}
    sent = base | {"source": "2026-12-01", "target": "2026-12-08"}
    client.post(reverse("staff:roster_copy"), sent)
    assert [(row.person_id, row.day.day) for row in DraftCell.objects.all()] == [(them.agent.pk, 8)]
    sent = base | {"pattern": "D E -", "first": "2026-12-20", "last": "2026-12-22",
                   "shift_by": "0", "people": [them.mate.pk]}  # fmt: skip
    client.post(reverse("staff:roster_rotate"), sent)
    assert DraftCell.objects.filter(person=them.mate).count() == 2


def test_publishing_from_the_page_names_what_forbids_it(client, them):
    client.force_login(them.deputy.user)
    edit(client, them, want(them.agent, 5, "evening"), want(them.agent, 6, "day"))
    base = {"team": them.team.pk, "month": "2026-12"}
    page = client.post(reverse("staff:roster_publish"), base, follow=True)
    assert them.agent.name in page.content.decode().split('id="messages"')[-1]
    assert Assignment.objects.count() == 0
    edit(client, them, want(them.agent, 6))
    client.post(reverse("staff:roster_publish"), base)
    assert (Assignment.objects.count(), Publication.objects.count()) == (1, 1)


def test_whoever_opens_their_shifts_has_seen_what_changed(client, them):
    PublicationReceiptFactory(
        person=them.agent, publication__team=them.team, publication__published_at=NOW,
        changes=[["2026-12-05", [], [[kind().pk, them.team.pk, False]]]],
    )  # fmt: skip
    client.force_login(them.agent.user)
    news = '<div class="alert alert-info" role="status"><i class="bi bi-calendar-week"'
    assert news in client.get(reverse("staff:roster_mine")).content.decode()
    assert PublicationReceipt.objects.get().seen_at == NOW
    assert news not in client.get(reverse("staff:roster_mine")).content.decode()


def test_a_wish_is_made_changed_and_taken_back(client, them):
    client.force_login(them.agent.user)
    url = reverse("staff:roster_wish")
    first = {"day": "2026-12-05", "shift": "", "note": "家里有事"}
    assert [client.post(url, first).status_code for _ in "ab"] == [302, 302]  # pressed twice
    other = {"day": "2026-12-05", "shift": kind("evening").pk, "note": "<b>"}
    conflict = client.post(url, other)  # from another page, which knew of no wish
    assert conflict.status_code == 409
    assert Wish.objects.get().note == "家里有事"
    form = conflict.context["wish"]
    assert form["note"].value() == "<b>"
    assert list(form.errors) == ["day"]
    assert client.post(url, other | {"seen": form["seen"].value()}).status_code == 302
    late = client.post(url, {"day": "2026-11-20", "shift": ""})  # today is too late
    assert (late.status_code, late.context["wish"]["day"].value()) == (422, "2026-11-20")
    assert [(row.day.day, row.shift_type) for row in Wish.objects.all()] == [(5, kind("evening"))]
    client.post(url, {"drop": "2026-12-05"})
    assert not Wish.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_exchanges_costs_the_same(client, them, rows, django_assert_num_queries):
    for step in range(rows):
        OpenShiftFactory(team=them.team, day=MONTH + timedelta(days=step))
        AssignmentFactory(person=them.agent, team=them.team, day=MONTH + timedelta(days=step))
    client.force_login(them.agent.user)
    client.get(reverse("staff:roster_colours"))  # the first page of a day writes the session
    with django_assert_num_queries(10):
        response = client.get(reverse("staff:roster_exchange"))
    assert response.content.decode().count("/take/") == rows


def test_a_swap_from_page_to_page(client, them):
    AssignmentFactory(person=them.agent, team=them.team, day=MONTH)
    shift = kind().pk
    client.force_login(them.agent.user)
    asked = {"given": f"2026-12-01:{shift}", "colleague": them.mate.pk, "taken": "", "note": "谢谢"}
    asked["form_key"] = str(uuid.uuid4())
    url = reverse("staff:roster_ask")
    assert [client.post(url, asked).status_code for _ in "ab"] == [302, 302]  # pressed twice
    swap = Swap.objects.get()
    once_more = client.post(url, asked | {"form_key": str(uuid.uuid4())})
    assert once_more.status_code == 422
    assert once_more.context["form"]["note"].value() == "谢谢"
    assert once_more.context["form"].non_field_errors()
    client.force_login(them.mate.user)
    client.post(reverse("staff:roster_answer", args=[swap.pk]), {"agree": "yes"})
    client.force_login(them.lead.user)
    client.post(reverse("staff:roster_decide", args=[swap.pk]), {"approve": "yes"})
    assert Assignment.objects.get().person == them.mate


def test_illness_is_noted_and_somebody_asked_or_assigned(client, them):
    row = AssignmentFactory(person=them.agent, team=them.team, day=MONTH)
    client.force_login(them.lead.user)
    client.post(reverse("staff:roster_sick", args=[row.pk]))
    page = client.get(reverse("staff:roster_cover", args=[row.pk])).content.decode()
    assert them.mate.name in page
    assert 'name="assign"' not in page
    offer = reverse("staff:roster_offer", args=[row.pk])
    key = str(uuid.uuid4())
    for _ in "ab":  # pressed twice
        client.post(offer, {"person": them.mate.pk, "ask": "yes", "form_key": key})
    assert OpenShift.objects.get().offered_to == them.mate
    client.post(offer, {"form_key": str(uuid.uuid4())})
    assert OpenShift.objects.filter(offered_to=None).count() == 1
    assert client.post(offer, {"person": them.mate.pk, "assign": "yes"}).status_code == 403
    client.force_login(them.deputy.user)
    key = str(uuid.uuid4())
    for _ in "ab":
        client.post(offer, {"person": them.mate.pk, "assign": "yes", "form_key": key})
    assert Assignment.objects.filter(person=them.mate, day=MONTH).count() == 1
    for text in HOSTILE:
        assert client.post(offer, {"person": text}).status_code == 400


def test_colours_are_readable_and_cached(client, them):
    ShiftType.objects.filter(code="day").update(colour="#ffff00")
    ShiftType.objects.filter(code="evening").update(colour="#000080")
    client.force_login(them.agent.user)
    answer = client.get(reverse("staff:roster_colours"))
    lines = answer.content.decode().splitlines()
    assert (answer["Content-Type"], len(lines)) == ("text/css", 2)
    assert [line.split("color:")[-1] for line in lines] == ["#000}", "#fff}"]
    same = client.get(reverse("staff:roster_colours"), headers={"if-none-match": answer["ETag"]})
    assert same.status_code == 304


def feed(client, token):
    return client.get(reverse("staff:feed", args=[token]))


def test_the_calendar_is_read_by_its_secret_link_without_signing_in(client, them):
    AssignmentFactory(
        person=them.agent, team=them.team, day=MONTH, shift_type=kind("evening"), is_lead=True
    )
    AssignmentFactory(person=them.mate, team=them.team, day=MONTH)
    token = services.renew_feed(actor=them.agent.user, person=them.agent, now=NOW)
    assert token not in CalendarFeed.objects.get().token_hash
    answer = feed(client, token)
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert [(one.decoded("dtstart"), one.decoded("dtend")) for one in events] == [
        (datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 17, tzinfo=UTC))
    ]
    assert "晚班" in str(events[0]["summary"])
    again = services.renew_feed(actor=them.agent.user, person=them.agent, now=NOW)
    assert [feed(client, each).status_code for each in (token, again)] == [404, 200]
    services.drop_feed(actor=them.agent.user, person=them.agent, now=NOW)
    assert feed(client, again).status_code == 404


def test_the_calendar_ends_with_the_sign_in_and_guessing_is_slowed(client, them):
    token = services.renew_feed(actor=them.agent.user, person=them.agent, now=NOW)
    them.agent.user.is_active = False
    them.agent.user.save()
    assert feed(client, token).status_code == 404
    answers = {feed(client, "x" * 43).status_code for _ in range(40)}
    assert answers == {404, 429}


@pytest.mark.parametrize(
    ("params", "fine"),
    [('{"days": 5}', True), ('{"days": 0}', False), ('{"day": 5}', False), ("[5]", False)],
)
def test_the_admin_takes_only_numbers_that_fit_the_rule(client, them, params, fine):
    client.force_login(them.outsider)
    sent = {"kind": "MOST_DAYS_RUNNING", "team": them.team.pk, "params": params, "weight": 2,
            "is_active": "on"}  # fmt: skip
    client.post(reverse("admin:staff_rosterrule_add"), sent)
    assert RosterRule.objects.filter(team=them.team).exists() == fine
