"""What every app stands on, and the shell around them.

Here live the user and the sign-in, home and navigation, notices and the outbox, the audit log,
the tick, imports and exports, sealed fields, and the pure values money, period and service
time. What a department does (people, complaints, feedback) does not live here. Everybody may
import from here; this package imports no other app.
"""
