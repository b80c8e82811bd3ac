"""Writes of feedback: channels, intake, triage, ways out, alarms, improvement actions."""
