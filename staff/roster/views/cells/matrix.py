"""The matrix as text: built by hand, for a template would take most of the time of the page.

Whatever comes from the database is escaped here; nothing else may build this markup.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext

from staff.people.enums import AbsenceKind
from staff.roster.enums import RuleKind
from staff.roster.policies.checks import Cell, Finding
from staff.roster.policies.checks.cover import counts
from staff.roster.policies.checks.totals import average, shares
from staff.roster.queries.month import Member, Month
from staff.roster.texts import words
from staff.roster.views.cells.names import is_chinese, name_of, shorts

FINDINGS_SHOWN = 60
SATURDAY = 5
SHARES = ("evenings", "weekends", "special")
Key = tuple[int, date]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What somebody may see of a matrix: the draft, why people are away, what is broken."""

    drafts: bool
    reasons: bool
    me: int | None


@dataclass(frozen=True)
class Matrix:
    """The matrix of a month in the active language, part by part."""

    month: Month
    sight: Sight
    _texts: dict[str, str] = field(default_factory=dict)

    @cached_property
    def short(self) -> dict[int, str]:
        return shorts(self.month.kinds)

    @cached_property
    def names(self) -> dict[int, str]:
        return {kind.key: name_of(kind) for kind in self.month.kinds}

    @cached_property
    def found(self) -> Sequence[Finding]:
        """What is broken, for whoever drafts."""
        return self.month.findings if self.sight.drafts else ()

    @cached_property
    def at_cell(self) -> dict[Key, list[Finding]]:
        found: dict[Key, list[Finding]] = defaultdict(list)
        for one in self.found:
            if one.person_id and one.day:
                found[one.person_id, one.day].append(one)
        return found

    @cached_property
    def at_person(self) -> dict[int, list[Finding]]:
        found: dict[int, list[Finding]] = defaultdict(list)
        for one in self.found:
            if one.person_id and not one.day:
                found[one.person_id].append(one)
        return found

    @cached_property
    def at_shift(self) -> dict[tuple[date, int], list[Finding]]:
        found: dict[tuple[date, int], list[Finding]] = defaultdict(list)
        for one in self.found:
            if not one.person_id and one.day and one.shift:
                found[one.day, one.shift].append(one)
        return found

    @cached_property
    def totals(self) -> dict[str, dict[int, int]]:
        """Evenings, weekend days and special days with what is carried from months before."""
        carried = {worker.person_id: worker.carried for worker in self.month.plan.workers}
        return {
            of: {
                person: count + carried[person].get(of, 0)
                for person, count in shares(self.month.plan, of).items()
            }
            for of in SHARES
        }

    @cached_property
    def averages(self) -> dict[str, int]:
        """The team's average of each in tenths, without guests."""
        own = [one.person_id for one in self.month.members if not one.is_guest]
        return {of: average([self.totals[of][one] for one in own]) for of in SHARES}

    def _text(self, key: str) -> str:
        """Return a word of the titles, translated and escaped once for a page."""
        if not self._texts:
            self._texts.update(
                lead=escape(gettext("leads the shift")),
                changed=escape(gettext("changed, not published")),
                fixed=escape(gettext("fixed")),
                conflict=escape(gettext("changed underneath: look at it")),
                free=escape(gettext("free")),
                away=escape(gettext("away")),
                half=escape(gettext("away for half a day")),
                rest=escape(gettext("wishes a day off")),
                wish=escape(gettext("wishes")),
                outside=escape(gettext("not in the team")),
            )
        return self._texts[key]

    # --- columns --------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> SafeString:
        marks = ['<colgroup><col class="who">']
        for day in self.month.plan.month:
            tone = "sp" if day in self.month.special else "we" if day.weekday() >= SATURDAY else ""
            marks.append(f'<col class="{tone}">' if tone else "<col>")
        marks.append('<col span="3" class="share"></colgroup>')
        return mark_safe("".join(marks))  # noqa: S308 -- nothing in it comes from outside

    @cached_property
    def head(self) -> SafeString:
        parts = [
            f'<thead><tr><th scope="col" class="who">{escape(pgettext("person", "Name"))}</th>'
        ]
        for day in self.month.plan.month:
            special = self.month.special.get(day)
            title: str = escape(date_format(day, "l"))
            tone = "we" if day.weekday() >= SATURDAY else ""
            star = ""
            if special:
                name = special.name_zh if is_chinese() else special.name_en
                title += f" · {escape(name)}"
                tone += " sp"
                star = '<i class="bi bi-star-fill" aria-hidden="true"></i>'
            weekday = escape(
                date_format(day, "D")[-1] if is_chinese() else date_format(day, "D")[:2]
            )
            parts.append(
                f'<th scope="col" class="{tone}" title="{title}">{day.day}<small>{weekday}{star}'
                f'</small><span class="visually-hidden">{title}</span></th>'
            )
        for of, icon, label in (
            ("evenings", "moon", gettext("Evenings")),
            ("weekends", "calendar-week", gettext("Weekend days")),
            ("special", "star", gettext("Special days")),
        ):
            middle = self.averages[of]
            text = escape(
                gettext("%(what)s of each; the team's average: %(average)s")
                % {"what": label, "average": f"{middle // 10}.{middle % 10}"}
            )
            parts.append(
                f'<th scope="col" class="share" title="{text}"><i class="bi bi-{icon}"'
                f' aria-hidden="true"></i><small>⌀ {middle // 10}.{middle % 10}</small>'
                f'<span class="visually-hidden">{text}</span></th>'
            )
        parts.append("</tr></thead>")
        return mark_safe("".join(parts))  # noqa: S308 -- everything from outside is escaped above

    # --- rows -----------------------------------------------------------------------------------

    @cached_property
    def body(self) -> SafeString:
        rows = "".join(self.row(member) for member in self.month.members)
        return mark_safe(f"<tbody>{rows}</tbody>")  # noqa: S308 -- rows are escaped

    def row(self, member: Member) -> str:
        """Return one person's row."""
        month, person = self.month, member.person_id
        cells = month.plan.rows[person]
        start = month.plan.start
        mine = " me" if person == self.sight.me else ""
        lead = ' <i class="bi bi-flag" aria-hidden="true"></i>' if member.rank else ""
        guest = f" <small>{escape(gettext('guest'))}</small>" if member.is_guest else ""
        parts = [
            f'<tr data-p="{person}" class="{mine}"><th scope="row" class="who">',
            f"<span>{escape(member.name)}{lead}</span><small>{escape(member.number)}</small>{guest}",
            f"{self._person_mark(person)}</th>",
        ]
        first, last = member.first, member.last
        for index, day in enumerate(month.plan.month):
            inside = member.is_guest or first <= day <= last
            parts.append(self._cell(person, day, cells[start + index], inside=inside))
        parts.append(self._shares(person))
        parts.append("</tr>")
        return "".join(parts)

    def _person_mark(self, person: int) -> str:
        found = self.at_person.get(person)
        if not found:
            return ""
        text = escape("; ".join(words(one, self.names) for one in found))
        return (
            f' <i class="bi bi-exclamation-triangle warn" title="{text}" role="img"'
            f' aria-label="{text}"></i>'
        )

    def _cell(self, person: int, day: date, cell: Cell, *, inside: bool) -> str:
        """Return one day of one person; most are a word without anything to add."""
        if not cell and not inside:
            return '<td class="out"></td>'
        key = (person, day)
        tones: list[str] = []
        titles: list[str] = []
        if cell:
            tones.append(f"s{cell[0].shift}")
            if any(turn.is_lead for turn in cell):
                tones.append("ld")
                titles.append(self._text("lead"))
        signs = self._draft_marks(key, tones, titles) if self.sight.drafts else ""
        self._people_marks(key, tones, titles)
        signs += self._broken_marks(key, tones, titles)
        more = f' class="{" ".join(tones)}"' if tones else ""
        if titles:
            more += self._title(cell, titles)
        if self.sight.drafts and (mark := self.month.mark(key)):
            more += f' data-m="{mark}"'
        text = escape("+".join(self.short[turn.shift] for turn in cell)) if cell else ""
        return f'<td id="c{person}-{day.day}"{more}>{text}{signs}</td>'

    def _title(self, cell: Cell, titles: Sequence[str]) -> str:
        label = escape("+".join(self.names[turn.shift] for turn in cell)) or self._text("free")
        title = " · ".join([label, *titles])
        return f' title="{title}" aria-label="{title}"'

    def _broken_marks(self, key: Key, tones: list[str], titles: list[str]) -> str:
        found = self.at_cell.get(key)
        if not found:
            return ""
        hard = any(one.is_hard for one in found)
        tones.append("hard" if hard else "soft")
        titles += [escape(words(one, self.names)) for one in found]
        icon = "exclamation-octagon-fill" if hard else "exclamation-triangle-fill"
        return f'<i class="bi bi-{icon}" aria-hidden="true"></i>'

    def _draft_marks(self, key: Key, tones: list[str], titles: list[str]) -> str:
        drafted = self.month.drafted.get(key)
        if drafted is None:
            return ""
        tones.append("dr")
        before = self.month.published(key)
        was = "+".join(self.names[turn.shift] for turn in before) if before else ""
        titles.append(f"{self._text('changed')} ({escape(was) or self._text('free')})")
        signs = ""
        if drafted.is_fixed:
            tones.append("fx")
            titles.append(self._text("fixed"))
            signs += '<i class="bi bi-lock-fill" aria-hidden="true"></i>'
        if drafted.reason:
            titles.append(escape(drafted.reason))
        if drafted.is_conflict:
            tones.append("cf")
            titles.append(self._text("conflict"))
            signs += '<i class="bi bi-arrow-left-right" aria-hidden="true"></i>'
        return signs

    def _people_marks(self, key: Key, tones: list[str], titles: list[str]) -> None:
        """Mark absences and wishes: one's own, and for leads those of the team."""
        if not self.sight.drafts and key[0] != self.sight.me:
            return
        away = self.month.plan.away.get(key)
        if away:
            tones.append("aw")
            titles.append(self._text("away" if away.is_whole else "half"))
            if self.sight.reasons or key[0] == self.sight.me:
                titles.append(escape(str(AbsenceKind(away.kind).label)))
        if key in self.month.plan.wishes:
            wish = self.month.plan.wishes[key]
            tones.append("wi")
            titles.append(
                self._text("rest")
                if wish is None
                else f"{self._text('wish')} {escape(self.names.get(wish, ''))}"
            )

    def _shares(self, person: int) -> str:
        parts = []
        for of in SHARES:
            count, middle = self.totals[of][person], self.averages[of]
            tone = " more" if count * 10 > middle + 20 else ""
            parts.append(f'<td class="share{tone}">{count}</td>')
        return "".join(parts)

    def shares_of(self, person: int) -> str:
        """Return the three last cells of a row, which change with everybody's days."""
        return self._shares(person)

    # --- below the rows -------------------------------------------------------------------------

    @cached_property
    def foot(self) -> SafeString:
        numbers = counts(self.month.plan)
        shown = {shift for _index, shift in numbers}
        parts = ["<tfoot>"]
        for kind in self.month.kinds:
            if kind.key not in shown and not kind.is_active:
                continue
            parts.append(
                f'<tr><th scope="row" class="who"><span class="chip s{kind.key}">'
                f"{escape(self.short[kind.key])}</span> {escape(self.names[kind.key])}</th>"
            )
            for index, day in enumerate(self.month.plan.month, self.month.plan.start):
                parts.append(self._count(day, kind.key, numbers.get((index, kind.key))))
            parts.append('<td colspan="3" class="share"></td></tr>')
        parts.append("</tfoot>")
        return mark_safe("".join(parts))  # noqa: S308 -- everything from outside is escaped above

    def _count(self, day: date, shift: int, numbers: tuple[int, int, int] | None) -> str:
        if numbers is None:
            return "<td></td>"
        count, minimum, wanted = numbers
        tone, sign = "few" if count < wanted else "", ""
        titles = []
        if count < minimum:
            tone, sign = "low", '<i class="bi bi-exclamation-triangle-fill" aria-hidden="true"></i>'
        if wanted:
            values = {"count": count, "minimum": minimum, "wanted": wanted}
            said = gettext("%(count)s of at least %(minimum)s, wanted %(wanted)s") % values
            titles.append(escape(said))
        for one in self.at_shift.get((day, shift), ()):
            if one.kind != RuleKind.COVER:
                titles.append(escape(words(one, self.names)))
                sign += '<i class="bi bi-flag-fill" aria-hidden="true"></i>'
                tone = tone or "few"
        more = f' class="{tone}"' if tone else ""
        if titles:
            title = " · ".join(titles)
            more += f' title="{title}" aria-label="{title}"'
        return f"<td{more}>{count}{sign}</td>"

    @cached_property
    def broken(self) -> SafeString:
        """What is broken, in words, with a way to the day."""
        if not self.sight.drafts:
            return mark_safe("")
        if not self.found:
            text = escape(gettext("No rule is broken."))
            return mark_safe(  # noqa: S308 -- the text is escaped
                f'<p class="fine"><i class="bi bi-check-circle" aria-hidden="true"></i> {text}</p>'
            )
        people = {member.person_id: member for member in self.month.members}
        items = "".join(
            self._item(one, people.get(one.person_id or 0)) for one in self.found[:FINDINGS_SHOWN]
        )
        left = len(self.found) - FINDINGS_SHOWN
        if left > 0:
            more = ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}
            items += f"<li>{escape(more)}</li>"
        return mark_safe(f'<ul class="broken">{items}</ul>')  # noqa: S308 -- items are escaped

    def _item(self, one: Finding, member: Member | None) -> str:
        what = escape(words(one, self.names))
        day = escape(date_format(one.day, "MONTH_DAY_FORMAT")) if one.day else ""
        tone, icon = ("hard", "octagon-fill") if one.is_hard else ("soft", "triangle-fill")
        must = escape(gettext("must be kept") if one.is_hard else gettext("pointed out"))
        head = (
            f'<li class="{tone}"><i class="bi bi-exclamation-{icon}" role="img"'
            f' aria-label="{must}"></i> '
        )
        if member is None:
            return f"{head}{_told(day, what)}</li>"
        name = escape(member.name)
        if one.day is None:
            return f"{head}{_told(name, what)}</li>"
        goal = f"c{member.person_id}-{one.day.day}"
        who = gettext("%(person)s, %(day)s") % {"person": name, "day": day}
        return head + _told(f'<a href="#{goal}">{who}</a>', what) + "</li>"


def _told(about: str, what: str) -> str:
    """Return both, which are escaped already, with the colon of the language."""
    return gettext("%(about)s: %(what)s") % {"about": about, "what": what}


def rows_of(matrix: Matrix, people: Iterable[int]) -> dict[str, str]:
    """Return the rows of some people by key, for the answer to an edit."""
    wanted = set(people)
    return {
        str(member.person_id): matrix.row(member)
        for member in matrix.month.members
        if member.person_id in wanted
    }
