"""The tables of feedback: channels, items, rules of triage, improvement actions."""

from feedback.models.actions import Action
from feedback.models.channels import Channel, Silence
from feedback.models.items import Alarm, Item, ItemVersion, Reply
from feedback.models.rules import Rule, Topic

__all__ = [
    "Action",
    "Alarm",
    "Channel",
    "Item",
    "ItemVersion",
    "Reply",
    "Rule",
    "Silence",
    "Topic",
]
