"""Sites, teams, stores, forty people in all posts, and their shifts of two months."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from portal.models import User
from staff.people.enums import AbsenceKind, AbsenceState, Half, Platform, Post
from staff.people.models import (
    Absence,
    Brand,
    Person,
    Posting,
    Salary,
    Site,
    Store,
    StoreService,
    Team,
)
from staff.roster.models import Assignment, ShiftType

PASSWORD = "kefu-demo-2026"  # noqa: S105 -- the known password of the demo, which production refuses
SIGN_INS = [
    ("S001", "客服主管 Supervisor"),
    ("D001", "客服副主管 Deputy"),
    ("L001", "组长 Shift lead"),
    ("A001", "售后客服 Post-sale agent"),
    ("A002", "售前客服 Pre-sale agent"),
    ("admin", "系统管理员 Administrator"),
]
OPENED_ON = date(2024, 3, 1)

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = [
    "雅婷",
    "子涵",
    "海燕",
    "志强",
    "晓明",
    "丽华",
    "建国",
    "佳怡",
    "宇轩",
    "欣怡",
    "文静",
    "俊杰",
    "思远",
    "梦琪",
    "浩然",
    "雪梅",
    "国栋",
    "婉清",
    "天宇",
    "若曦",
    "立新",
    "诗雨",
    "明轩",
    "玉兰",
    "家豪",
    "晓彤",
    "振华",
    "可欣",
    "永康",
    "静怡",
    "少华",
    "丹丹",
    "鹏飞",
    "小敏",
    "嘉伟",
    "美玲",
    "成龙",
    "春燕",
    "一鸣",
    "慧敏",
]

SITES = ["扬州", "海丰"]
TEAMS = [("扬州一组", 0), ("扬州二组", 0), ("海丰一组", 1), ("海丰二组", 1)]
STORES = [
    ("云栖家居天猫旗舰店", "云栖家居", Platform.TMALL, 0),
    ("云栖家居淘宝店", "云栖家居", Platform.TAOBAO, 0),
    ("云栖家居京东自营店", "云栖家居", Platform.JD, 1),
    ("小满茶具拼多多店", "小满茶具", Platform.PINDUODUO, 2),
    ("小满茶具抖音小店", "小满茶具", Platform.DOUYIN, 2),
    ("小满茶具天猫旗舰店", "小满茶具", Platform.TMALL, 3),
]
AGENTS = 29
SALARY_FEN = {
    Post.SUPERVISOR: 1200000,
    Post.DEPUTY: 900000,
    Post.LEAD: 700000,
    Post.PRESALE: 550000,
    Post.POSTSALE: 560000,
}


@dataclass(frozen=True)
class Made:
    """What the cases are laid upon."""

    stores: list[Store]
    team_of_store: dict[int, int]
    people: dict[str, Person]
    posting: dict[int, Posting]

    def in_team(self, team_id: int, *, posts: tuple[Post, ...]) -> list[Person]:
        return [
            person
            for person in self.people.values()
            if self.posting[person.pk].team_id == team_id and self.posting[person.pk].post in posts
        ]


@dataclass(frozen=True)
class _Place:
    """Where somebody stands: number, post, team (index) and chief (number)."""

    number: str
    post: Post
    team: int | None
    chief: str | None


def _places() -> list[_Place]:
    places = [
        _Place("S001", Post.SUPERVISOR, None, None),
        _Place("D001", Post.DEPUTY, None, "S001"),
        _Place("D002", Post.DEPUTY, None, "S001"),
    ]
    for index in range(8):
        team = index // 2
        chief = "D001" if team < 2 else "D002"  # noqa: PLR2004 -- the first two teams sit in Yangzhou
        places.append(_Place(f"L{index + 1:03}", Post.LEAD, team, chief))
    for index in range(AGENTS):
        team = index % 4
        lead = f"L{team * 2 + 1 + (index // 4) % 2:03}"
        post = Post.PRESALE if (index // 4) % 2 else Post.POSTSALE
        number = index + 1
        # A001 and A002 sit in one team, the one after-sales, the other before: easy to try.
        if number in {2, 5}:
            number = 7 - number
        places.append(_Place(f"A{number:03}", post, team, lead))
    return places


def fill(*, now: datetime) -> Made:
    """Write the department as it stands today."""
    today = timezone.localdate(now)
    sites = [Site.objects.create(name=name) for name in SITES]
    teams = [Team.objects.create(name=name, site=sites[site]) for name, site in TEAMS]
    stores = _stores(teams)
    places = _places()
    people = _people(places)
    posting = _postings(places, people=people, teams=teams)
    made = Made(
        stores=stores,
        team_of_store={
            store.pk: teams[place[3]].pk for store, place in zip(stores, STORES, strict=True)
        },
        people=people,
        posting=posting,
    )
    _shifts(made, today=today)
    _absences(made, today=today, now=now)
    return made


def _stores(teams: list[Team]) -> list[Store]:
    brands = {name: Brand.objects.get_or_create(name=name)[0] for _s, name, _p, _t in STORES}
    stores = [
        Store.objects.create(name=name, brand=brands[brand], platform=platform)
        for name, brand, platform, _team in STORES
    ]
    StoreService.objects.bulk_create(
        [
            StoreService(store=store, team=teams[place[3]], valid_from=OPENED_ON)
            for store, place in zip(stores, STORES, strict=True)
        ]
    )
    return stores


def _people(places: list[_Place]) -> dict[str, Person]:
    password = make_password(PASSWORD)  # once: forty times would take seconds
    names = {
        place.number: SURNAMES[index % len(SURNAMES)] + GIVEN[index % len(GIVEN)]
        for index, place in enumerate(places)
    }
    users = User.objects.bulk_create(
        [
            User(
                username=place.number,
                first_name=names[place.number],
                email=f"{place.number.lower()}@kefu.example",
                password=password,
                is_staff=place.post in {Post.SUPERVISOR, Post.DEPUTY},
            )
            for place in places
        ]
    )
    User.objects.create(
        username="admin",
        first_name="系统管理员",
        email="admin@kefu.example",
        password=password,
        is_staff=True,
        is_superuser=True,
    )
    people = Person.objects.bulk_create(
        [
            Person(
                number=place.number,
                name=names[place.number],
                user=user,
                hired_on=OPENED_ON + timedelta(days=11 * index),
                email=user.email,
                phone=f"1390514{index:04}",
                dingtalk_id=f"manager{4000 + index}",
            )
            for index, (place, user) in enumerate(zip(places, users, strict=True))
        ]
    )
    return {person.number: person for person in people}


def _postings(
    places: list[_Place], *, people: dict[str, Person], teams: list[Team]
) -> dict[int, Posting]:
    rows = Posting.objects.bulk_create(
        [
            Posting(
                person=people[place.number],
                post=place.post,
                team=None if place.team is None else teams[place.team],
                chief=people[place.chief] if place.chief else None,
                valid_from=people[place.number].hired_on,
            )
            for place in places
        ]
    )
    Salary.objects.bulk_create(
        [
            Salary(
                person=row.person, base_fen=SALARY_FEN[Post(row.post)], valid_from=row.valid_from
            )
            for row in rows
        ]
    )
    return {row.person_id: row for row in rows}


def _shifts(made: Made, *, today: date) -> None:
    """Six weeks back and three ahead; everybody rests every seventh day, in turn."""
    types = {row.code: row for row in ShiftType.objects.filter(code__in=("day", "evening"))}
    rows: list[Assignment] = []
    teams: dict[int, list[Person]] = {}
    for person in made.people.values():
        team = made.posting[person.pk].team_id
        if team:
            teams.setdefault(team, []).append(person)
    for offset in range(-42, 22):
        day = today + timedelta(days=offset)
        for team, members in teams.items():
            rows += _day_of_team(day, team=team, members=members, made=made, types=types)
    Assignment.objects.bulk_create(rows, batch_size=500)


def _day_of_team(
    day: date, *, team: int, members: list[Person], made: Made, types: dict[str, ShiftType]
) -> list[Assignment]:
    rows: list[Assignment] = []
    for code, half in (("day", 0), ("evening", 1)):
        working = [
            person
            for index, person in enumerate(members)
            if index % 2 == half and (day.toordinal() + index) % 7
        ]
        leads = [p for p in working if made.posting[p.pk].post == Post.LEAD] or working
        for person in working:
            starts_at, ends_at = _moments(day, types[code])
            rows.append(
                Assignment(
                    person=person,
                    shift_type=types[code],
                    team_id=team,
                    day=day,
                    is_lead=person is leads[0],
                    starts_at=starts_at,
                    ends_at=ends_at,
                )
            )
    return rows


def _moments(day: date, shift: ShiftType) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    last = day + timedelta(days=int(shift.ends <= shift.starts))
    return (
        datetime.combine(day, shift.starts, tzinfo=zone),
        datetime.combine(last, shift.ends, tzinfo=zone),
    )


def _absences(made: Made, *, today: date, now: datetime) -> None:
    away = [("A009", 1, AbsenceKind.REST), ("A014", 0, AbsenceKind.SICK)]
    away += [("A021", 3, AbsenceKind.PERSONAL)]
    for number, offset, kind in away:
        day = today + timedelta(days=offset)
        person = made.people[number]
        Assignment.objects.filter(person=person, day=day).delete()
        Absence.objects.create(
            person=person,
            day=day,
            half=Half.WHOLE,
            kind=kind,
            state=AbsenceState.APPROVED,
            source="sample",
            recorded_at=now,
            changed_at=now,
        )
