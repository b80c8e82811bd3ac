"""Whom something is for: by team or site, and by post (DAY-5)."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Target:
    """Teams and sites together, and posts; where nothing is named, nothing narrows."""

    team_ids: Collection[int] = ()
    site_ids: Collection[int] = ()
    posts: Collection[str] = ()

    @property
    def everywhere(self) -> bool:
        return not self.team_ids and not self.site_ids

    @property
    def every_post(self) -> bool:
        return not self.posts


def is_for(target: Target, *, team_id: int | None, site_id: int | None, post: str) -> bool:
    """Tell whether it is for somebody of a team, its site and a post.

    Team or site must fit, and the post as well: "shift leads of Yangzhou".
    """
    here = target.everywhere or team_id in target.team_ids or site_id in target.site_ids
    return here and (target.every_post or post in target.posts)
