"""Exchange of shifts: swaps, open shifts, stand-ins, illness."""

from staff.roster.services.exchange.checking import NotOnShift, NotPending
from staff.roster.services.exchange.open_shifts import (
    SHIFT_OFFERED,
    SHIFT_TAKEN,
    Offer,
    Taken,
    call_sick,
    close_open,
    offer_shift,
    put_on,
    stand_in,
    take_open,
)
from staff.roster.services.exchange.swaps import (
    SWAP_ANSWERED,
    SWAP_ASKED,
    SWAP_DECIDED,
    SWAP_WAITS,
    AlreadyAsked,
    Asked,
    answer_swap,
    ask_swap,
    decide_swap,
    withdraw_swap,
)

__all__ = [
    "SHIFT_OFFERED",
    "SHIFT_TAKEN",
    "SWAP_ANSWERED",
    "SWAP_ASKED",
    "SWAP_DECIDED",
    "SWAP_WAITS",
    "AlreadyAsked",
    "Asked",
    "NotOnShift",
    "NotPending",
    "Offer",
    "Taken",
    "answer_swap",
    "ask_swap",
    "call_sick",
    "close_open",
    "decide_swap",
    "offer_shift",
    "put_on",
    "stand_in",
    "take_open",
    "withdraw_swap",
]
