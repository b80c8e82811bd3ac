from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from portal.models import AuditEntry, User
from portal.transfer import output, registry, runner, texts
from portal.transfer.jobs import Job, Listener
from portal.transfer.registry import Context
from staff.people.access import scope_of
from staff.people.models import Person, Posting, Salary, Site, Store, StoreService, Team
from tests.factories.staff import Department, PersonFactory, SalaryFactory, TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
HEAD = "number,name,post,site,team,reports_to,base_salary,hired_on,left_on,email,phone,dingtalk_id,from"  # noqa: E501 -- a row of a table


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def context(user=None, **more):
    scope = scope_of(user, today=date(2026, 11, 2)) if user else None
    zone = ZoneInfo("Asia/Shanghai")
    return Context(actor=user, scope=scope, now=NOW, zone=zone, **more)


def bring(kind, text, tmp_path, user=None, **more):
    """Import a text; return the counts and the lines about its rows."""
    path = Path(tmp_path) / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    lines = []
    chosen = registry.get(kind)
    job = Job(
        kind=chosen,
        path=path,
        context=context(user, **more),
        clock=timezone.now,
        listener=Listener(
            rejected=lambda each: lines.append(texts.line(chosen, each)),
            warned=lambda each: lines.append("warning " + texts.line(chosen, each)),
        ),
    )
    job = Job(**{**job.__dict__, "run": runner.start_run(job, filename="x.csv")})
    report = runner.run_import(job)
    counts = report.counts
    return tuple(counts[name] for name in ("added", "changed", "unchanged", "rejected")), lines


def give(kind, user=None, **more):
    chosen = registry.get(kind)
    path = Path("unused")
    del path
    rows = list(output.plain_rows(chosen.columns, chosen.export(context(user, **more)), NOW.tzinfo))
    return [[output.written(cell) for cell in row] for row in rows]


def csv_of(kind, rows):
    names = [column.name for column in registry.get(kind).columns]
    return "\n".join([",".join(names), *(",".join(row) for row in rows)])


def people(*rows):
    return "\n".join([HEAD, *rows])


def test_people_refer_to_others_of_the_file_in_any_order(tmp_path):
    text = people(
        "E1,员工,售前,扬州,一组,L1,5000,2026-02-17,,,,,",
        "L1,组长,组长,扬州,一组,S1,8000.50,2025-01-01,,l1@example.com,138,ding1,",
        "S1,主管,客服主管,,,,20000,2020-01-01,,,,,",
    )
    assert bring("people", text, tmp_path) == ((3, 0, 0, 0), [])
    assert bring("people", text, tmp_path) == ((0, 0, 3, 0), [])
    agent = Posting.objects.get(person__number="E1")
    assert (agent.chief.number, agent.team.site.name, agent.valid_from) == (
        "L1", "扬州", date(2026, 2, 17),
    )  # fmt: skip
    assert Salary.objects.get(person__number="L1").base_fen == 800050
    user = User.objects.get(username="E1")
    assert user.is_active
    assert not user.has_usable_password()
    assert Person.history.count() == 3
    assert bring("people", csv_of("people", give("people")), tmp_path) == ((0, 0, 3, 0), [])


def test_empty_cells_leave_and_a_dash_clears(tmp_path):
    bring(
        "people",
        people(
            "L,组长,lead,扬州,一组,,9,2024-01-01,,,,,",
            "E,员,presale,扬州,一组,L,9,2024-01-01,2030-01-01,e@x.cn,138,d,",
        ),
        tmp_path,
    )
    assert bring("people", people("E,员,presale,,,,,2024-01-01,,,,,"), tmp_path)[0] == (0, 0, 1, 0)
    done = bring("people", people("E,员,presale,,-,-,,2024-01-01,-,-,-,-,"), tmp_path)
    assert done == ((0, 1, 0, 0), [])
    person = Person.objects.get(number="E")
    posting = Posting.objects.get(person=person)
    assert (person.left_on, person.email, person.phone, person.dingtalk_id) == (None, "", "", "")
    assert (posting.team, posting.chief) == (None, None)


def test_rows_of_several_days_make_a_history(tmp_path):
    text = people(
        "E,员,lead,扬州,二组,,7000,2024-01-15,,,,,2025-06-01",
        "E,员,presale,扬州,一组,,5000,2024-01-15,,,,,",
        "E,员,postsale,,,,,2024-01-15,,,,,2025-01-10",
    )
    assert bring("people", text, tmp_path) == ((3, 0, 0, 0), [])
    assert bring("people", text, tmp_path) == ((0, 0, 3, 0), [])
    rows = Posting.objects.order_by("valid_from")
    assert list(rows.values_list("post", "team__name", "valid_until")) == [
        ("PRESALE", "一组", date(2025, 1, 9)),
        ("POSTSALE", "一组", date(2025, 5, 31)),
        ("LEAD", "二组", None),
    ]
    assert bring("people", csv_of("people", give("people")), tmp_path) == ((0, 0, 3, 0), [])


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("E,员,presale,,,,,2024-01-01,,,,,", "row 2: base_salary: is missing"),
        ("E,员,presale,,,,abc,2024-01-01,,,,,", 'row 2: base_salary: "abc" is not an amount'),
        ("E,员,presale,,,X9,9,2024-01-01,,,,,", 'row 2: reports_to: there is no person "X9"'),
        ("E,员,presale,,,E,9,2024-01-01,,,,,", 'row 2: reports_to: "E" has too low a post to be reported to'),  # noqa: E501 -- a row of a table
        ("E,员,lead,,,E,9,2024-01-01,,,,,", 'row 2: reports_to: with "E" somebody would report to themselves, over others'),  # noqa: E501 -- a row of a table
        ("E,员,presale,,,A,9,2024-01-01,,,,,", 'row 2: reports_to: "A" has too low a post to be reported to'),  # noqa: E501 -- a row of a table
        ("E,员,presale,,,G,9,2025-01-01,,,,,", 'row 2: reports_to: "G" had left by then'),
        ("E,员,presale,,,,9,2024-01-01,2023-01-01,,,,", "row 2: left_on: lies before the day of joining"),  # noqa: E501 -- a row of a table
        ("E,员,presale,,,,9,2024-01-01,,,,,2023-01-01", "row 2: from: lies before the day of joining"),  # noqa: E501 -- a row of a table
        ("E,员,presale,,,,9,2024-01-01,2024-02-01,,,,2025-01-01", "row 2: from: lies after the last day of work"),  # noqa: E501 -- a row of a table
        ("E,员,presale,,,,9,2024-01-01,,nomail,,,", 'row 2: email: "nomail" is not an e-mail address'),  # noqa: E501 -- a row of a table
        ("E/1,员,presale,,,,9,2024-01-01,,,,,", 'row 2: number: "E/1" is not a staff number: letters, digits and . @ + - _ only'),  # noqa: E501 -- a row of a table
        ("root,员,presale,,,,9,2024-01-01,,,,,", 'row 2: number: another sign-in is called "root"'),
        ("E,员,presale,,,,9,2024-01-01,,,,taken,", "row 2: dingtalk_id: another person has this DingTalk id"),  # noqa: E501 -- a row of a table
        ("E,员,presale,海丰,甲组,,9,2024-01-01,,,,,", 'row 2: site: this team belongs to the site "扬州"'),  # noqa: E501 -- a row of a table
        ("A,员,presale,,,,9,2024-01-01,,,,,2025-03-02", 'row 2: base_salary: "2025-03-02" changes the salary, which only the first of a month may do'),  # noqa: E501 -- a row of a table
        ("E,员,boss,,,,9,2024-01-01,,,,,", 'row 2: post: "boss" is none of supervisor, deputy, lead, presale, postsale'),  # noqa: E501 -- a row of a table
        ("E,员,presale,,,,-,2024-01-01,,,,,", "row 2: base_salary: cannot be cleared"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_reason(tmp_path, row, line):
    User.objects.create(username="root", is_superuser=True)
    agent = PersonFactory(number="A", dingtalk_id="taken")
    SalaryFactory(person=agent)
    PersonFactory(number="G", left_on=date(2024, 6, 1), posting__post="LEAD")
    TeamFactory(name="甲组", site__name="扬州")
    before = Person.objects.count()
    assert bring("people", people(row), tmp_path) == ((0, 0, 0, 1), [line])
    assert Person.objects.count() == before


def test_rows_that_lean_on_a_rejected_row_go_too(tmp_path):
    text = people(
        "S,主,supervisor,,,,x,2024-01-01,,,,,",
        "L,组,lead,,,S,9,2024-01-01,,,,,",
        "E,员,presale,,,L,9,2024-01-01,,,,,",
        "F,自,presale,,,,9,2024-01-01,,,,,",
    )
    counts, lines = bring("people", text, tmp_path, partial=True)
    assert counts == (1, 0, 0, 3)
    assert lines[1:] == [
        'row 3: reports_to: there is no person "S"',
        'row 4: reports_to: there is no person "L"',
    ]
    assert list(Person.objects.values_list("number", flat=True)) == ["F"]


def test_a_circle_across_the_file_is_refused(tmp_path):
    text = people(
        "A,甲,deputy,,,B,9,2024-01-01,,,,,",
        "B,乙,deputy,,,C,9,2024-01-01,,,,,",
        "C,丙,deputy,,,A,9,2024-01-01,,,,,",
    )
    assert bring("people", text, tmp_path)[0] == (0, 0, 0, 3)


def test_contradicting_rows_of_a_person_are_refused(tmp_path):
    text = people("A,甲,deputy,,,,9,2024-01-01,,,,,", "A,乙,deputy,,,,9,2024-01-01,,,,,2025-01-01")
    assert bring("people", text, tmp_path)[1] == [
        'row 3: name: "乙" differs from row 2 of the same person'
    ]


def test_a_salary_may_change_on_the_first_only(tmp_path):
    bring("people", people("A,甲,deputy,,,,9,2024-01-17,,,,,"), tmp_path)
    change = "A,甲,deputy,,,,{},2024-01-17,,,,,{}"
    assert bring("people", people(change.format(10, "2025-02-02")), tmp_path)[0] == (0, 0, 0, 1)
    assert bring("people", people(change.format(9, "2025-02-02")), tmp_path)[0] == (1, 0, 0, 0)
    assert bring("people", people(change.format(10, "2025-03-01")), tmp_path)[0] == (1, 0, 0, 0)
    rows = Salary.objects.order_by("valid_from").values_list("valid_from", "base_fen")
    assert list(rows) == [(date(2024, 1, 17), 900), (date(2025, 3, 1), 1000)]


def test_leaving_by_import_ends_the_sign_in(tmp_path):
    person = PersonFactory(number="A", name="甲")
    row = people("A,甲,presale,,,,,2024-01-01,2026-10-01,,,,")
    assert bring("people", row, tmp_path)[0] == (0, 1, 0, 0)
    person.user.refresh_from_db()
    assert not person.user.is_active


def test_a_deputy_imports_only_the_people_below(tmp_path):
    them = Department()
    user = them.deputy.user
    for person in (them.supervisor, them.agent):
        person.name = "名"
        person.save()
    rows = {
        "above": f"{them.supervisor.number},名,supervisor,,,,,2024-01-01,,,,,",
        "self": f"{them.deputy.number},名,deputy,,,,,2024-01-01,,,,,",
        "free": "N1,新,presale,,,,9,2024-01-01,,,,,",
        "elsewhere": f"N1,新,presale,,,{them.supervisor.number},9,2024-01-01,,,,,",
    }
    for row in rows.values():
        assert bring("people", people(row), tmp_path, user)[0] == (0, 0, 0, 1)
    fine = people(
        f"{them.agent.number},名,postsale,,,,4000,2024-01-01,,,,,2026-12-01",
        f"N1,新,presale,,,{them.lead.number},9,2024-01-01,,,,,",
    )
    assert bring("people", fine, tmp_path, user) == ((2, 0, 0, 0), [])


def test_the_administrator_cannot_probe_salaries(tmp_path):
    them = Department()
    SalaryFactory(person=them.agent, base_fen=500000)
    row = f"{them.agent.number},{them.agent.name},postsale,,,,5000,2024-01-01,,,,,"
    counts, lines = bring("people", people(row), tmp_path, them.outsider)
    assert counts == (0, 0, 0, 1)
    assert lines == ["row 2: base_salary: you may not change the base salary of this person"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("supervisor", {"agent", "deputy"}),
        ("deputy", {"agent", "deputy"}),
        ("lead", set()),
        ("agent", {"agent"}),
    ],
)
def test_export_shows_salaries_by_the_house_rules(who, seen):
    them = Department()
    for person in (them.agent, them.deputy):
        SalaryFactory(person=person, base_fen=123456)
    rows = give("people", getattr(them, who).user)
    shown = {row[0] for row in rows if row[6]}
    assert shown == {getattr(them, name).number for name in seen}
    assert {row[6] for row in give("people", them.outsider)} == {""}


@pytest.mark.parametrize("rows", [1, 40])
def test_check_costs_the_same_for_any_number_of_rows(tmp_path, rows, django_assert_max_num_queries):
    text = people(*(f"E{n},员,presale,扬州,一组,,9,2024-01-01,,,,," for n in range(rows)))
    with django_assert_max_num_queries(62):
        assert bring("people", text, tmp_path)[0] == (rows, 0, 0, 0)


def test_salaries_never_stand_in_the_audit_log(tmp_path):
    bring("people", people("E,员,presale,,,,98765.43,2024-01-01,,,,,"), tmp_path)
    kept = str(list(AuditEntry.objects.values_list("before", "after", "target_label")))
    assert "9876543" not in kept
    assert "98765.43" not in kept


def stores(*rows):
    return "\n".join(["store,brand,platform,team,from", *rows])


def test_stores_make_brands_teams_and_history(tmp_path):
    text = stores("店A,牌,天猫,一组,2026-01-01", "店A,牌,tmall,二组,2026-06-01", "店B,,京东,,")
    assert bring("stores", text, tmp_path) == ((3, 0, 0, 0), [])
    rows = StoreService.objects.filter(store__name="店A").order_by("valid_from")
    assert list(rows.values_list("team__name", "valid_until")) == [
        ("一组", date(2026, 5, 31)), ("二组", None),
    ]  # fmt: skip
    assert bring("stores", csv_of("stores", give("stores")), tmp_path) == ((0, 0, 3, 0), [])
    assert Store.objects.get(name="店B").platform == "JD"
    assert Site.objects.count() == 0
    assert Team.objects.count() == 2


def test_stores_without_a_day_speak_of_today(tmp_path):
    bring("stores", stores("店,,tmall,一组,"), tmp_path)
    assert bring("stores", stores("店,,tmall,一组,"), tmp_path)[0] == (0, 0, 1, 0)
    assert bring("stores", stores("店,牌,tmall,,"), tmp_path)[0] == (0, 1, 0, 0)
    assert bring("stores", stores("店,,tmall,二组,"), tmp_path)[0] == (0, 1, 0, 0)
    assert bring("stores", stores("店,-,tmall,-,2027-01-01"), tmp_path)[0] == (1, 0, 0, 0)
    store = Store.objects.get(name="店")
    assert store.brand is None
    assert list(store.services.order_by("valid_from").values_list("team__name", flat=True)) == [
        "二组", None,
    ]  # fmt: skip
