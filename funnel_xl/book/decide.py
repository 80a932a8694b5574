"""What becomes of the sheets when drawn ones come into a book: which is new, which is replaced, which leaves, which must not be touched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..draw.names import sheet_names
from ..errors import BookError
from .ours import HISTORY, OwnSheet, own_sheets
from .package import BookSheet, Package


@dataclass(frozen=True)
class Target:
    """A drawn sheet and where it goes."""

    drawn: OwnSheet
    name: str                       # in the book
    replaced: BookSheet | None      # None: it becomes the book's last sheet


@dataclass(frozen=True)
class Decision:
    """What becomes of the drawn sheets and of those in the book."""

    targets: tuple[Target, ...]
    stale: tuple[OwnSheet, ...]     # ours, of a kind that is drawn anew, but no longer among the drawn: they leave
    given_up: tuple[OwnSheet, ...]  # ours, typed into, while the new one takes another name: the user's from now on
    histories: tuple[OwnSheet, ...]     # never replaced


def decide(host: Package, donor: Package, replace: Collection[str], names: Mapping[str, str]) -> Decision:
    """Find each drawn sheet its place.

    Raises
    ------
    BookError
        A sheet of that name is not ours, or someone has typed into it, and `replace` doesn't allow to lose it.
    """
    drawn = own_sheets(donor)
    if len(drawn) != len(donor.sheets()):
        raise ValueError("a drawn sheet carries no mark of its own")
    allowed = {name.casefold() for name in replace}
    own = {old.key: old for old in own_sheets(host)}
    found: dict[str, Target] = {}
    given_up, new = [], []
    for sheet in drawn:
        old = own.get(sheet.key)
        if old is None:
            new.append(sheet)
        elif old.kind != HISTORY:
            if _may_go(old, allowed):
                found[sheet.key] = Target(sheet, old.sheet.name, old.sheet)
            elif names.get(sheet.sheet.name, old.sheet.name).casefold() != old.sheet.name.casefold():
                given_up.append(old)
                new.append(sheet)
            else:
                raise BookError("error.book.typed", file=host.book, sheet=old.sheet.name)
    kinds, keys = {sheet.kind for sheet in drawn} - {HISTORY}, {sheet.key for sheet in drawn}
    stale = tuple(old for old in own.values() if old.kind in kinds and old.key not in keys and _may_go(old, allowed))
    _place_new(host, [old for old in own.values() if old not in given_up], stale, new, allowed, names, found)
    return Decision(tuple(found[sheet.key] for sheet in drawn if sheet.key in found), stale, tuple(given_up),
                    tuple(old for old in own.values() if old.kind == HISTORY and old.key in keys))


def _may_go(old: OwnSheet, allowed: Collection[str]) -> bool:
    return old.sheet.name.casefold() in allowed or not old.typed_into


def _place_new(host: Package, own: Collection[OwnSheet], stale: Collection[OwnSheet], new: Collection[OwnSheet],
               allowed: Collection[str], names: Mapping[str, str], found: dict[str, Target]) -> None:
    """Targets for the sheets that the book doesn't have yet."""
    leaving = {old.sheet.position for old in stale}
    there = {sheet.name.casefold(): sheet for sheet in host.sheets() if sheet.position not in leaving}
    ours = {old.sheet.name.casefold() for old in own}
    for sheet in new:
        name = names.get(sheet.sheet.name, sheet.sheet.name)
        if sheet_names([name]) != [name]:
            raise BookError("error.book.name", file=host.book, sheet=name)
        known = there.get(name.casefold())
        if known is None:
            target = Target(sheet, name, None)
        elif name.casefold() in ours:       # two of ours wish for one name, such as two deals of one account
            target = Target(sheet, sheet_names([name], there)[0], None)
        elif name.casefold() in allowed and known.type == "worksheet":
            target = Target(sheet, known.name, known)
        else:
            raise BookError("error.book.taken", file=host.book, sheet=known.name)
        found[sheet.key] = target
        there[target.name.casefold()] = sheet.sheet
        ours.add(target.name.casefold())
