"""Mails to the mailboxes for complaints and from cases: taken, landed, set aside, answered."""

from complaints.services.letters.boxes import BoxTaken, ChangedMeanwhile, Place, save_box
from complaints.services.letters.landing import (
    PEOPLE,
    WAITS,
    WRITTEN,
    AlreadyHandled,
    attach,
    look,
    register_from,
    set_aside,
    take,
    take_back,
    take_waiting,
)
from complaints.services.letters.replies import LETTER, Reply, compose, send, try_again

__all__ = [
    "LETTER",
    "PEOPLE",
    "WAITS",
    "WRITTEN",
    "AlreadyHandled",
    "BoxTaken",
    "ChangedMeanwhile",
    "Place",
    "Reply",
    "attach",
    "compose",
    "look",
    "register_from",
    "save_box",
    "send",
    "set_aside",
    "take",
    "take_back",
    "take_waiting",
    "try_again",
]
