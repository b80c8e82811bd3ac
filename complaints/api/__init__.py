"""The API of orders, complaints, proposals and follow-ups, by topic."""

from complaints.api.cases import router as cases
from complaints.api.casework import router as casework
from complaints.api.followups import router as followups
from complaints.api.orders import router as orders
from complaints.api.proposals import router as proposals

ROUTERS = (orders, cases, casework, proposals, followups)
__all__ = ["ROUTERS"]
