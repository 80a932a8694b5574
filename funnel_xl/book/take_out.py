"""Sheets out of the lists of a book, with all that counts sheets by their order told of it."""

from collections.abc import Collection

from .lists import Lists
from .package import BookSheet, Package
from .renaming import Renaming


def take_out(package: Package, lists: Lists, leaving: Collection[BookSheet], dropped: Collection[str]) -> None:
    """Cut sheets and their names out of the lists.

    Parameters
    ----------
    package : the book
    lists : its changes
    leaving : the sheets
    dropped : keys of all parts that go with them
    """
    gone = {sheet.position for sheet in leaving}
    for sheet in leaving:
        lists.cut(sheet.element)
        lists.unrelate(sheet.part)
    for part in sorted(dropped):
        lists.undeclare(part)
    lists.forget_formulas({sheet.sheet_id for sheet in leaving})
    lost = Renaming({sheet.name: None for sheet in leaving}, {})
    for name in package.defined_names():
        scope = name.attributes.get("localSheetId", "")
        if scope.isdecimal() and int(scope) in gone:
            lists.undefine(name)
            continue
        lists.redefine(name, lost.formula(name.text))     # as Excel does when a sheet is deleted
        if scope.isdecimal() and (now := new_position(int(scope), gone)) != int(scope):
            lists.write_number(name, "localSheetId", now)
    _turn_to_what_stays(package, lists, gone)


def new_position(position: int, gone: Collection[int]) -> int:
    """Where a sheet stands after others have left."""
    return position - sum(other < position for other in gone)


def _turn_to_what_stays(package: Package, lists: Lists, gone: Collection[int]) -> None:
    """Windows show a sheet that is still there: the same, else the next visible one."""
    stays = [sheet for sheet in package.sheets() if sheet.position not in gone]
    views = package.workbook_element("bookViews")
    for view in views.all("workbookView") if views else ():
        for attribute in ("activeTab", "firstSheet"):
            value = view.attributes.get(attribute, "")
            if not value.isdecimal():
                continue
            visible = [sheet.position for sheet in stays if sheet.visible or sheet.position == int(value)]
            if not visible:
                continue
            shown = next((position for position in visible if position >= int(value)), visible[-1])
            if (now := new_position(shown, gone)) != int(value):
                lists.write_number(view, attribute, now)
