"""The few things that xlwings' own API has no word for, in the words of Excel on Windows (COM) and on a Mac (AppleScript)."""

import ctypes
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlwings as xw

from ..errors import BookError

MAC = sys.platform == "darwin"
# What a thing of Excel is called on Windows and on a Mac.
WORDS = {
    "read_only": ("ReadOnly", "read_only"), "structure_locked": ("ProtectStructure", "protect_structure"),
    "shared": ("MultiUserEditing", "multi_user_editing"), "date1904": ("Date1904", "date_1904"), "saved": ("Saved", "saved"),
    "full_name": ("FullName", "full_name"), "locked": ("ProtectContents", "protect_contents"),
    "calculates": ("EnableCalculation", "enable_calculation"), "numbers": ("Value2", "value2"), "shown": ("Visible", "visible"),
    "formula": ("Formula", "formula"),
}
PAGE = {
    "Orientation": "page_orientation", "PaperSize": "paper_size", "LeftMargin": "left_margin", "RightMargin": "right_margin",
    "TopMargin": "top_margin", "BottomMargin": "bottom_margin", "FooterMargin": "footer_margin", "LeftFooter": "left_footer",
    "CenterFooter": "center_footer", "RightFooter": "right_footer", "CenterHorizontally": "center_horizontally",
    "PrintArea": "print_area", "PrintTitleRows": "print_title_rows", "Zoom": "zoom", "FitToPagesWide": "fit_to_pages_wide",
    "FitToPagesTall": "fit_to_pages_tall",
}
# Excel answers so while a cell is being typed into, or a dialogue is open: RPC_E_CALL_REJECTED, VBA_E_IGNORE, RPC_E_SERVERCALL_RETRYLATER.
BUSY = (-2147418111, -2146777998, -2147417846)
PATIENCE = 2_000            # attempts, some seconds; xlwings would try for ever
WARNING = 0x30 | 0x40000     # MB_ICONWARNING, MB_TOPMOST
VISIBLE_CELLS = 12          # xlCellTypeVisible
MAC_SANDBOX = Path.home() / "Library/Containers/com.microsoft.Excel/Data"     # where Excel opens files without asking for leave


def ask(thing: Any, word: str) -> Any:
    """One property of a book, sheet, range, name or series: a key of WORDS."""
    windows, mac = WORDS[word]
    return getattr(thing.api, mac).get() if MAC else getattr(thing.api, windows)


def tell(thing: Any, word: str, value: object) -> None:
    """Give one property another value."""
    windows, mac = WORDS[word]
    if MAC:
        getattr(thing.api, mac).set(value)
    else:
        setattr(thing.api, windows, value)


def activate(thing: xw.Book | xw.Sheet) -> None:
    """Bring a book or sheet to the front; xlwings would first ask for the whole of Excel, and fail where two of it run."""
    thing.api.activate_object() if MAC else thing.api.Activate()


def selection(app: xw.App) -> xw.Range | None:
    """The selected cells; None where a chart is selected, or the whole sheet, whose cells are more than Excel counts."""
    try:
        return app.selection
    except Exception:
        return None


def saves_itself(book: xw.Book) -> bool:
    """Whether AutoSave is on: what is changed is at once on the server, for whoever works on the book as well."""
    if MAC:
        return False        # AppleScript has no word for it
    try:
        return bool(book.api.AutoSaveOn)
    except Exception:       # Excel 2016 and older don't know it either
        return False


def calls_python(book: xw.Book) -> bool:
    """Whether this Excel can calculate our functions: on Windows, from the version on in which an answer can fill many cells."""
    if MAC:
        return False
    try:
        return book.sheets[0].range("A1").api.Formula2 is not None
    except Exception:       # Excel 2019 and older don't know the word
        return False


def sheet_names(book: xw.Book) -> list[str]:
    """The names of all sheets; xlwings counts those of cells only, and not charts."""
    return list(book.api.sheets.name.get()) if MAC else [sheet.Name for sheet in book.api.Sheets]


def rows_hidden(cells: xw.Range) -> int:
    """How many rows of a column of cells a filter or a hand has hidden; 0 on a Mac, where that can't be counted."""
    count = cells.shape[0]
    if MAC or count < 2:    # of one cell Excel would count the whole sheet
        return 0
    try:
        return count - cells.api.SpecialCells(VISIBLE_CELLS).Count
    except Exception as error:
        if is_busy(error):
            raise
        return count        # so Excel says that none is visible


def copy_page(fresh: xw.Sheet, old: xw.Sheet) -> None:
    """Set a sheet up for printing as another one is."""
    source, target = fresh.page_setup.api, old.page_setup.api
    for windows, mac in PAGE.items():
        if MAC:
            getattr(target, mac).set(getattr(source, mac).get())
        else:
            setattr(target, windows, getattr(source, windows))
    if not MAC:
        old.api.ResetAllPageBreaks()
        for at in range(1, fresh.api.HPageBreaks.Count + 1):
            place = fresh.api.HPageBreaks.Item(at)
            if place.Type == xw.constants.PageBreak.xlPageBreakManual:
                old.api.HPageBreaks.Add(old.api.Cells(place.Location.Row, 1))


def take_off_tables(sheet: xw.Sheet) -> None:
    """Make plain cells of a sheet's tables; formulas elsewhere that name their columns point to the cells from then on."""
    for table in list(sheet.tables):
        table.api.convert_to_range() if MAC else table.api.Unlist()


def save_copy(book: xw.Book, path: Path) -> None:
    """Write the book as it is now to another file; the open one keeps its name.

    Raises
    ------
    BookError
        On a Mac, where Excel has no word for this: the book has changes that are not saved.
    """
    if not MAC:
        book.api.SaveCopyAs(str(path))
    elif ask(book, "saved") and Path(book.fullname).is_file():
        shutil.copyfile(book.fullname, path)
    else:
        raise BookError("error.macro.save_first", file=book.name)


def ask_for_file(app: xw.App, title: str, kinds: Sequence[tuple[str, str]]) -> Path | None:
    """The file that the user chooses; None if he does not. `kinds` are pairs of a name and patterns: ("Workbooks", "*.xlsx;*.xlsm")."""
    if MAC:
        chosen = app.api.get_open_filename(button_text=title)
        if not isinstance(chosen, str):
            return None
        return Path(chosen if chosen.startswith("/") else xw._xlmac.hfs_to_posix_path(chosen))
    chosen = app.api.GetOpenFilename(",".join(f"{name} ({patterns}),{patterns}" for name, patterns in kinds), 1, title)
    return Path(chosen) if isinstance(chosen, str) else None


def message_box(text: str, title: str) -> None:
    """A message box without Excel, for when Excel itself takes no call; on a Mac there is none but Excel's."""
    windows = getattr(ctypes, "windll", None)
    if windows is not None:
        windows.user32.MessageBoxW(None, text, title, WARNING)


@contextmanager
def patience() -> Iterator[None]:
    """Within it a call that Excel keeps refusing fails after some seconds."""
    com = getattr(xw, "_xlwindows", None)
    if com is None:
        yield
        return
    before = com.N_COM_ATTEMPTS
    com.N_COM_ATTEMPTS = PATIENCE
    try:
        yield
    finally:
        com.N_COM_ATTEMPTS = before


def is_busy(error: Exception) -> bool:
    """Whether Excel took no call because the user is typing into a cell or has a dialogue open."""
    codes = {getattr(error, "hresult", None), (getattr(error, "excepinfo", None) or (None,))[-1]}
    return type(error).__name__ == "ExcelBusyError" or not codes.isdisjoint(BUSY)


def reason(error: Exception) -> str:
    """What Excel itself says about a refused call; "" where it says nothing."""
    told = getattr(error, "excepinfo", None)
    return str(told[2]).strip() if told and len(told) > 2 and told[2] else ""

