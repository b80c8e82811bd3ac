"""Reads of feedback: the inbox, rules, figures, actions, measures."""
