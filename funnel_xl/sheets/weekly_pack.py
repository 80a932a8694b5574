"""The weekly review: the manager's page, then a page for each owner with open deals."""

from collections.abc import Sequence
from difflib import get_close_matches

from ..errors import OutOfRange
from ..sales.answers import Answers
from ..sales.weekly import Weekly, weekly
from .describe import Sheet
from .weekly import weekly_sheet
from .weekly_manager import weekly_manager_sheet


def weekly_sheets(answers: Answers, language: str, owners: Sequence[str] = ()) -> tuple[Sheet, ...]:
    """The pages of the week; those of the named owners alone, without the manager's, where some are named ("" for no owner).

    Raises
    ------
    OutOfRange
        A named owner has no open deals.
    """
    team = weekly(answers)
    keys = {at: f"weekly:{each.owner}" for at, each in enumerate(team.owners) if len(each.rows)}
    if owners:
        return tuple(weekly_sheet(team, team.owners[at], keys[at], language) for at in _asked(team, list(keys), owners))
    pages = (weekly_sheet(team, team.owners[at], key, language) for at, key in keys.items())
    return (weekly_manager_sheet(team, keys, language), *pages)


def _asked(team: Weekly, with_page: Sequence[int], owners: Sequence[str]) -> list[int]:
    """The places in team.owners of the owners that are named."""
    known = {team.named.find(team.owners[at].owner): at for at in with_page}
    found = set()
    for owner in owners:
        at = known.get(team.named.find(owner))
        if at is None:
            names = [team.owners[each].owner for each in with_page if team.owners[each].owner]
            near = get_close_matches(owner, names, n=5, cutoff=0.4) or names[:5]
            raise OutOfRange("error.choose.owner", owner=owner, near=", ".join(near) or "-")
        found.add(at)
    return sorted(found)
