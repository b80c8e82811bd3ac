"""Checks of a shift as a whole: its lead, how many people, which skills."""

from collections.abc import Iterator

from staff.roster.policies.checks.plan import Finding, Numbers, Plan


def lead(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield the shifts that have no lead, or more than one (ORG-7)."""
    for (index, shift), people in plan.manned.items():
        leads = sum(1 for _person, is_lead in people if is_lead)
        if leads == 0:
            yield Finding("no_lead", None, plan.days[index], shift)
        elif leads > 1:
            yield Finding("two_leads", None, plan.days[index], shift, {"count": leads})


def counts(plan: Plan) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Return for each day (index) and shift how many work it, the minimum and what is wanted.

    Requirements with a skill are left out; of those for several stores the largest counts.
    """
    found: dict[tuple[int, int], tuple[int, int, int]] = {}
    for index in range(plan.start, plan.stop):
        for shift in plan.kinds:
            rows = [
                need
                for need in plan.needs.on(plan.team_id, plan.days[index], shift)
                if not need.skill_id
            ]
            people = len(plan.manned.get((index, shift), ()))
            if people or rows:
                found[index, shift] = (
                    people,
                    max((need.minimum for need in rows), default=0),
                    max((need.wanted for need in rows), default=0),
                )
    return found


def people(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield the shifts that have fewer people than the minimum."""
    for (index, shift), (count, minimum, _wanted) in counts(plan).items():
        if count < minimum:
            yield Finding(
                "below_minimum",
                None,
                plan.days[index],
                shift,
                {"count": count, "minimum": minimum},
                amount=minimum - count,
            )


def skills(plan: Plan, _numbers: Numbers) -> Iterator[Finding]:
    """Yield the shifts on which too few people have a skill that is needed there."""
    held = {worker.person_id: worker.skills for worker in plan.workers}
    for index in range(plan.start, plan.stop):
        for shift in plan.kinds:
            for need in plan.needs.on(plan.team_id, plan.days[index], shift):
                if not need.skill_id:
                    continue
                on_shift = plan.manned.get((index, shift), ())
                count = sum(1 for person, _lead in on_shift if need.skill_id in held[person])
                if count < need.minimum:
                    yield Finding(
                        "skill_missing",
                        None,
                        plan.days[index],
                        shift,
                        {"count": count, "minimum": need.minimum, "skill": need.skill_id},
                        amount=need.minimum - count,
                    )
