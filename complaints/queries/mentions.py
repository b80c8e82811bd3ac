"""Who sees a case, and can be spoken to in its notes."""

from datetime import date

from django.db.models import Q

from complaints.models import Complaint
from complaints.queries import routing
from staff.people.models import Posting
from staff.people.queries import Member, above, members


def readers_of(complaint: Complaint, *, today: date) -> list[Member]:
    """Return who sees a case, by name (§10).

    The team of its store and those above it, and who recorded, owns or watches it.
    """
    everybody = members(today)
    team = routing.teams_of([complaint.store_id], today=today).get(complaint.store_id)
    posted = Posting.objects.on(today).filter(
        Q(team=team, team__isnull=False) | Q(person__watches__complaint=complaint)
    )
    keys = set(posted.values_list("person_id", flat=True))
    keys |= {key for key in (complaint.owner_id, complaint.recorder_id) if key}
    chain = {one.person_id for key in keys if key in everybody for one in above(key, everybody)}
    found = [everybody[key] for key in keys | chain if key in everybody]
    return sorted(found, key=lambda one: (one.name, one.number))
