"""Customers, orders, complaints, follow-ups and their reminders.

Feedback items do not live here. Feedback and config may come in; this package imports staff
and portal.
"""
