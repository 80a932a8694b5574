"""Drawn sheets into a team's own closed workbook: everything foreign keeps its bytes, sheets of ours are replaced where they lie."""

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from pathlib import Path

from ..draw.mark import MARK, mark_text
from .decide import Decision, Target, decide
from .lists import Lists
from .markup import Markup
from .original import CONTENT_TYPE, RELATION, original_part, read_originals, write_originals
from .ours import HISTORY, OwnSheet, own_sheets
from .package import CONTENT_TYPES, RELATIONSHIPS, Package, check_writable, key, relations_part
from .plan import Plan, Step, make_plan
from .renaming import Renaming
from .rezip import Content
from .save import check_free
from .styles import EMPTY, Styles
from .take_out import new_position, take_out
from .transplant import TableName, Transplant, code_name, reached_parts

STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_DRAWN_NAMES = ("_xlnm.", MARK)         # names of a sheet that come with what is drawn on it
_HIDDEN_NAMES = (MARK, "_xlnm._FilterDatabase")


def plan_placing(host_path: str | Path, drawn_path: str | Path, *, replace: Collection[str] = (),
                 names: Mapping[str, str] | None = None) -> Plan:
    """How the sheets of a drawn book go into a workbook; nothing is written before carry_out().

    Parameters
    ----------
    host_path : the team's workbook
    drawn_path : a book by draw() in the host's date system (package.date_system); it must lie there until the plan is carried out
    replace : names of sheets that may be replaced though they aren't ours or someone has typed into them
    names : {drawn sheet: what it shall be called in the workbook}

    Raises
    ------
    BookError
        The workbook can't take up sheets (signed, protected, shared, damaged, open in Excel ...), or a sheet of that name lies there
        which is not ours or into which someone has typed.
    """
    host, donor = Package(host_path), Package(drawn_path)
    check_free(host.path)
    check_writable(host)
    if host.date_system != donor.date_system:
        raise ValueError("the sheets are drawn for another date system than the workbook's")
    return _Placing(host, donor, decide(host, donor, replace, names or {})).plan()


@dataclass(frozen=True)
class Edited:
    """Parts of the team's own that were changed by hand, so to speak: formulas that read them are worked out anew."""

    parts: Mapping[str, bytes]
    steps: tuple[Step, ...]


def plan_adding(host: Package, drawn_path: str | Path, *, names: Mapping[str, str], edited: Edited | None = None) -> Plan:
    """How sheets come into a workbook that stay in it whatever becomes of ours: the user's own (unmarked), or history.

    Parameters
    ----------
    host : the team's workbook, into which sheets may be put (check_free, check_writable)
    drawn_path : a book by draw() in the host's date system; it must lie there until the plan is carried out
    names : {drawn sheet: what it shall be called in the workbook}, free there
    edited : what else is changed in the same stroke
    """
    donor = Package(drawn_path)
    own = {sheet.sheet.name: sheet for sheet in own_sheets(donor)}
    drawn = [own.get(sheet.name) or OwnSheet(donor, sheet, "", "", sheet.name) for sheet in donor.sheets()]
    if any(sheet.kind not in ("", HISTORY) for sheet in drawn):
        raise ValueError("such a sheet would leave again")
    targets = tuple(Target(sheet, names.get(sheet.sheet.name, sheet.sheet.name), None) for sheet in drawn)
    return _Placing(host, donor, Decision(targets, (), (), ()), edited, stays=True).plan()


class _Placing:
    """Works out what each new part holds and what each list part gains."""

    def __init__(self, host: Package, donor: Package, decision: Decision, edited: Edited | None = None, *, stays: bool = False):
        self._host, self._donor, self._decision, self._edited, self._stays = host, donor, decision, edited, stays
        self._lists = Lists(host)
        self._stale = [old.sheet for old in decision.stale]
        self._replaced = [target.replaced for target in decision.targets if target.replaced]
        self._dropped = host.hanging_on(sheet.part for sheet in (*self._replaced, *self._stale))
        self._reserved = {key(sheet.part) for sheet in self._replaced}
        self._fresh: dict[str, Content] = {}
        self._steps = [Step("keep", "/" + old.sheet.part, why, old.sheet.name)
                       for why, kept in (("plan.history", decision.histories), ("plan.given_up", decision.given_up)) for old in kept]

    def plan(self) -> Plan:
        parts = self._part_names()
        tables = self._table_names(parts)
        called = {target.drawn.sheet.name: target.name for target in self._decision.targets}
        renaming = Renaming(called, {self._table_attribute(part): table.name for part, table in tables.items()})
        styles, styles_part = self._styles()
        code_names = {target.drawn.sheet.part: name for target in self._decision.targets
                      if target.replaced and (name := code_name(self._host.read(target.replaced.part)))}
        transplant = Transplant(self._donor, styles, parts, tables, renaming, code_names)
        for target in self._decision.targets:
            self._take_up(transplant, target, parts)
        if self._edited:
            self._fresh |= self._edited.parts
            self._steps += self._edited.steps
            self._lists.recalculate()
        self._clear()
        self._list_sheets(transplant, renaming, parts)
        self._change_lists(styles_part, styles.result())
        gone = (self._dropped | {key(part) for part in self._lists.gone}) - {key(part) for part in self._fresh}
        self._steps += [Step("remove", "/" + self._host.stored_name(part), "plan.dropped") for part in gone]
        return make_plan(self._host, self._fresh, gone, self._steps, called)

    def _part_names(self) -> dict[str, str]:
        """Each part of the drawn book that is taken up, and its name in the host."""
        names = {target.drawn.sheet.part: target.replaced.part for target in self._decision.targets if target.replaced}
        for target in self._decision.targets:
            for part in reached_parts(self._donor, target.drawn.sheet.part):
                if part not in names:
                    names[part] = self._free_name(part)
        return names

    def _free_name(self, like: str) -> str:
        """A part name of the same pattern that the host doesn't use: styles.xml, chart1.xml, chart7.xml."""
        place = posixpath.join(posixpath.dirname(self._host.workbook), like.partition("/")[2])
        stem, number, ending = re.fullmatch(r"(.*?)([0-9]*)(\.[^./]+)", place).groups()
        taken = set(self._host.members) - self._dropped | self._reserved
        tails = map(str, count(1)) if number else chain([""], map(str, count(1)))
        name = next(name for tail in tails if not {key(name := stem + tail + ending), key(relations_part(name))} & taken)
        self._reserved.add(key(name))
        return name

    def _table_names(self, parts: Mapping[str, str]) -> dict[str, TableName]:
        """A number and a name for each drawn table, unlike all that stay in the book; those of a replaced table are taken over."""
        numbers, taken, old = {0}, {name.attributes.get("name", "").casefold() for name in self._host.defined_names()}, {}
        for part in self._host.members:
            if self._host.content_type(part).endswith(".table+xml"):
                table = self._host.markup(part).root.attributes
                digits, name = table.get("id", ""), table.get("displayName", "").casefold()
                number = int(digits) if digits.isdecimal() else 0
                if part in self._dropped:
                    old[name] = number
                else:
                    numbers.add(number)
                    taken |= {name, table.get("name", "").casefold()}
        found = {}
        for part in parts:
            if self._donor.content_type(part).endswith(".table+xml"):
                wished = self._table_attribute(part)
                name = next(name for tail in count(1) if (name := f"{wished}_{tail}" if tail > 1 else wished).casefold() not in taken)
                number = old.get(name.casefold(), 0)
                if number in numbers:
                    number = max((*numbers, *old.values())) + 1
                numbers.add(number)
                taken.add(name.casefold())
                found[part] = TableName(number, name)
        return found

    def _table_attribute(self, part: str) -> str:
        return self._donor.markup(part).root.attributes["displayName"]

    def _styles(self) -> tuple[Styles, str]:
        """The host's styles and their part, which is added if there is none."""
        part = self._host.related("styles")
        drawn = self._donor.markup(self._donor.related("styles"))
        if part:
            return Styles(self._host.markup(part), drawn, self._host.book), part
        part = self._free_name("xl/styles.xml")
        self._lists.relate(RELATIONSHIPS + "/styles", part)
        self._lists.declare(part, STYLES_TYPE)
        return Styles(Markup(EMPTY, self._host.book, part), drawn, self._host.book), part

    def _take_up(self, transplant: Transplant, target: Target, parts: Mapping[str, str]) -> None:
        """A drawn sheet and the parts that hang on it."""
        for part in reached_parts(self._donor, target.drawn.sheet.part):
            name = parts[part]
            why = "plan.belongs" if part != target.drawn.sheet.part else "plan.sheet.again" if target.replaced else "plan.sheet.new"
            self._lists.declare(name, self._donor.content_type(part))
            self._add(name, partial(transplant.content, part), why, target.name)
            relations = transplant.relations(part)
            if relations:
                self._add(relations_part(name), relations, "plan.belongs", target.name)

    def _add(self, name: str, content: Content, why: str, sheet: str = "") -> None:
        self._fresh[name] = content
        self._steps.append(Step("change" if self._host.has(name) else "add", "/" + name, why, sheet))

    def _clear(self) -> None:
        """Take what leaves out of the lists; what takes an old part's name takes over its entry."""
        leaving = self._dropped - {key(part) for part in self._fresh}
        if self._stale:
            take_out(self._host, self._lists, self._stale, leaving)
        else:
            for part in sorted(leaving):
                self._lists.undeclare(part)
        self._lists.forget_formulas({sheet.sheet_id for sheet in self._replaced})
        for old in self._decision.given_up:
            for name in self._host.defined_names(old.sheet):
                if name.attributes.get("name", "").lower() == MARK:
                    self._lists.undefine(name)

    def _list_sheets(self, transplant: Transplant, renaming: Renaming, parts: Mapping[str, str]) -> None:
        """Enter the sheets and their names into workbook.xml."""
        if any("localSheetId" not in name.attributes for name in self._donor.defined_names()):
            raise ValueError("a drawn book has names of its own")
        gone = {sheet.position for sheet in self._stale}
        end = len(self._host.sheets()) - len(gone)
        for target in self._decision.targets:
            texts = {name.attributes["name"]: renaming.formula(name.text) for name in self._donor.defined_names(target.drawn.sheet)}
            if renaming and MARK in texts:
                content = transplant.content_hash(target.drawn.sheet.part)
                texts[MARK] = mark_text(target.drawn.kind, content, target.drawn.key)
            if target.replaced:
                self._rename(target, new_position(target.replaced.position, gone), texts)
            else:
                part = parts[target.drawn.sheet.part]
                self._lists.add_sheet(target.name, self._lists.relate(RELATIONSHIPS + "/worksheet", part))
                self._define(end, texts)
                end += 1

    def _rename(self, target: Target, position: int, texts: dict[str, str]) -> None:
        """A replaced sheet's names: what was drawn is drawn anew, what the team has named stays."""
        for name in self._host.defined_names(target.replaced):
            known = name.attributes.get("name", "")
            if known in texts:
                self._lists.redefine(name, texts.pop(known))
            elif known.lower().startswith(_DRAWN_NAMES):
                self._lists.undefine(name)
        self._define(position, texts)

    def _define(self, position: int, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            self._lists.define(name, position, text, hidden=name in _HIDDEN_NAMES)

    def _change_lists(self, styles_part: str, styles: bytes) -> None:
        """The changed list parts, and the copies of them that lead back to the original."""
        if self._stays:     # nothing of it will leave again, so there is no original to come back to
            self._add_changed(self._lists.results(), styles_part, styles)
            return
        old = original_part(self._host)
        originals = read_originals(self._host)
        if originals is None and all(sheet.kind == HISTORY for sheet in own_sheets(self._host)):
            originals = {}      # today's lists are the original ones
        part = old or self._free_name(posixpath.join("xl", "funnel_xl", "original.xml"))
        if originals is not None and not old:
            self._lists.relate(RELATION, part)
            self._lists.declare(part, CONTENT_TYPE)
        elif originals is None and old:
            self._lists.unrelate(old)
            self._lists.undeclare(old)
            self._dropped.add(key(old))
        changed = self._add_changed(self._lists.results(), styles_part, styles)
        if originals is not None:
            for name in changed:
                originals.setdefault(name, self._host.read(name) if self._host.has(name) else None)
            now = {name: changed[name] if name in changed else self._host.read(name) for name in originals}
            self._add(part, write_originals(originals, now), "plan.original")

    def _add_changed(self, changed: dict[str, bytes], styles_part: str, styles: bytes) -> dict[str, bytes]:
        if not self._host.has(styles_part) or styles != self._host.read(styles_part):
            changed[styles_part] = styles
        for name, content in changed.items():
            self._add(name, content, _WHY.get(name, self._why(name)))
        return changed

    def _why(self, part: str) -> str:
        if part == self._host.workbook:
            return "plan.list.workbook"
        if part == relations_part(self._host.workbook):
            return "plan.list.relations"
        return "plan.list.formulas" if part == self._host.related("calcChain") else "plan.list.styles"


_WHY = {CONTENT_TYPES: "plan.list.types"}
