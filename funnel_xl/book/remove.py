"""All sheets of ours out of a workbook again; where nothing else has saved it since, what comes back is the original, part for part."""

from collections.abc import Collection
from pathlib import Path

from ..errors import BookError
from .lists import Lists
from .original import original_part, original_sheets, read_originals
from .ours import HISTORY, OwnSheet, own_sheets
from .package import Package, check_writable, key
from .plan import Plan, Step, make_plan
from .save import check_free
from .take_out import take_out


def plan_removal(host_path: str | Path, *, replace: Collection[str] = ()) -> Plan:
    """How all sheets of ours leave a workbook, but a history stays; a book without any gets a plan that changes nothing.

    Parameters
    ----------
    host_path : the team's workbook
    replace : names of our sheets that may go though someone has typed into them

    Raises
    ------
    BookError
        The workbook can't be changed, someone has typed into a sheet of ours, or no visible sheet would be left.
    """
    host = Package(host_path)
    own = own_sheets(host)
    leaving = [sheet for sheet in own if sheet.kind != HISTORY]
    steps = [Step("keep", "/" + sheet.sheet.part, "plan.history", sheet.sheet.name) for sheet in own if sheet.kind == HISTORY]
    if not leaving:
        return make_plan(host, {}, (), steps, {})
    check_free(host.path)
    check_writable(host)
    _check_loss(host, leaving, {name.casefold() for name in replace})
    gone = host.hanging_on(sheet.sheet.part for sheet in leaving)
    copies = original_part(host)
    gone |= {key(copies)} if copies else set()
    originals = read_originals(host)
    stays = [(sheet.name, str(sheet.sheet_id)) for sheet in host.sheets() if sheet.position not in {own.sheet.position for own in leaving}]
    if originals is not None and original_sheets(host, originals) == stays:
        fresh = {part: content for part, content in originals.items() if content is not None}
        gone |= {key(part) for part, content in originals.items() if content is None}
        why = "plan.list.back"
    else:
        lists = Lists(host)
        take_out(host, lists, [sheet.sheet for sheet in leaving], gone)
        if copies:
            lists.unrelate(copies)
        fresh = lists.results()
        gone |= {key(part) for part in lists.gone}
        why = "plan.list.cut"
    names = {key(sheet.sheet.part): sheet.sheet.name for sheet in leaving}
    steps += [Step("change", "/" + part, why) for part in fresh]
    steps += [Step("remove", "/" + host.stored_name(part), "plan.sheet.gone" if part in names else "plan.dropped", names.get(part, ""))
              for part in gone]
    return make_plan(host, fresh, gone, steps, {})


def _check_loss(host: Package, leaving: Collection[OwnSheet], allowed: Collection[str]) -> None:
    """Refuse to lose what someone has typed, and to leave a book without a visible sheet, which Excel can't open."""
    for sheet in leaving:
        if sheet.sheet.name.casefold() not in allowed and sheet.typed_into:
            raise BookError("error.book.typed_remove", file=host.book, sheet=sheet.sheet.name)
    going = {sheet.sheet.position for sheet in leaving}
    if not any(sheet.visible for sheet in host.sheets() if sheet.position not in going):
        raise BookError("error.book.last", file=host.book)
