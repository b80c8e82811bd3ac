"""What customers say on every channel (house rules §9).

Complaints do not live here. Nobody but config imports this package; it stands on complaints,
staff and portal.
"""
