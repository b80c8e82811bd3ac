from datetime import date

from portal.money import Fen
from staff.attendance.enums import Side
from staff.attendance.policies.absences import LeaveDay, absence_of, step_reached
from staff.attendance.policies.lines import (
    Difference,
    Event,
    Line,
    Total,
    differences,
    lines_of,
    month_line,
    totals,
)
from staff.attendance.policies.redpackets import red_packets
from tests.staff.attendance.record import (
    LATER,
    RULES,
    SHANGHAI,
    judged,
    punch,
    rules_on,
    shift,
)

DAY = date(2026, 10, 8)


def late(minutes=11, rule="ATT-2", fen=2000, day=DAY):
    return Line(Event.SHIFT, day, Side.IN, rule, minutes, Fen(fen))


def test_a_late_start_is_a_line_and_its_doubling_another():
    judgement = judged(
        shifts=[shift("2026-10-08")],
        punches=[punch("2026-10-08 08:41"), punch("2026-10-08 17:30")],
    )
    packets = red_packets(judgement.results, [], rules_on=rules_on, zone=SHANGHAI, now=LATER)
    found = lines_of(judgement.results, packets, [], zone=SHANGHAI)
    assert found == [
        late(),
        Line(Event.DOUBLING, date(2026, 10, 12), Side.IN, "ATT-11", fen=Fen(2000)),
    ]


def test_absence_and_leave_beyond_the_year_have_lines_and_the_month_one():
    judgement = judged(shifts=[shift("2026-10-08")])
    excess = [LeaveDay(date(2026, 10, 20), leave=1, excess=1)]
    found = lines_of(judgement.results, [], excess, zone=SHANGHAI)
    assert found == [
        Line(Event.SHIFT, DAY, Side.IN, "ATT-5", half_days=2),
        Line(Event.LEAVE, date(2026, 10, 20), None, "LEAVE-6", half_days=1),
    ]
    absence = absence_of(judgement.results, excess)
    assert month_line(absence, step_reached(absence.half_days, RULES.absence)) == [
        Line(Event.MONTH, date(2026, 10, 20), None, "ATT-7", half_days=3)
    ]
    assert month_line(absence_of([], []), None) == []


def test_what_is_the_same_does_not_differ():
    assert differences([late()], [late()]) == []
    assert differences([], []) == []


def test_a_line_can_change_come_and_go():
    old, new = late(), late(rule="ATT-1", fen=1000)
    other = late(day=date(2026, 10, 9))
    assert differences([old, other], [new]) == [Difference(old, new), Difference(other, None)]
    assert differences([], [other]) == [Difference(None, other)]


def test_the_step_of_a_month_is_compared_whatever_its_day():
    old = Line(Event.MONTH, DAY, None, "ATT-6", half_days=1)
    new = Line(Event.MONTH, date(2026, 10, 20), None, "ATT-7", half_days=3)
    assert differences([old], [new]) == [Difference(old, new)]


def test_totals_add_up_by_rule():
    found = totals([late(), late(minutes=15), late(minutes=3, rule="ATT-1", fen=1000)])
    assert found == {
        "ATT-2": Total("ATT-2", 2, 26, Fen(4000), 0),
        "ATT-1": Total("ATT-1", 1, 3, Fen(1000), 0),
    }
