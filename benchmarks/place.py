"""A review pack into a workbook of 20 MB, against drawing that pack alone and copying the workbook.

    python benchmarks/place.py

The workbook holds numbers, which is the dearest kind: 20 MB of them unpack to five times as much. Every figure is the best of five runs.
"""

import random
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from deals_file import AS_OF, deals_file
from measure import kept

from funnel_xl.book.place import plan_placing
from funnel_xl.book.plan import carry_out
from funnel_xl.book.team import Request, answers_of
from funnel_xl.draw.book import draw
from funnel_xl.sheets.choose import chosen_deals
from funnel_xl.sheets.pack import pack

PROMISED = 1.5
ROWS, COLUMNS = 123_000, 12


def team_workbook(path: Path) -> None:
    """A workbook of about 20 MB: an empty one whose sheet is exchanged for random numbers."""
    bare = path.with_name("bare.xlsx")
    with xlsxwriter.Workbook(str(bare)) as book:
        book.add_worksheet("Numbers")
    dice = random.Random(1)
    letters = [chr(65 + column) for column in range(COLUMNS)]
    rows = (f'<row r="{row}">' + "".join(f'<c r="{letter}{row}"><v>{dice.random() * 1e6:.10f}</v></c>' for letter in letters) + "</row>"
            for row in range(1, ROWS + 1))
    with zipfile.ZipFile(bare) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<sheetData/>", b"<sheetData>" + "".join(rows).encode() + b"</sheetData>")
            target.writestr(name, content)


def best(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of the fastest of several runs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def compare(deals: int, folder: Path, host: Path) -> bool:
    answers, language = answers_of(Request(deals_file(deals), AS_OF), lambda *_: None)
    sheets = pack(answers, language, form="rep", chosen=chosen_deals(answers))
    drawn, target = folder / "drawn.xlsx", folder / "target.xlsx"
    alone = best(lambda: draw(sheets, drawn))
    copying = best(lambda: shutil.copyfile(host, target))

    def place() -> None:
        draw(sheets, drawn)
        carry_out(plan_placing(target, drawn), backup=False)

    placing = []
    for _ in range(5):
        shutil.copyfile(host, target)
        placing.append(best(place, times=1))
    print(f"{deals:>7,} deals: drawn {alone:.2f} s, workbook copied {copying:.2f} s, drawn and placed {min(placing):.2f} s")
    return kept(f"{deals:,} deals: drawn and placed / drawn and copied", min(placing) / (alone + copying), PROMISED)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        host = folder / "team.xlsx"
        team_workbook(host)
        print(f"workbook of {host.stat().st_size / 1e6:.1f} MB")
        good = [compare(deals, folder, host) for deals in (1_000, 10_000)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
