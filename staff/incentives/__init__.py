"""The month's settlement: what each rule costs or pays, the ledger of it, and the statements.

Judging shifts lives in attendance, days off in leave. Complaints and feedback may come in through
services, queries, models and enums.
"""
