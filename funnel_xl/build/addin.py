"""Funnel.xlam: the functions and the ribbon for any workbook that a team already has."""

from io import BytesIO
from pathlib import Path

import xlsxwriter

from ..draw.book import PLAIN
from ..draw.style import Formats
from .finish import finish
from .projects import ADDIN_CONF, ADDIN_SHEETS, stored, text
from .sheets.hidden import draw_conf, draw_functions
from .sheets.pen import Pen
from .sheets.texts import Texts, switch_names
from .workbook import CREATED, REPORT_TAGS, register

OWN_TAGS = ("tab", "group_review", "group_deals")
OWN_BUTTONS = ("check", "unmark", "review", "charts", "weekly", *REPORT_TAGS, "refresh", "import", "freeze", "undo")


def build_addin(path: Path) -> None:
    """Write the add-in. It speaks the language of the Excel that it runs in; its sheets are never seen."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {**PLAIN, "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    texts, formats = Texts("en"), Formats(book, "en")
    book.set_properties({"title": "Funnel add-in", "created": CREATED})
    book.add_vba_project(BytesIO(stored("addin.bin")), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    names = ("Texts", "Functions", f"{ADDIN_CONF}.conf")
    sheets = {name: book.add_worksheet(name) for name in names}
    for sheet, code_name in zip(sheets.values(), ADDIN_SHEETS, strict=True):
        sheet.set_vba_name(code_name)
    register(texts, OWN_TAGS, OWN_BUTTONS)
    draw_functions(Pen(book, sheets["Functions"], formats, texts))
    draw_conf(Pen(book, sheets[names[2]], formats, texts))
    texts.draw(sheets["Texts"], formats)
    book.define_name("FunnelLanguage", switch_names()["FunnelLanguage"])
    book.close()
    finish(stream.getvalue(), path, ribbon=text("addin_ribbon.xml"), addin=True)

