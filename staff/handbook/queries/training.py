"""Courses, and who of one's people has done them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from staff.handbook.enums import TrainingState
from staff.handbook.models import Completion, Course
from staff.handbook.policies.training import state_of
from staff.handbook.queries.announcements import Place, places
from staff.handbook.querysets import CourseQuerySet
from staff.people.access import Scope
from staff.people.enums import Post

PAGE_ROWS = 20
LIVE, ARCHIVED, ALL = "", "archived", "all"
IN_ORDER = list(TrainingState)


def narrowed(scope: Scope, wanted: Mapping[str, str]) -> CourseQuerySet:
    """Apply search and filters of the list of courses."""
    rows = Course.objects.visible_to(scope)
    state = wanted.get("state", LIVE)
    if state == LIVE:
        rows = rows.live()
    elif state == ARCHIVED:
        rows = rows.exclude(archived_at=None)
    if text := wanted.get("q", "").strip():
        rows = rows.filter(Q(title__icontains=text) | Q(text__icontains=text))
    return rows


def is_for(course: Course, post: str) -> bool:
    """Whether a course is for a post."""
    return not course.posts or post in course.posts


@dataclass(frozen=True)
class Standing:
    """Somebody and a course."""

    place: Place
    completion: Completion | None
    state: TrainingState

    @property
    def post(self) -> str:
        return str(Post(self.place.post).label)


@dataclass(frozen=True)
class CourseRow:
    """A line of the list: how one stands oneself (None: not for oneself), and one's people."""

    course: Course
    mine: TrainingState | None
    people: int
    valid: int


def rows_of(courses: CourseQuerySet, *, scope: Scope, start: int, size: int) -> list[CourseRow]:
    """Return a page of the list by title, in three queries."""
    found = list(courses.select_related("owner").order_by("title", "pk")[start : start + size])
    done = _latest(scope, found)
    everybody = [place for place in places(scope.today) if _is_near(scope, place)]
    return [_row(course, done[course.pk], everybody, scope=scope) for course in found]


def _is_near(scope: Scope, place: Place) -> bool:
    return place.person_id == scope.person_id or place.person_id in scope.below_ids


def _latest(scope: Scope, courses: Collection[Course]) -> Mapping[int, dict[int, Completion]]:
    """Return what counts, by course and person."""
    found: dict[int, dict[int, Completion]] = defaultdict(dict)
    rows = Completion.objects.visible_to(scope).counted().filter(course__in=courses)
    for row in rows.select_related("recorded_by"):
        found[row.course_id][row.person_id] = row
    return found


def _row(
    course: Course, done: Mapping[int, Completion], everybody: Sequence[Place], *, scope: Scope
) -> CourseRow:
    meant = [place for place in everybody if is_for(course, place.post)]
    states = {place.person_id: _state(done.get(place.person_id), scope.today) for place in meant}
    mine = states.pop(scope.person_id or 0, None)
    fine = (TrainingState.VALID, TrainingState.SOON)
    return CourseRow(course, mine, len(states), sum(state in fine for state in states.values()))


def _state(completion: Completion | None, today: date) -> TrainingState:
    if completion is None:
        return state_of(done_on=None, due_on=None, today=today)
    return state_of(done_on=completion.done_on, due_on=completion.due_on, today=today)


def standings(course: Course, *, scope: Scope) -> list[Standing]:
    """Return oneself and one's people whom a course is for, what is missing first: two queries."""
    done = _latest(scope, [course])[course.pk]
    found = [
        Standing(place, done.get(place.person_id), _state(done.get(place.person_id), scope.today))
        for place in places(scope.today)
        if _is_near(scope, place) and is_for(course, place.post)
    ]
    return sorted(found, key=lambda one: IN_ORDER.index(one.state))


def recordable(course: Course, *, scope: Scope) -> list[tuple[int, str]]:
    """Return the people below whom a course is for."""
    return [
        (
            place.person_id,
            f"{place.number} {place.name}" + (f" · {place.team}" if place.team else ""),
        )
        for place in places(scope.today)
        if place.person_id in scope.below_ids and is_for(course, place.post)
    ]
