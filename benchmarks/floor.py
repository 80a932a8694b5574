"""The least that any program must do for the same result, run as a process of its own by review.py and check.py.

read SOURCE                     python-calamine reads the file to lists
draw SOURCE CELLS OUT           ... and XlsxWriter writes the cells that CELLS lists, with the same formats and nothing else
openpyxl SOURCE CELLS OUT       the same, read and written by openpyxl
list PACK CELLS                 lists a pack's cells and formats into CELLS; no part of any floor

Each floor prints the seconds, wall and processor, that it spent on loading CELLS, for the caller to take off.
"""

import datetime as dt
import pickle
import sys
import time

SAMPLE = 200        # rows of a sheet whose formats are looked up; below them a column goes on as it is there


def read_by_calamine(source: str) -> list[list[list[object]]]:
    from python_calamine import CalamineWorkbook
    book = CalamineWorkbook.from_path(source)
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def list_cells(pack: str, out: str) -> None:
    """Every sheet as (title, rows of values, rows of numbers of formats; -1: no cell), and the formats."""
    import openpyxl
    looks: list[dict[str, object]] = [{}]
    sheets = []
    for sheet, rows in zip(openpyxl.load_workbook(pack), read_by_calamine(pack), strict=True):
        styles = [[_look(sheet.cell(number, column), looks) for column in range(1, len(row) + 1)]
                  for number, row in enumerate(rows[:SAMPLE], 1)]
        full = [max((row[column] for row in styles[5:]), default=0) for column in range(len(rows[0]) if rows else 0)]
        blank = [max((row[column] for row, values in zip(styles, rows, strict=False) if values[column] == ""), default=-1)
                 for column in range(len(full))]
        styles += [[blank[column] if value == "" else full[column] for column, value in enumerate(row)] for row in rows[SAMPLE:]]
        sheets.append((sheet.title, rows, styles))
    with open(out, "wb") as file:
        pickle.dump((sheets, looks), file, pickle.HIGHEST_PROTOCOL)


def _look(cell, looks: list[dict[str, object]]) -> int:
    if not cell.has_style:
        return -1 if cell.value is None else 0
    look = {"font_name": cell.font.name, "font_size": cell.font.sz, "bold": bool(cell.font.b), "num_format": cell.number_format,
            "text_wrap": bool(cell.alignment.wrap_text), "border": int(bool(cell.border.bottom and cell.border.bottom.style)),
            "pattern": int(cell.fill.fill_type is not None)}
    if look not in looks:
        looks.append(look)
    return looks.index(look)


def draw_by_xlsxwriter(sheets, looks: list[dict[str, object]], out: str) -> None:
    import xlsxwriter
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = [book.add_format(look) for look in looks]
        for title, rows, styles in sheets:
            sheet = book.add_worksheet(title)
            for number, (row, numbers) in enumerate(zip(rows, styles, strict=True)):
                for column, (value, look) in enumerate(zip(row, numbers, strict=True)):
                    if look < 0:
                        continue
                    if value == "":
                        sheet.write_blank(number, column, None, formats[look])
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value, formats[look])
                    elif isinstance(value, dt.date):
                        sheet.write_datetime(number, column, value, formats[look])
                    else:
                        sheet.write_number(number, column, value, formats[look])


def copy_by_openpyxl(source: str, sheets, looks: list[dict[str, object]], out: str) -> None:
    """Read in its quick mode, write in its quick mode; formats are shared, which is quicker than its users set them."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    for sheet in openpyxl.load_workbook(source, read_only=True):
        list(sheet.iter_rows(values_only=True))
    book = openpyxl.Workbook(write_only=True)
    for title, rows, styles in sheets:
        sheet = book.create_sheet(title)
        formats = []
        for look in looks:
            cell = WriteOnlyCell(sheet)
            if look:
                cell.font = Font(name=look["font_name"], size=look["font_size"], bold=look["bold"])
                cell.number_format = look["num_format"]
            formats.append(cell._style)
        for row, numbers in zip(rows, styles, strict=True):
            cells = []
            for value, look in zip(row, numbers, strict=True):
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
    print(time.perf_counter() - wall, time.process_time() - cpu)
    if job == "openpyxl":
        copy_by_openpyxl(source, sheets, looks, out)
        return
    read_by_calamine(source)
    if job == "draw":
        draw_by_xlsxwriter(sheets, looks, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
