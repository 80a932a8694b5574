"""Pictures of the workbook's sheets in docs/, by `make pictures`, as LibreOffice prints them."""

import shutil
import tempfile
from pathlib import Path

from funnel_xl.build.__main__ import DEMO_DAY
from funnel_xl.build.workbook import build_workbook
from tests.office import pdf, pictures, text

DOCS = Path(__file__).resolve().parents[2] / "docs"
DOTS = {"workbook-deals": 75}
PICTURES = {        # picture: language, first line of its page
    "workbook-start": ("en", "Sales funnel"),
    "workbook-deals": ("en", "Deals"),
    "workbook-dashboard": ("en", "Dashboard"),
    "workbook-start-zh-Hant": ("zh-Hant", "銷售漏斗"),
    "workbook-dashboard-zh-Hans": ("zh-Hans", "看板"),
}


def main() -> None:
    """Draw the workbook in the languages that are shown and keep the pages."""
    with tempfile.TemporaryDirectory() as name:
        for picture, (language, first_line) in PICTURES.items():
            book = Path(name, f"Funnel-{language}.xlsm")
            if not book.exists():
                build_workbook(book, language, as_of=DEMO_DAY)
                pdf(book)
            printed = book.with_suffix(".pdf")
            pages = [page.strip().partition("\n")[0].strip() for page in text(printed)]
            page = next(number for number, line in enumerate(pages, 1) if line.startswith(first_line))
            shutil.move(pictures(printed, dots=DOTS.get(picture, 90), first=page, last=page)[0], DOCS / f"{picture}.png")
            print(f"docs/{picture}.png")


if __name__ == "__main__":
    main()
