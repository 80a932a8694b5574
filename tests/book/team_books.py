"""A team's workbook and small drawn packs to put into it."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from funnel_xl.book.place import plan_placing
from funnel_xl.book.plan import Plan, carry_out
from funnel_xl.book.remove import plan_removal
from funnel_xl.draw.book import draw
from funnel_xl.sheets.describe import Chart, Column, Heading, Link, Series, Sheet, Table, Text

LISTS = ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
VALUE = re.compile(rb'="([^"]*)"')
COUNTS = {"count", "uniqueCount"}


def index_sheet(note: str = "As of today", to: tuple[str, ...] = ("funnel", "deals")) -> Sheet:
    links = Table("Links", (Column("Sheet", "text", tuple(key.title() for key in to), links=tuple(Link(key) for key in to)),))
    return Sheet("index", "index", "Index", (Text(note), links))


def funnel_sheet(first: float = 3, name: str = "Funnel") -> Sheet:
    chart = Chart("bar", "By stage", "Stage", "Deals", ("Lead", "Proposal"), (Series("Deals", (first, 2)),))
    return Sheet("funnel", "funnel", name, (Heading("Stages"), chart))


def deals_sheet(amounts: tuple[float, ...] = (100.5, 2 / 3), name: str = "Deals") -> Sheet:
    deals = tuple(f"Deal {number} 商機 <&>" for number in range(len(amounts)))
    columns = (Column("Deal", "text", deals), Column("Amount", "money", amounts, total="sum"))
    return Sheet("deals", "deals", name, (Table("FunnelDeals", columns, listed=True),))


def review_sheet(deal: str, name: str) -> Sheet:
    return Sheet(f"review:{deal}", "review", name, (Text(f"Review of {deal}"),))


def drawn(path: Path, *sheets: Sheet, date1904: bool = False) -> Path:
    """A drawn pack; by default an index, a funnel and the deals."""
    draw(sheets or (index_sheet(), funnel_sheet(), deals_sheet()), path, date1904=date1904)
    return path


def team(path: Path, names: tuple[str, ...] = ("Pipeline", "Targets"), **options: object) -> Path:
    """What a team might keep: two sheets with a table, a chart, formulas, a name, formats and a calculation chain."""
    with xlsxwriter.Workbook(path, options) as book:
        bold = book.add_format({"bold": True, "num_format": "0.000", "bg_color": "#FFEE00"})
        first, *others = [book.add_worksheet(name) for name in names]
        first.write_row(0, 0, ("Account", "Value"), bold)
        first.write_row(1, 0, ("Acme", 5), bold)
        first.write_formula(2, 1, "=B2*2", bold, 10)
        first.add_table(4, 0, 6, 1, {"name": "Team", "columns": [{"header": "Who"}, {"header": "What"}]})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": [names[0], 1, 1, 2, 1]})
        first.insert_chart("D2", chart)
        first.conditional_format("B2:B3", {"type": "cell", "criteria": ">", "value": 4, "format": bold})
        for sheet in others:
            sheet.write_formula(0, 0, f"='{names[0]}'!B3", bold, 10)
            sheet.print_area("A1:C9")
        book.define_name("Rate", f"='{names[0]}'!$B$2")
    return path


def with_parts(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same book with its parts changed in place."""
    content = parts(path)
    change(content)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return path


def with_calculation_chain(path: Path) -> Path:
    """The book as Excel stores it: with the order in which it calculates; an entry without "i" is of the same sheet as the one before."""
    def add(content: dict[str, bytes]) -> None:
        content["xl/calcChain.xml"] = (b'<?xml version="1.0"?><calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                                       b'<c r="B3" i="1"/><c r="A1" i="2"/></calcChain>')
        add_entries(content, "calcChain.xml", "calcChain")
    return with_parts(path, add)


def add_entries(content: dict[str, bytes], part: str, kind: str) -> None:
    """Enter a part below xl/ into the content types and lead to it from the workbook, as rId77."""
    replace(content, "[Content_Types].xml", "</Types>", f'<Override PartName="/xl/{part}" ContentType="application/'
            f'vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/></Types>')
    replace(content, "xl/_rels/workbook.xml.rels", "</Relationships>", '<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/relationships/{kind}" Target="{part}"/></Relationships>')


def replace(content: dict[str, bytes], part: str, old: str, new: str) -> None:
    """One piece of text in one part."""
    assert old.encode() in content[part]
    content[part] = content[part].replace(old.encode(), new.encode())


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def put(host: Path, pack: Path, **options: object) -> Plan:
    """Place a pack; the plan that was carried out comes back."""
    plan = plan_placing(host, pack, **options)
    carry_out(plan)
    return plan


def take_away(host: Path, **options: object) -> Plan:
    plan = plan_removal(host, **options)
    carry_out(plan)
    return plan


def sheet_names(path: Path) -> list[str]:
    return openpyxl.load_workbook(path).sheetnames


def links(path: Path, sheet: str) -> set[str]:
    """Where the links of a sheet lead."""
    cells = (cell for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row)
    return {cell.hyperlink.location for cell in cells if cell.hyperlink}


def sheet_part(path: Path, name: str) -> str:
    """The part in which a sheet lies, by the book's own lists."""
    content = parts(path)
    entry = re.search(rf'<sheet [^>]*name="{re.escape(name)}"[^>]*?r:id="([^"]+)"', content["xl/workbook.xml"].decode())
    target = re.search(rf'Id="{entry[1]}"[^>]*Target="([^"]+)"', content["xl/_rels/workbook.xml.rels"].decode())
    return "xl/" + target[1]


def elements(xml: bytes) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Each element with its attributes, but for counts of children."""
    return [(node.tag, tuple(sorted((name, value) for name, value in node.attrib.items() if name not in COUNTS)))
            for node in etree.fromstring(xml).iter() if isinstance(node.tag, str)]


def only_gains(old: bytes, new: bytes) -> bool:
    """Whether all elements of the old part stand in the new one, in their order."""
    rest = iter(elements(new))
    return all(any(element == other for other in rest) for element in elements(old))


def saved_by_libreoffice(file: Path, folder: Path) -> Path:
    """The book as LibreOffice saves it, in another folder; skips where LibreOffice is missing."""
    program = shutil.which("soffice") or pytest.skip("soffice is not installed")
    subprocess.run([program, f"-env:UserInstallation={(folder / '.office').resolve().as_uri()}", "--headless", "--convert-to",
                    "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(file)], capture_output=True, timeout=120, check=False)
    return folder / f"{file.stem}.xlsx"


def excel_typed(path: Path, sheet: str, cell: str, value: object) -> None:
    """Someone types into a cell and saves, as far as a program other than ours can play Excel."""
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
