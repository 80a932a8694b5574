"""The two VBA projects, of the workbook and of the add-in: their sources, and the binaries made of them.

The binaries are committed beside the sources, so that drawing a workbook needs no pyOpenVBA; `make workbook` makes them anew, and a test
compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..wording import words
from .report_buttons import MODULE_NAME as REPORTS_MODULE
from .report_buttons import report_buttons
from .vba import vba_project
from .wrappers import MODULE_NAME, wrappers
from .xlwings_module import dictionary_class, xlwings_module

FOLDER = Path(__file__).parent / "vba"
ADDIN_CONF = "funnel"       # the add-in's sheet of settings is funnel.conf; the workbook's is xlwings' own


@dataclass(frozen=True)
class Project:
    """One VBA project as text."""

    name: str
    file: str                       # the binary's name
    sheets: tuple[str, ...]         # code names
    book: str
    modules: Mapping[str, str]
    classes: Mapping[str, str]

    def compiled(self) -> bytes:
        """vbaProject.bin."""
        return vba_project(self.name, self.sheets, self.book, self.modules, self.classes)


WORKBOOK_SHEETS = (
    "shStart", "shDeals", "shStages", "shBuyers", "shCompetitors", "shNotes", "shActions", "shPayments", "shQuotas", "shLeadScore",
    "shAccepted", "shRates", "shHolidays", "shSettings", "shDashboard", "shCalc", "shLists", "shTexts", "shFunctions", "shDemo", "shConf",
)
ADDIN_SHEETS = ("shTexts", "shFunctions", "shConf")
SHARED = ("FunnelAnswers", "FunnelButtons", "FunnelHost", "FunnelWizard", "FunnelWords")


def text(name: str) -> str:
    """One of the text files that the build starts from."""
    return (FOLDER / name).read_text(encoding="utf-8")


def workbook_project() -> Project:
    """The project of Funnel.xlsm."""
    own = (*SHARED, "FunnelOpening", "FunnelOwnButtons", "FunnelRibbon")
    return _project("Funnel", "workbook.bin", WORKBOOK_SHEETS, "ThisWorkbook.cls", own, xlwings_module("xlwings"),
                    report_buttons())


def addin_project() -> Project:
    """The project of Funnel.xlam."""
    own = (*SHARED, "AddinOpening", "AddinRibbon")
    return _project("FunnelAddin", "addin.bin", ADDIN_SHEETS, "AddinWorkbook.cls", own, xlwings_module(ADDIN_CONF, addin=True),
                    report_buttons(addin=True))


def _project(name: str, file: str, sheets: tuple[str, ...], book: str, own: tuple[str, ...], xlwings: str, reports: str) -> Project:
    modules = {module: text(f"{module}.bas") for module in own}
    modules |= {MODULE_NAME: wrappers(words("en")), REPORTS_MODULE: reports, "xlwings": xlwings}
    return Project(name, file, sheets, text(book), modules, {"Dictionary": dictionary_class()})


def compile_projects() -> None:
    """Write both binaries."""
    for project in (workbook_project(), addin_project()):
        (FOLDER / project.file).write_bytes(project.compiled())


def stored(file: str) -> bytes:
    """A committed binary."""
    return (FOLDER / file).read_bytes()
