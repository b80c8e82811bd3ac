"""Reads about rest days and leave: what stands, what a month holds, lists and the calendar."""
