"""Shift types and who works which shift, led by whom.

Punches and leave do not live here. Attendance, leave and the other apps may come in.
"""
