"""Importing as the user sees it: what a file brings is shown first, and written only as he agrees."""

from dataclasses import replace
from pathlib import Path

from ..book.source import open_source
from ..sales.deals import read_deals
from . import last_change
from .desk import Desk, check_unlocked
from .importing import Import, plan_import
from .tables import Team
from .writing import add_rows, written

EXAMPLES = 3        # cells that a question about many of them shows


def import_into(desk: Desk, team: Team, path: Path) -> str:
    """Add a file's deals to the team's table; what to say at the end.

    Raises
    ------
    BookError
        The deals are no Excel table, or their sheet is protected.
    FunnelError
        The file can't be read, or its amounts are in another currency.
    """
    table = team.table()
    check_unlocked(table.parent)
    desk.step("step.read", name=path.name)
    plan = plan_import(team.deals, read_deals(open_source(path), team.as_of), team.formula_cells())
    notes = _notes(desk, plan)
    if not plan.new and not plan.changes:
        return "\n".join([desk.words["macro.import.nothing"].format(file=path.name, known=f"{plan.known:,}"), *notes])
    question = "\n".join([_question(desk, team, plan, path.name), *notes]) + desk.shared_now()
    agreed = desk.ask(question, "yes_no_cancel" if plan.changes and plan.new else "ok_cancel")
    if agreed == "cancel":
        return ""
    return _imported(desk, team, replace(plan, changes=[]) if agreed == "no" else plan)


def _question(desk: Desk, team: Team, plan: Import, file: str) -> str:
    lines = [desk.words["macro.import.new"].format(file=file, n=f"{len(plan.new):,}")] if plan.new else []
    if plan.changes:
        grid = team.deals.grid
        lines.append(desk.words["macro.import.differ"].format(
            deals=f"{len({change.row for change in plan.changes}):,}", cells=f"{len(plan.changes):,}"))
        lines += [desk.words["macro.import.example"].format(where=grid.where(change.row, change.column), old=_shown(change.old),
                                                            new=_shown(change.new)) for change in plan.changes[:EXAMPLES]]
        lines.append(desk.words["macro.import.choose" if plan.new else "macro.import.overwrite"])
    return "\n".join(lines)


def _shown(value: object) -> str:
    return "-" if value is None else value.date().isoformat() if hasattr(value, "date") else f"{value:g}" if isinstance(value, float) \
        else str(value)[:40]


def _notes(desk: Desk, plan: Import) -> list[str]:
    lines = []
    if plan.unclear:
        lines.append(desk.words["macro.import.unclear"].format(n=f"{plan.unclear:,}"))
    if plan.left_out:
        lines.append(desk.words["macro.import.left_out"].format(headings=", ".join(plan.left_out)))
    return lines


def _imported(desk: Desk, team: Team, plan: Import) -> str:
    """Write what was agreed to, and note how to take it back."""
    desk.step("macro.step.import")
    sheet, table, grid = team.sheet(), team.table(), team.deals.grid
    cells = [(grid.row_numbers[change.row], grid.first_column + change.column, change.old, change.new) for change in plan.changes]
    for row, column, _, new in cells:
        sheet.range((row, column)).value = written(new)
    steps = [last_change.cells_step(sheet.name, cells)] if cells else []
    if plan.new:
        columns = [grid.first_column + column for column in plan.columns]
        first = add_rows(table, columns, plan.new)
        steps.append(last_change.added_step(sheet.name, table.name, first, columns, plan.new))
    last_change.remember(desk.book, steps)
    return desk.words["macro.import.done"].format(new=f"{len(plan.new):,}", cells=f"{len(plan.changes):,}")
