"""The administration is scoped: another department's supervisor sees nothing of it."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from complaints.models import Proposal, TeamRouting
from feedback.models import Channel
from portal.models import Robot
from staff.models import Assignment, Person, Requirement, RosterRule, Store, Team
from staff.people.access import scope_of
from staff.people.enums import Post
from tests.factories.complaints import (
    ComplaintFactory,
    ProposalFactory,
    TeamRoutingFactory,
)
from tests.factories.feedback import ChannelFactory
from tests.factories.portal import RobotFactory
from tests.factories.roster import RequirementFactory, RosterRuleFactory
from tests.factories.staff import AssignmentFactory, Department, PersonFactory

pytestmark = pytest.mark.django_db

SCOPED = {
    Assignment, Channel, Person, Proposal, Requirement, Robot, RosterRule, Store, Team,
    TeamRouting,
}  # fmt: skip
# Names and numbers that all departments of an installation share (house rules §10: policy is read
# by all), and what only the administrator sees.
SHARED = {
    "brand", "calendar", "causekind", "complainttype", "department", "policy", "product", "rule",
    "shifttype", "site", "skill", "specialday", "topic",
}  # fmt: skip
ADMINISTRATORS = {"auditentry", "outboxmessage", "secondfactor"}


def scene():
    them = Department()
    them.team.robot = RobotFactory()
    them.team.save()
    AssignmentFactory(person=them.agent, team=them.team)
    RequirementFactory(team=them.team)
    RosterRuleFactory(team=them.team)
    ChannelFactory(store=them.store)
    TeamRoutingFactory(team=them.team)
    ProposalFactory(complaint=ComplaintFactory(store=them.store), proposed_by=them.agent)
    return them


def rows_for(user, model):
    request = RequestFactory().get("/admin/")
    request.user = user
    request.scope = scope_of(user, today=timezone.localdate())
    return admin.site._registry[model].get_queryset(request)  # noqa: SLF001 -- Django's name


def test_every_section_is_either_scoped_or_shared_on_purpose():
    names = {model._meta.model_name for model in admin.site._registry}  # noqa: SLF001 -- the same
    scoped = {model._meta.model_name for model in SCOPED}
    assert names == scoped | SHARED | ADMINISTRATORS


@pytest.mark.parametrize("model", sorted(SCOPED, key=lambda each: each.__name__))
def test_a_supervisor_of_another_department_sees_nothing(client, model):
    them = scene()
    foreign = PersonFactory(posting__post=Post.SUPERVISOR)
    client.force_login(foreign.user)
    own = rows_for(them.supervisor.user, model)
    assert own.exists()
    seen = rows_for(foreign.user, model).filter(pk__in=own.values("pk"))
    if model is RosterRule:
        seen = seen.exclude(team=None)  # rules for all teams are everybody's
        own = own.exclude(team=None)
    if model is Channel:
        own = own.exclude(store=None)
        seen = seen.exclude(store=None)
    assert list(seen) == []
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    assert client.get(reverse(name, args=[own.first().pk])).status_code == 404


def test_what_the_administrator_sees_nobody_else_does(client):
    client.force_login(scene().supervisor.user)
    for model in admin.site._registry:  # noqa: SLF001 -- Django's name
        if model._meta.model_name in ADMINISTRATORS:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            assert client.get(reverse(name)).status_code == 403, name
