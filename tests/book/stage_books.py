"""A team's workbook with a table Stages among other things, and what may be done to it."""

from contextlib import suppress
from pathlib import Path

import openpyxl
import xlsxwriter
from openxml_audit import OpenXmlValidator, ValidationSeverity

from funnel_xl.book.plan import carry_out
from funnel_xl.book.source import open_source
from funnel_xl.book.stages import Placed, planned_stages
from funnel_xl.errors import FunnelError
from funnel_xl.sales.stage import Stage, preset
from funnel_xl.sales.stages_file import ReadStages, check_stages
from tests.sales.tables import AS_OF

HEADINGS = ("Stage", "Kind", "Win probability", "Comment")
ROWS = (("Talk", "open", 0.2, "first call"), ("Offer", "open", 0.6, "in writing"), ("Order", "won", 1, None), ("No order", "lost", 0, None))


DEALS = (("id", "account", "product", "stage", "amount"), (1, "Acme", "Crane", "Talk", 100), (2, "Bolt", "Crane", "Offer", 300),
         (3, "Cord", "Winch", "Order", 50), (4, "Dune", "Winch", "Talk", 7))


def stage_book(path: Path, headings=HEADINGS, rows=ROWS, *, top: int = 2, table: str = "Stages", below: object = None,
               beside: object = None, **options: object) -> Path:
    """Deals, and stages in the middle of a sheet that holds other things too; a chart, formulas, a name and a drop-down lean on them."""
    with xlsxwriter.Workbook(path) as book:
        book.set_calc_mode("auto", 191029)
        book.calc_on_load = False       # as Excel saves it
        bold, percent = book.add_format({"bold": True, "bg_color": "#FFEE00"}), book.add_format({"num_format": "0%", "italic": True})
        deals, sheet, other = (book.add_worksheet(name) for name in ("Deals", "Our steps", "Sums"))
        for number, row in enumerate(DEALS):
            deals.write_row(number, 0, row)
        deals.data_validation(1, 3, 99, 3, {"validate": "list", "source": "=StageNames"})
        last = top + len(rows)
        sheet.write(0, 0, "How we sell", bold)
        sheet.add_table(top, 1, last + bool(options.get("total_row")), len(headings), {
            "name": table, "columns": [{"header": heading, "header_format": bold} for heading in headings], **options})
        for number, row in enumerate(rows, top + 1):
            for column, cell in enumerate(row, 1):
                sheet.write(number, column, cell, percent if "prob" in headings[column - 1].lower() else bold)
        sheet.write_formula(0, 5, f"=COUNTA({table}[{headings[0]}])", bold, len(rows))
        if below is not None:
            sheet.write(last + 1 + bool(options.get("total_row")), 2, below)
        if beside is not None:
            sheet.write(last, 1 + len(headings), beside)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["Our steps", top + 1, 3, last, 3], "categories": ["Our steps", top + 1, 1, last, 1]})
        other.insert_chart("D2", chart)
        other.write_formula(0, 0, f"=SUM({table}[{headings[2] if len(headings) > 2 else headings[0]}])", bold, 1.8)
        book.define_name("StageNames", f"={table}[{headings[0]}]")
    return path


def write(path: Path, name: str = "s1", *, language: str = "en", line: str = "", replace: bool = False) -> Placed:
    """Put a preset into a workbook."""
    stages = tuple(Stage(**{**vars_of(stage), "line": line}) for stage in preset(name, language))
    with planned_stages(path, stages, language=language, line=line, replace=replace) as placed:
        carry_out(placed.plan, backup=False)
    return placed


def vars_of(stage: Stage) -> dict:
    return {name: getattr(stage, name) for name in stage.__dataclass_fields__}


def read(path: Path) -> ReadStages:
    """The stages of a file as the product reads them."""
    return check_stages(open_source(path), AS_OF)


def names(path: Path, line: str | None = None) -> list[str]:
    return [stage.name for stage in read(path).stages if line is None or stage.line == line]


def errors(path: Path) -> set[tuple[str, str]]:
    found = OpenXmlValidator().validate(str(path)).errors
    return {(error.part_uri, error.description) for error in found if error.severity == ValidationSeverity.ERROR}


def cells(path: Path, sheet: str) -> dict[str, tuple]:
    """Each filled cell of a sheet: value or formula, and its look."""
    return {cell.coordinate: (cell.value, cell.number_format, cell.font.b, cell.font.i, cell.fill.fgColor.rgb)
            for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row if cell.value is not None}


def refused(path: Path, **asked: object) -> str:
    """Why a preset is not put into a workbook; the file is as it was."""
    before, key = path.read_bytes(), ""
    with suppress(FunnelError):
        try:
            write(path, **asked)
        except FunnelError as reason:
            key = reason.key
            assert str(reason).startswith(path.name)
            raise
    assert path.read_bytes() == before
    return key
