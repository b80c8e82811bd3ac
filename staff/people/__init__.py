"""People, posts, teams, stores, the chain of command, and who is absent.

Shifts, attendance and leave do not live here. The rooms above and the other apps may come in.
"""
