"""Who may do what with the handbook. Seeing is `visible_to`."""

from staff.handbook.models import Article
from staff.people.access import Scope


def can_write(scope: Scope) -> bool:
    """New articles: leads and above."""
    return scope.person_id is not None and scope.leads


def can_change_article(scope: Scope, article: Article) -> bool:
    """Leads and above, and whoever owns it."""
    return can_write(scope) or (scope.person_id is not None and article.owner_id == scope.person_id)
