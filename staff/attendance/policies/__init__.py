"""The rules of house rules §3 as pure functions, by topic.

`values` holds what is judged, `boundaries` where shifts begin and end and which punch counts,
`makeups` the certified punches, `judging` the result of a shift, `absences` the sums of absence,
`redpackets` what is owed in the team group. No clock, no database, no texts.
"""
