"""The scene: a department around the clock and promises that fall due during the blows."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from complaints.enums import Stage
from complaints.services import followups
from portal.enums import RobotKind
from portal.models import Robot, User
from staff.models import Calendar
from staff.people.enums import Post
from tests.factories.complaints import ComplaintFactory
from tests.factories.staff import PersonFactory, StoreFactory, StoreServiceFactory, TeamFactory

TEAMS, AGENTS = 4, 8
ROUND_THE_CLOCK = [["00:00", "12:00"], ["12:00", "00:00"]]
LONGEST = timedelta(minutes=29)  # half an hour later the deputy's rungs would fall due as well


@dataclass(frozen=True)
class Expected:
    """What must be told: to whom (name of the account) and not before when."""

    receiver: str
    due_at: datetime


Plan = Mapping[tuple[str, str], Expected]  # by number of the follow-up and rung


@dataclass(frozen=True)
class Department:
    agents: list
    cases: list


@transaction.atomic
def department(robot: str) -> Department:
    """Make four teams with a lead and eight agents each; every team has the robot.

    The desk is open round the clock, so that the outcome does not depend on the hour.
    """
    Calendar.objects.filter(code="desk").update(windows=ROUND_THE_CLOCK)
    chat = Robot.objects.create(name="kill test", kind=RobotKind.JSON, address=robot)
    supervisor = PersonFactory(posting__post=Post.SUPERVISOR)
    deputy = PersonFactory(posting__post=Post.DEPUTY, posting__chief=supervisor)
    agents, cases = [], []
    for _team in range(TEAMS):
        team = TeamFactory(robot=chat)
        store = StoreFactory()
        StoreServiceFactory(store=store, team=team)
        lead = PersonFactory(posting__post=Post.LEAD, posting__team=team, posting__chief=deputy)
        for _agent in range(AGENTS):
            agent = PersonFactory(
                posting__post=Post.POSTSALE, posting__team=team, posting__chief=lead
            )
            agents.append((agent, lead))
            cases.append(ComplaintFactory(store=store))
    User.objects.update(email="")  # mail has no receiver on the stage that could count it
    return Department(agents, cases)


def promise(
    people: Department, *, rungs: int, start: datetime, span: timedelta, chance: random.Random
) -> Plan:
    """Assign follow-ups that give `rungs` reminders between `start` and `start + span`.

    Each has two rungs in that time, the owner's and the lead's, at the same moment.
    """
    if span > LONGEST:
        raise ValueError("the blows must not last longer than 29 minutes")
    promises, plan_of = [], []
    for index in range(rungs // 2):
        place = index % len(people.agents)
        agent, lead = people.agents[place]
        due_at = start + chance.random() * span
        promises.append(
            followups.Promise(
                complaint=people.cases[place],
                owner_id=agent.pk,
                due_at=due_at,
                purpose="回电确认",
                urgent=True,
            )
        )
        plan_of.append((agent, lead, due_at))
    made = followups.assign(promises, actor=None, now=timezone.now())
    plan = {}
    for followup, (agent, lead, due_at) in zip(made, plan_of, strict=True):
        plan[followup.number, str(Stage.DUE)] = Expected(agent.number, due_at)
        plan[followup.number, str(Stage.LEAD)] = Expected(lead.number, due_at)
    return plan
