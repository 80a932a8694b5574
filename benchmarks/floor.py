"""The least that any program must do for the same result, run as a process of its own by review.py and check.py.

read SOURCE                     python-calamine reads the file to lists
draw SOURCE CELLS OUT           ... and XlsxWriter writes the cells that CELLS lists, with the same formats and nothing else
openpyxl SOURCE CELLS OUT       the same, read and written by openpyxl
list PACK CELLS                 lists a pack's cells and formats into CELLS; no part of any floor

Each floor prints the seconds, wall and processor, that it spent on loading CELLS, for the caller to take off.
"""

import datetime as dt
import gc
import pickle
import re
import sys
import time
from zipfile import ZipFile

Sheets = list[tuple[str, dict[int, tuple[list, list, list]]]]       # as list_cells writes them
CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?: s="([0-9]+)")?')


def read_by_calamine(source: str) -> list[list[list]]:
    from python_calamine import CalamineWorkbook
    book = CalamineWorkbook.from_path(source)
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def list_cells(pack: str, out: str) -> None:
    """Every sheet as (title, rows), a row as (columns, values, numbers of formats) of the cells that the file holds; and the formats."""
    import openpyxl
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.utils import column_index_from_string
    book = openpyxl.load_workbook(pack, read_only=True)
    sheets, highest = [], 0
    with ZipFile(pack) as package:
        for number, (title, values) in enumerate(zip(book.sheetnames, read_by_calamine(pack), strict=True), 1):
            rows: dict[int, tuple[list, list, list]] = {}
            for letters, row, style in CELL.findall(package.read(f"xl/worksheets/sheet{number}.xml")):
                at, column, look = int(row) - 1, column_index_from_string(letters.decode()) - 1, int(style or 0)
                columns, cells, looks = rows.setdefault(at, ([], [], []))
                columns.append(column)
                cells.append(values[at][column] if at < len(values) and column < len(values[at]) else "")
                looks.append(look)
                highest = max(highest, look)
            sheets.append((title, rows))
    formats = [_look(ReadOnlyCell(book.worksheets[0], 1, 1, None, style_id=style)) for style in range(highest + 1)]
    with open(out, "wb") as file:
        pickle.dump((sheets, formats), file, pickle.HIGHEST_PROTOCOL)


def _look(cell) -> dict[str, object]:
    return {"font_name": cell.font.name, "font_size": cell.font.sz, "bold": bool(cell.font.b), "num_format": cell.number_format,
            "text_wrap": bool(cell.alignment.wrap_text), "border": int(bool(cell.border.bottom and cell.border.bottom.style)),
            "pattern": int(cell.fill.fill_type is not None)}


def draw_by_xlsxwriter(sheets: Sheets, looks: list[dict[str, object]], out: str) -> None:
    import xlsxwriter
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = [book.add_format(look) for look in looks]
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for number, row in rows.items():
                for column, value, look in zip(*row, strict=True):
                    if value == "":
                        sheet.write_blank(number, column, None, formats[look])
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value, formats[look])
                    elif isinstance(value, dt.date):
                        sheet.write_datetime(number, column, value, formats[look])
                    else:
                        sheet.write_number(number, column, value, formats[look])


def copy_by_openpyxl(source: str, sheets: Sheets, looks: list[dict[str, object]], out: str) -> None:
    """Read in its quick mode, write in its quick mode; formats are shared, which is quicker than its users set them."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    for sheet in openpyxl.load_workbook(source, read_only=True):
        list(sheet.iter_rows(values_only=True))
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        formats = []
        for look in looks:
            cell = WriteOnlyCell(sheet)
            cell.font = Font(name=look["font_name"], size=look["font_size"], bold=look["bold"])
            cell.number_format = look["num_format"]
            formats.append(cell._style)
        for row in rows.values():
            cells = []
            for _, value, look in zip(*row, strict=True):
                cell = WriteOnlyCell(sheet, None if value == "" else value)
                cell._style = formats[look]
                cells.append(cell)
            sheet.append(cells)
    book.save(out)


def main(job: str, source: str, cells: str = "", out: str = "") -> None:
    if job == "list":
        list_cells(source, cells)
        return
    wall, cpu = time.perf_counter(), time.process_time()
    if cells:
        with open(cells, "rb") as file:
            sheets, looks = pickle.load(file)
        gc.freeze()         # the list is not the floor's work, nor is looking through it for garbage
    print(time.perf_counter() - wall, time.process_time() - cpu)
    if job == "openpyxl":
        copy_by_openpyxl(source, sheets, looks, out)
        return
    read_by_calamine(source)
    if job == "draw":
        draw_by_xlsxwriter(sheets, looks, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
