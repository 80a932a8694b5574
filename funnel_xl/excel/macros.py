"""What the buttons start: check, review, charts, refresh, import, freeze, undo, language. Windows and Mac.

Each is called by a constant line of VBA, works on the open book through Excel, computes with the code of closed files, and ends with
Excel as it was; what it has to say it says in one message box.
"""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from xlwings.utils import a1_to_tuples

from ..book.freeze import freeze as write_frozen
from ..book.freeze import frozen_name
from ..errors import BookError, OutOfRange
from ..sales.answers import Answers
from ..sheets.check import check_sheet
from ..sheets.choose import MOST, Choice
from ..sheets.deals import KEY as DEALS
from ..sheets.deals import deal_order
from ..sheets.describe import Block, Link, Sheet, Table
from ..sheets.funnel import funnel_sheet
from ..sheets.pack import pack
from ..sheets.reports import REPORTS, reports
from ..sheets.weekly_pack import weekly_sheets
from . import last_change, marks, native
from .demo import demo_rows
from .desk import Desk, check_unlocked, macro
from .headings import headings_to_change, sheets_to_rename
from .import_dialog import import_into
from .placing import Placed, place
from .refresh import computed_in, recalculate, write_computed
from .tables import Team, read_team
from .writing import body_row, cut_rows, written

FOLLOW = "FunnelFollow"


@macro
def check(desk: Desk) -> str:
    """Draw the sheet of findings, and mark the cells that they are about if the user wants it."""
    team = _read(desk)
    desk.step("step.check")
    answers = team.answers()
    sheet = _led_back(check_sheet(answers, team.language), answers)
    own = Sheet(DEALS, DEALS, team.deals.grid.place, ())
    placed = place(desk, [sheet], beside=[own])
    counts = {"errors": _severe(answers, "error"), "warnings": _severe(answers, "warning"), "deals": f"{len(answers.deals.table):,}"}
    said = [desk.words["macro.check.found"].format(**counts), *_said(desk, placed)]
    notes = marks.cells_to_mark(answers.findings, desk.words)
    if not notes:
        removed = marks.unmark(desk.book)
        return "\n".join(said + ([desk.words["macro.unmark.done"].format(n=removed)] if removed else []))
    question = desk.words["macro.check.ask"].format(n=f"{min(len(notes), marks.MOST):,}")
    if desk.ask("\n".join(said) + "\n\n" + question + desk.shared_now(), "yes_no") != "yes":
        return ""
    desk.step("macro.step.mark")
    marked = marks.mark(desk.book, notes)
    last_change.remember(desk.book, [last_change.MARKS_STEP])
    return _marked(desk, marked)


@macro
def unmark(desk: Desk) -> str:
    """Take the marks of check off the cells."""
    return desk.words["macro.unmark.done"].format(n=marks.unmark(desk.book))


@macro
def review(desk: Desk) -> str:
    """Draw a review sheet for each selected deal; where none is selected, the whole pack with the Best Few."""
    team = _read(desk)
    desk.step("step.check")
    answers = team.answers()
    rows = _selected(team)
    if len(rows) > MOST:
        raise OutOfRange("error.macro.too_many", n=len(rows), allowed=MOST)
    desk.step("step.describe")
    if not rows:
        return _done(desk, place(desk, pack(answers, team.language), whole=True))
    forms = [sheet for sheet in pack(answers, team.language, chosen=Choice(tuple(rows), "form.rule.named", {"n": len(rows)}))
             if sheet.kind == "review"]
    return _done(desk, place(desk, forms))


@macro
def charts(desk: Desk) -> str:
    """Draw the funnel with its charts."""
    answers, language = _answered(desk)
    return _done(desk, place(desk, [funnel_sheet(answers, language)]))


@macro
def weekly(desk: Desk) -> str:
    """Draw the weekly review: the manager's page, then one a rep."""
    answers, language = _answered(desk)
    return _done(desk, place(desk, weekly_sheets(answers, language), whole=True))


def _report(*names: str) -> Callable[[], None]:
    """A macro that draws these reports of the method; all of them where none is named."""

    @macro
    def report(desk: Desk) -> str:
        answers, language = _answered(desk)
        return _done(desk, place(desk, reports(answers, language, names)))

    return report


report_all = _report()
for _name in REPORTS:       # report_conversion, report_ideal ...: what the ribbon's menu starts, each by a constant command
    globals()[f"report_{_name}"] = _report(_name)


@macro
def refresh(desk: Desk) -> str:
    """Calculate everything anew; where Excel can't call Python, write the computed columns as values."""
    desk.step("macro.step.refresh")
    if native.calls_python(desk.book) and recalculate(desk.book):
        return ""
    team = _read(desk)
    columns = computed_in(team)
    if not columns:
        return desk.words["macro.refresh.nothing"]
    check_unlocked(team.sheet())
    if _has_formulas(team, columns.values()) and desk.ask(desk.words["macro.refresh.ask"] + desk.shared_now()) != "ok":
        return ""
    return desk.words["macro.refresh.done"].format(deals=f"{write_computed(team):,}", as_of=team.as_of.isoformat())


@macro
def import_deals(desk: Desk) -> str:
    """Add the deals of a file: new ones at the end of the table, known ones changed only where the user agrees."""
    path = native.ask_for_file(desk.book.app, desk.words["macro.import.title"], [
        (desk.words["macro.import.books"], "*.xlsx;*.xlsm;*.xltx;*.xltm"), (desk.words["macro.import.texts"], "*.csv;*.tsv;*.txt")])
    if path is None:
        return ""
    return import_into(desk, _read(desk), path)


@macro
def freeze(desk: Desk) -> str:
    """Save a copy with values in place of our functions and without macros, beside the workbook."""
    desk.step("macro.step.freeze")
    folder = Path(str(native.ask(desk.book, "full_name"))).parent
    if not folder.is_absolute() or not folder.is_dir():     # not saved yet, or on a server
        folder = Path.home()
    out = _free_path(folder / frozen_name(desk.book.name))
    with tempfile.TemporaryDirectory(prefix="funnel-xl-", ignore_cleanup_errors=True) as temporary:
        saved = Path(temporary) / desk.book.name
        saved = saved if saved.suffix else saved.with_suffix(".xlsx")
        native.save_copy(desk.book, saved)
        copy = write_frozen(saved, out)
    said = [desk.words["cli.freeze.done"].format(path=out, cells=f"{copy.cells:,}")]
    if copy.errors:
        said.append(desk.words["cli.freeze.errors"].format(errors=f"{copy.errors:,}", book=desk.book.name))
    if copy.left_out:
        said.append(desk.words["cli.freeze.left_out"].format(sheets=", ".join(copy.left_out)))
    return "\n".join(said)


@macro
def undo(desk: Desk) -> str:
    """Take back what the last button changed in the user's cells."""
    return desk.words["macro.undo.done" if last_change.take_back(desk.book) else "macro.undo.nothing"]


@macro
def language(desk: Desk) -> str:
    """Put headings and sheet names of our workbook into the language of its settings."""
    headings = headings_to_change(desk.book, desk.language)
    renamed = sheets_to_rename(desk.book, desk.language)
    if not headings and not renamed:
        return desk.words["macro.language.nothing"]
    question = desk.words["macro.language.ask"].format(headings=len(headings), sheets=len(renamed))
    if desk.ask(question + desk.shared_now()) != "ok":
        return ""
    if renamed and native.ask(desk.book, "structure_locked"):
        raise BookError("error.book.protected", file=desk.book.name)
    for name in {heading.sheet for heading in headings}:
        check_unlocked(desk.book.sheets[name])
    for heading in headings:
        desk.book.sheets[heading.sheet].range((heading.row, heading.column)).value = written(heading.new)
    for old, new in renamed:
        desk.book.sheets[old].name = new
    # Steps are taken back from the last to the first: headings on sheets by their new names, then these names.
    steps, now = [last_change.renamed_step(old, new) for old, new in renamed], dict(renamed)
    steps += [last_change.cells_step(now.get(each.sheet, each.sheet), [(each.row, each.column, each.old, each.new)]) for each in headings]
    last_change.remember(desk.book, steps)
    return desk.words["macro.language.done"].format(headings=len(headings), sheets=len(renamed))


@macro
def remove_demo(desk: Desk) -> str:
    """Take the demo's rows out of our workbook; those that the user has changed stay."""
    found, kept = demo_rows(desk.book)
    if not found:
        return desk.words["macro.demo.nothing"]
    count = sum(len(rows.places) for rows in found)
    question = desk.words["macro.demo.ask"].format(rows=f"{count:,}", tables=", ".join(rows.table for rows in found), kept=f"{kept:,}")
    if desk.ask(question + desk.shared_now()) != "ok":
        return ""
    for rows in found:
        check_unlocked(desk.book.sheets[rows.sheet])
    steps = []
    for rows in found:
        steps.append(last_change.removed_step(rows.sheet, rows.table, rows.places, rows.columns, rows.rows))
        cut_rows(desk.book.sheets[rows.sheet].tables[rows.table], rows.places)
    steps += _follow_today(desk)
    last_change.remember(desk.book, steps)
    return desk.words["macro.demo.done"].format(rows=f"{count:,}")


def _read(desk: Desk) -> Team:
    """The team's deals; from here on the user is spoken to in their language."""
    desk.step("step.read")
    team = read_team(desk.book)
    desk.language = team.language
    return team


def _answered(desk: Desk) -> tuple[Answers, str]:
    """The team's answers and its language, ready to be described."""
    team = _read(desk)
    desk.step("step.check")
    answers = team.answers()
    desk.step("step.describe")
    return answers, team.language


def _led_back(sheet: Sheet, answers: Answers) -> Sheet:
    """The sheet with links that lead to the rows of the team's own table, in place of those of a drawn list."""
    order, numbers = deal_order(answers), answers.deals.grid.row_numbers

    def turned(link: Link | None) -> Link | None:
        return Link(DEALS, numbers[order[link.row]] - 1) if link and link.sheet == DEALS and link.row >= 0 else link

    def block(each: Block) -> Block:
        if not isinstance(each, Table):
            return each
        return replace(each, columns=tuple(replace(column, links=[turned(link) for link in column.links]) if column.links else column
                                           for column in each.columns))

    return replace(sheet, blocks=tuple(block(each) for each in sheet.blocks))


def _severe(answers: Answers, severity: str) -> str:
    return f"{sum(finding.severity == severity for finding in answers.findings):,}"


def _selected(team: Team) -> list[int]:
    """Deals whose rows are selected on their own sheet, without hidden ones; none where all are."""
    selection = native.selection(team.book.app)
    if selection is None or selection.sheet.name != team.deals.grid.place or selection.sheet.book.name != team.book.name:
        return []
    areas = [a1_to_tuples(area.replace("$", "")) for area in str(selection.address).split(",") if any(map(str.isdigit, area))]
    spans = [(first[0], (last or first)[0]) for first, last in areas if first]
    rows = [row for row, number in enumerate(team.deals.grid.row_numbers) if any(first <= number <= last for first, last in spans)]
    if len(rows) == len(team.deals.table) > 1:
        return []
    sheet = team.sheet()
    return [row for row in rows if not sheet.range((team.deals.grid.row_numbers[row], 1)).rows.hidden] if len(rows) <= 10 * MOST else rows


def _said(desk: Desk, placed: Placed) -> list[str]:
    """What became of the sheets, in sentences."""
    lines = []
    if placed.names:
        lines.append(desk.words["macro.placed"].format(names=", ".join(placed.names)))
    if placed.removed:
        lines.append(desk.words["macro.removed"].format(names=", ".join(placed.removed)))
    if placed.kept:
        lines.append(desk.words["macro.kept"].format(names=", ".join(placed.kept)))
    if native.ask(desk.book, "read_only"):
        lines.append(desk.words["macro.read_only"])
    return lines


def _done(desk: Desk, placed: Placed) -> str:
    return "\n".join(_said(desk, placed))


def _marked(desk: Desk, marked: marks.Marked) -> str:
    lines = [desk.words["macro.mark.done"].format(n=f"{marked.cells:,}")]
    if marked.kept:
        lines.append(desk.words["macro.mark.kept"].format(n=f"{marked.kept:,}"))
    if marked.left:
        lines.append(desk.words["macro.mark.left"].format(n=f"{marked.left:,}", most=marks.MOST))
    if marked.locked:
        lines.append(desk.words["macro.mark.locked"].format(sheets=", ".join(marked.locked)))
    return "\n".join(lines)


def _has_formulas(team: Team, columns: Iterable[int]) -> bool:
    first = body_row(team.table())
    return any(str(team.sheet().range((first, column)).formula).startswith("=") for column in columns)


def _follow_today(desk: Desk) -> list[last_change.Step]:
    """Without the demo, whose dates lie around a day of its own, the as-of date follows today again."""
    if FOLLOW not in desk.book.names:
        return []
    cell = desk.book.names[FOLLOW].refers_to_range
    before, now = cell.value, desk.words["demo.yes"]
    cell.value = now
    return [last_change.cells_step(cell.sheet.name, [(cell.row, cell.column, before, now)])]


def _free_path(path: Path) -> Path:
    """The path itself, or with a number, so that no older copy is written over."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free
