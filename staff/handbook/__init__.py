"""The handbook: scripts and product knowledge, announcements, contingency plans, training.

Everybody of the department reads here (DAY-4 to DAY-6). What happens on shifts is not known here;
rooms above hand over what is worth keeping, through `services`.
"""
