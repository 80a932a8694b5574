"""Funnel.xlsm: the workbook that a team works in, drawn from text."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ..draw.book import CALC_ID, PLAIN
from ..draw.names import quoted
from ..draw.style import Formats
from ..wording import LANGUAGES, words
from .computed import Computed, compute
from .contents import Contents, contents
from .finish import finish
from .projects import WORKBOOK_SHEETS, stored, text
from .report_buttons import NAMES as REPORT_NAMES
from .sheets.companions import RARE, companion_columns, draw_companion
from .sheets.dashboard import draw_dashboard
from .sheets.deals import CALC, draw_calc, draw_deals, typed_columns
from .sheets.deals import names as deal_names
from .sheets.hidden import draw_conf, draw_demo, draw_functions
from .sheets.lists import draw_lists
from .sheets.pen import Pen
from .sheets.settings import NAMES, cell_of, draw_settings
from .sheets.start import deal_tiles, draw_start, macros
from .sheets.texts import Texts, switch_names

CREATED = dt.datetime(2026, 1, 1)       # fixed, so that the same text always gives the same bytes
COMPANION_SHEETS = ("Stages", "Buyers", "Competitors", "Notes", "Actions", *RARE)
# In the order of the tabs; sheets that nobody reads keep one name in all languages, since programs look for them.
SHEETS = ("Start", "Deals", *COMPANION_SHEETS, "Settings", "Dashboard")
HIDDEN = (CALC, "Lists", "Texts", "Functions", "Demo", "xlwings.conf")
WORDS = ("udf.placement.best_few", "udf.placement.in", "udf.placement.above", "stage.kind.open", "stage.kind.won")  # named in all languages
REPORT_TAGS = ("reports", *(f"report_{name}" for name in REPORT_NAMES))
VBA_TEXTS = ("vba.no_python",)
RIBBON_TAGS = ("tab", "group_review", "group_deals", "group_book")
RIBBON_BUTTONS = ("check", "unmark", "review", "charts", "weekly", *REPORT_TAGS, "refresh", "import", "freeze", "undo", "language",
                  "more_sheets")
LIVE_UP_TO = 2_000                      # deals; above, each edit would be felt


def build_workbook(path: Path, language: str = "en", stages: str = "saas", *, as_of: dt.date | None = None, demo: bool = True) -> None:
    """Write a new workbook for a team.

    Parameters
    ----------
    path : Path
        Where it is written; what lies there is replaced.
    language : str
        "en", "zh-Hans" or "zh-Hant": of headings, sheet names and labels.
    stages : str
        A preset of stages: "saas", "s1" ...
    as_of : date, optional
        The day that the values hold for, and around which the demo's dates lie; today by default.
    demo : bool
        With the demo's deals, which show what every column is for.

    Raises
    ------
    SourceError
        There is no such preset.
    WordingError
        There is no such language.
    """
    filled = contents(language, as_of or dt.date.today(), stages, demo=demo)
    drawing = _Drawing(filled, compute(filled))
    finish(drawing.drawn(), Path(path), ribbon=text("ribbon.xml"), macros=drawing.macros)


def register(texts: Texts, tags: Sequence[str], buttons: Sequence[str]) -> None:
    """Have the texts on their sheet that only VBA asks for: of its messages, and of the ribbon by the tags of its XML."""
    for key in VBA_TEXTS:
        texts.cell(key)
    for tag in (*tags, *buttons):
        texts.cell(f"ribbon.{tag}")
    for tag in buttons:
        texts.cell(f"ribbon.{tag}.tip")


def sheet_name(name: str, language: str) -> str:
    """The tab of a sheet."""
    return words(language)[f"book.sheet.{name}"] if name in SHEETS else name


class _Drawing:
    """One workbook while it is drawn."""

    def __init__(self, filled: Contents, computed: Computed):
        self.filled = filled
        self.computed = computed
        self.texts = Texts(filled.language)
        self.stream = BytesIO()
        self.macros: dict[str, str] = {}
        self.book = xlsxwriter.Workbook(self.stream, {**PLAIN, "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        self.formats = Formats(self.book, filled.language)
        self.sheets = self._sheets()

    def _sheets(self) -> dict[str, Worksheet]:
        sheets = {}
        for name, code_name in zip((*SHEETS, *HIDDEN), WORKBOOK_SHEETS, strict=True):
            sheet = self.book.add_worksheet(sheet_name(name, self.filled.language))
            sheet.set_vba_name(code_name)
            if name in RARE or name in HIDDEN:
                sheet.hide()
            if name in ("Texts", "Functions", "Demo", "Lists"):
                sheet.very_hidden()
            sheets[name] = sheet
        sheets["Start"].activate()
        return sheets

    def drawn(self) -> bytes:
        """The workbook as XlsxWriter makes it."""
        book = self.book
        book.set_properties({"title": self.texts.say("book.start.title"), "created": CREATED})
        book.set_calc_mode("auto", CALC_ID)
        book.calc_on_load = False       # true values are stored; Excel would need Python to make others
        book.add_vba_project(BytesIO(stored("workbook.bin")), is_stream=True)
        book.set_vba_name("ThisWorkbook")
        register(self.texts, RIBBON_TAGS, RIBBON_BUTTONS)
        self._draw_sheets()
        for name, formula in self._names().items():
            book.define_name(name, formula)
        book.close()
        return self.stream.getvalue()

    def _pen(self, name: str) -> Pen:
        return Pen(self.book, self.sheets[name], self.formats, self.texts)

    def _draw_sheets(self) -> None:
        filled, computed = self.filled, self.computed
        draw_deals(self._pen("Deals"), filled.tables["Deals"], computed.shown())
        draw_calc(self._pen(CALC), computed.columns, computed.tiers)
        for name in COMPANION_SHEETS:
            draw_companion(self._pen(name), name, filled.tables[name])
        draw_settings(self._pen("Settings"), filled.settings)
        self.board = draw_dashboard(self._pen("Dashboard"), self.sheets["Dashboard"].get_name(), filled, computed)
        pen = self._pen("Start")
        draw_start(pen, deal_tiles(pen, self._figures(), self.board.figures), filled.as_of, filled.settings["unit"])
        self.macros = macros(pen)
        self.lists = draw_lists(self._pen("Lists"))
        draw_functions(self._pen("Functions"))
        fields = {"Deals": [column.field for column, _ in typed_columns()],
                  **{name: [column.field for column in companion_columns(name)] for name in filled.demo if name != "Deals"}}
        draw_demo(self._pen("Demo"), filled.demo, fields)
        draw_conf(self._pen("xlwings.conf"))
        self._draw_texts()

    def _figures(self) -> dict[str, float]:
        computed, best = self.computed, self.texts.say("udf.placement.best_few")
        total = computed.summary[-1]
        return {
            "open": total[1], "amount": total[2], "weighted": total[3], "best_few": computed.column("placement").count(best),
            "stalled": sum(cell != "" for cell in computed.column("stalled")),
            "findings": sum(cell != "" for cell in computed.column("check")),
        }

    def _draw_texts(self) -> None:
        texts = self.texts
        deals = f"ROWS(Deals[{texts.say('field.id')}])"
        follows = self.filled.settings["follow_today"] == texts.say("demo.yes")
        live = (f"=IF(COUNTIF({texts.spellings('book.recalculation.live')},FunnelRecalculation)>0,TRUE,"
                f"IF(COUNTIF({texts.spellings('book.recalculation.refresh')},FunnelRecalculation)>0,FALSE,{deals}<={LIVE_UP_TO}))")
        for key in WORDS:
            texts.cell(key)
        texts.draw(self.sheets["Texts"], self.formats, {
            "FunnelLanguage": ("=IFERROR(MATCH(FunnelLanguageName,FunnelLanguages,0),1)", LANGUAGES.index(self.filled.language) + 1),
            "FunnelPython": ("", ""),
            "FunnelFollowsToday": (f"=COUNTIF({texts.spellings('demo.yes')},FunnelFollow)>0", follows),
            "FunnelIsLive": (live, True),
        })

    def _names(self) -> dict[str, str]:
        texts, settings = self.texts, quoted(self.sheets["Settings"].get_name())
        return {
            **switch_names(), **self.lists, **deal_names(self.sheets["Deals"].get_name(), self._pen("Deals")), **self.board.names,
            **{name: cell_of(setting, settings) for setting, name in NAMES.items()},
            **{f"FunnelWord_{key.rsplit('.', 1)[1]}": "=" + texts.spellings(key) for key in WORDS},
            "StageNames": f"=Stages[{texts.say('field.stages.stage')}]",
        }
