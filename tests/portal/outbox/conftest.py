"""A robot that hears what is sent."""

import pytest

from portal import robots
from tests.factories.portal import RobotFactory
from tests.portal.outbox.steps import FakeRobot
from tests.serving import serving


@pytest.fixture
def robot_server():
    yield from serving(FakeRobot())


@pytest.fixture
def bases(robot_server, settings, monkeypatch):
    settings.ROBOT_BASES = dict.fromkeys(("dingtalk", "wecombot", "feishu"), robot_server.base)
    for plugin in (robots.SignedDingTalk, robots.NotifyWeComBot, robots.SignedFeishu):
        monkeypatch.setattr(plugin, "notify_url", plugin.notify_url)
    robots.use_bases()
    return robot_server


@pytest.fixture
def robot(robot_server):
    return RobotFactory(address=f"json://127.0.0.1:{robot_server.server_address[1]}/hook")
