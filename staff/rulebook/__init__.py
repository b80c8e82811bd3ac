"""The numbers of the house rules with the day from which they hold, and the calendars.

No rule is applied here: rooms above ask for the values of a day. Every room may come in.
"""
