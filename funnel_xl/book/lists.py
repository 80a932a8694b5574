"""The list parts of a package with entries of ours added or taken out; not a byte of a foreign entry changes its place or its text."""

import posixpath
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from .markup import Edits, Element
from .package import CONTENT_TYPES, RELATIONSHIPS, Package, key, relations_part

HIGHEST_SHEET_ID = 65_534       # [MS-OI29500] 2.1.621
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")


class Lists:
    """Changes to a book's content types, workbook.xml, its relationships and its calculation chain, gathered before any is made."""

    def __init__(self, package: Package):
        self._package = package
        self._edits: dict[str, Edits] = {}
        self._relation_ids = {relation.id.lower() for relation in package.relations(package.workbook)}
        self._sheet_ids = {sheet.sheet_id for sheet in package.sheets()}
        self._new_names: list[str] = []
        self._cut_names: set[int] = set()       # where they start
        self.gone: set[str] = set()             # list parts that are empty now
        self._recalculate = False

    def results(self) -> dict[str, bytes]:
        """The changed list parts."""
        self._finish_names()
        self._finish_calculation()
        return {part: edits.result() for part, edits in self._edits.items() if edits and part not in self.gone}

    def declare(self, part: str, content_type: str) -> None:
        """Say what a part is."""
        override = self._package.override(part)
        if override is not None:
            if override.attributes.get("ContentType") != content_type:
                self._edit(CONTENT_TYPES).set(override, "ContentType", content_type)
        elif self._package.default_type(part) != content_type:
            root = self._root(CONTENT_TYPES)
            entry = f"<{root.prefix}Override PartName={quoteattr('/' + part)} ContentType={quoteattr(content_type)}/>"
            self._edit(CONTENT_TYPES).append(root, entry)

    def undeclare(self, part: str) -> None:
        """Take out what is said of a part."""
        override = self._package.override(part)
        if override is not None:
            self._edit(CONTENT_TYPES).cut(override)

    def relate(self, kind: str, part: str) -> str:
        """The id of a new relationship from the workbook to a part."""
        source = relations_part(self._package.workbook)
        number = next(number for number in count(1) if f"rid{number}" not in self._relation_ids)
        self._relation_ids.add(f"rid{number}")
        root = self._root(source)
        target = posixpath.relpath(part, posixpath.dirname(self._package.workbook) or ".")
        entry = f'<{root.prefix}Relationship Id="rId{number}" Type={quoteattr(kind)} Target={quoteattr(target)}/>'
        self._edit(source).append(root, entry)
        return f"rId{number}"

    def unrelate(self, part: str) -> None:
        """Take out the workbook's relationships to a part."""
        for relation in self._package.relations(self._package.workbook):
            if not relation.external and key(relation.target) == key(part):
                self._edit(relations_part(self._package.workbook)).cut(relation.element)

    def add_sheet(self, name: str, relation_id: str) -> None:
        """List a sheet as the book's last."""
        highest = max(self._sheet_ids, default=0)
        start = highest + 1 if highest < HIGHEST_SHEET_ID else 1
        number = next(number for number in count(start) if number not in self._sheet_ids)
        self._sheet_ids.add(number)
        parent = self._package.workbook_element("sheets")
        # The prefix of relationships may be declared on the root, on each sheet, or be another one: declared here it holds anyway.
        entry = (f'<{parent.prefix}sheet xmlns:r="{RELATIONSHIPS}" name={quoteattr(name)} sheetId="{number}" '
                 f'r:id="{relation_id}"/>')
        self._edit(self._package.workbook).append(parent, entry)

    def cut(self, element: Element) -> None:
        """Take an element of workbook.xml out."""
        self._edit(self._package.workbook).cut(element)

    def define(self, name: str, position: int, text: str, hidden: bool) -> None:
        """A new name of one sheet."""
        prefix = self._root(self._package.workbook).prefix
        shown = ' hidden="1"' if hidden else ""
        self._new_names.append(f'<{prefix}definedName name={quoteattr(name)} localSheetId="{position}"{shown}>{escape(text)}'
                               f"</{prefix}definedName>")

    def redefine(self, element: Element, text: str) -> None:
        """Another meaning for a name."""
        if element.text != text:
            self._edit(self._package.workbook).write_text(element, text)

    def undefine(self, element: Element) -> None:
        self._cut_names.add(element.start)

    def write_number(self, element: Element, attribute: str, value: int) -> None:
        """Another number in workbook.xml: a place that sheets have moved away from."""
        self._edit(self._package.workbook).set(element, attribute, str(value))

    def forget_formulas(self, sheet_ids: set[int]) -> None:
        """Take sheets out of the calculation chain: Excel repairs a book whose chain leads to cells without a formula."""
        chain = self._package.related("calcChain")
        if not chain:
            return
        sheet, cells, cut = "", self._root(chain).all("c"), 0
        for cell in cells:
            sheet = cell.attributes.get("i", sheet)     # an entry without it belongs to the same sheet as the one before
            if sheet.isdecimal() and int(sheet) in sheet_ids:
                self._edit(chain).cut(cell)
                cut += 1
        if cut and cut == len(cells):
            self.gone.add(chain)
            self.undeclare(chain)
            self.unrelate(chain)

    def recalculate(self) -> None:
        """Let formulas be worked out when the book is opened: what they read has changed, and their stored values have not."""
        self._recalculate = True

    def _finish_calculation(self) -> None:
        if not self._recalculate:
            return
        settings, workbook, root = self._package.workbook_element("calcPr"), self._package.workbook, self._root(self._package.workbook)
        if settings is not None:
            if settings.attributes.get("fullCalcOnLoad") not in ("1", "true", "on"):
                self._edit(workbook).set(settings, "fullCalcOnLoad", "1")
        else:
            position = max(child.end for child in root.children if child.local in (*_BEFORE_NAMES, "definedNames"))
            self._edit(workbook).insert(position, f'<{root.prefix}calcPr fullCalcOnLoad="1"/>')

    def _finish_names(self) -> None:
        workbook, parent = self._package.workbook, self._package.workbook_element("definedNames")
        added, self._new_names = "".join(self._new_names), []
        if parent is None:
            if added:
                root = self._root(workbook)
                position = max(child.end for child in root.children if child.local in _BEFORE_NAMES)
                self._edit(workbook).insert(position, f"<{root.prefix}definedNames>{added}</{root.prefix}definedNames>")
            return
        cut = [name for name in parent.children if name.start in self._cut_names]
        if len(cut) == len(parent.children) and not added and cut:
            self._edit(workbook).cut(parent)
        else:
            for name in cut:
                self._edit(workbook).cut(name)
            if added:
                self._edit(workbook).append(parent, added)

    def _root(self, part: str) -> Element:
        return self._package.markup(part).root

    def _edit(self, part: str) -> Edits:
        if part not in self._edits:
            self._edits[part] = Edits(self._package.markup(part))
        return self._edits[part]
