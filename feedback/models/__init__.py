"""The tables of feedback: channels, items, rules of triage, actions, surveys, doors."""

from feedback.models.actions import Action
from feedback.models.channels import Channel, Silence
from feedback.models.doors import Hook, HookCall, Tally
from feedback.models.items import Alarm, Item, ItemVersion, Reply
from feedback.models.letters import Letter
from feedback.models.rules import Rule, Topic
from feedback.models.surveys import (
    Answer,
    Invitation,
    PersonalLink,
    Question,
    Response,
    Survey,
)

__all__ = [
    "Action",
    "Alarm",
    "Answer",
    "Channel",
    "Hook",
    "HookCall",
    "Invitation",
    "Item",
    "ItemVersion",
    "Letter",
    "PersonalLink",
    "Question",
    "Reply",
    "Response",
    "Rule",
    "Silence",
    "Survey",
    "Tally",
    "Topic",
]
