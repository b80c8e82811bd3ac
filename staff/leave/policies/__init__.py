"""Rules of rest days and leave (house rules §4), over plain values.

`days` are parts of days and what stands in each other's way, `asking` whether a request is in
time and has a rest day left, `balances` what a month and a year hold, `consequences` what a
request will cost. Days count in half days everywhere. No clock, no database.
"""
