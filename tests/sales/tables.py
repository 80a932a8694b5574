"""Small tables of deals, in memory, as a team keeps them: what every test of the heart is built on."""

import datetime as dt
from collections.abc import Mapping, Sequence

from funnel_xl.sales.answers import Answers, answer
from funnel_xl.sales.deals import Deals, read_deals
from funnel_xl.sales.finding import Finding, message
from funnel_xl.sales.grid import Sheet, Source, Table
from funnel_xl.wording import LANGUAGES, words

AS_OF = dt.date(2026, 3, 31)
Rows = Sequence[Sequence[object]]


def book(sheets: Mapping[str, Rows], *, tables: bool = True, name: str = "Team.xlsx", **more: object) -> Source:
    """A workbook: each sheet holds one table of the sheet's name, or (`tables=False`) nothing but its cells."""
    read = {title: Sheet(title, [list(row) for row in rows]) for title, rows in sheets.items()}
    listed = {title: (Table(title, 1, len(rows), 1, len(rows[0])),) for title, rows in sheets.items()} if tables else {}
    return Source(name, name, tuple(sheets), listed, read.__getitem__, **more)


def csv_file(rows: Rows, name: str = "deals.csv") -> Source:
    """A CSV file: every cell is text."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    sheet = Sheet(name, texts, lines=range(1, len(texts) + 1))
    return Source(name, name, (name,), {}, {name: sheet}.__getitem__, is_csv=True)


def plain_sheet(rows: Rows, **of_the_sheet: object) -> Source:
    """A workbook with one sheet "Deals" without a table, so that the header has to be found; `of_the_sheet`: merged, percent, hidden."""
    sheet = Sheet("Deals", [list(row) for row in rows], **of_the_sheet)
    return Source("Team.xlsx", "Team.xlsx", ("Deals",), {}, {"Deals": sheet}.__getitem__)


def column(heading: str, *cells: object) -> Source:
    """A sheet with one column to read, beside the accounts that make its rows deals."""
    return plain_sheet([["Account", heading], *([f"Customer {number}", cell] for number, cell in enumerate(cells, 1))])


def deals_of(source: Source, as_of: dt.date = AS_OF, **asked: object) -> Deals:
    """The deals of a source; every finding and note of reading it can be said in every language."""
    deals = read_deals(source, as_of, **asked)
    say_all((*deals.findings, *deals.notes))
    return deals


def answers_of(source: Source, as_of: dt.date = AS_OF, **asked: object) -> Answers:
    """All answers for a source; every finding and note can be said in every language."""
    answers = answer(deals_of(source, as_of), as_of, **asked)
    say_all((*answers.findings, *answers.notes))
    return answers


def say_all(findings: Sequence[Finding]) -> None:
    """Say every finding in every language; each row of words.csv that its details name is there."""
    for finding in findings:
        for name, detail in finding.details.items():
            assert not name.endswith(("_word", "_words")) or {*([detail] if name.endswith("_word") else detail)} <= words("en").keys()
        for language in LANGUAGES:
            assert message(finding, words(language))


def codes(found: Answers | Deals) -> list[str]:
    """The codes of all findings and notes, in their order."""
    return [finding.code for finding in (*found.findings, *found.notes)]


def those(found: Answers | Deals, code: str) -> list[Finding]:
    """The findings and notes of one code."""
    return [finding for finding in (*found.findings, *found.notes) if finding.code == code]
