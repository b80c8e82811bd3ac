"""Punches, make-ups, red packets, and what the house rules make of them.

Who works when lives in the roster, leave in the room of its own. Leave, daily reports, incentives
and the other apps may come in.
"""
