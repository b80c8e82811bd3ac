"""The people of the department and how their work is arranged.

One Django app of several rooms: rulebook (the policy with dates), people (posts, teams, stores),
roster (shifts). Complaints and feedback do not live here. Those two may import services,
queries, models, enums and policies of a room; this package imports portal only.
"""
