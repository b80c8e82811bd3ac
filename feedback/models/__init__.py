"""The tables of feedback: channels, items, rules of triage, actions, surveys, doors."""

from feedback.models.actions import Action
from feedback.models.aftercase import AfterCase
from feedback.models.calls import Call, CallAttempt, CallRule
from feedback.models.channels import Channel, Silence
from feedback.models.doors import Hook, HookCall, Tally
from feedback.models.items import Alarm, Item, ItemVersion, Reply
from feedback.models.learning import Guess, LearntModel
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
    "AfterCase",
    "Alarm",
    "Answer",
    "Call",
    "CallAttempt",
    "CallRule",
    "Channel",
    "Guess",
    "Hook",
    "HookCall",
    "Invitation",
    "Item",
    "ItemVersion",
    "LearntModel",
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
