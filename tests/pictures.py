"""The pictures in docs/, by `make pictures`: the first page of each kind of sheet of the demo's pack, as LibreOffice prints it."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from funnel_xl.build.demo import demo_book
from funnel_xl.sheets.reports import REPORTS
from funnel_xl.wording import words
from tests.office import pdf, pictures, text

DOCS = Path(__file__).resolve().parent.parent / "docs"
FUNNEL_XL = Path(sys.executable).with_name("funnel-xl")
AS_OF = dt.date(2026, 3, 18)
DOTS = 90       # an inch

# picture: command, language, further words of the command, and what the first line of its page says
PICTURES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "index": ("review", "en", (), "Sales funnel review"),
    "funnel": ("review", "en", (), "Funnel"),
    "deals": ("review", "en", (), "Deals"),
    "check": ("review", "en", (), "Check"),
    "review": ("review", "en", (), "S.D.I. Review"),
    "review-manager": ("review", "en", ("--form", "manager"), "S.D.I. Management Review"),
    "funnel-zh-Hant": ("review", "zh-Hant", (), "漏斗"),
    "review-zh-Hant": ("review", "zh-Hant", (), "S.D.I. 商機審查表"),
    **{f"report-{name}": ("report", "en", (), words("en")[f"sheet.{name}"]) for name in REPORTS},
    "report-ideal-zh-Hant": ("report", "zh-Hant", (), words("zh-Hant")["sheet.ideal"]),
    "report-conversion-zh-Hans": ("report", "zh-Hans", (), words("zh-Hans")["sheet.conversion"]),
    "weekly": ("weekly", "en", (), words("en")["weekly.title"].format(owner="Grace Okafor")),
    "weekly-manager": ("weekly", "en", (), words("en")["weekly.manager.title"]),
    "weekly-zh-Hant": ("weekly", "zh-Hant", (), words("zh-Hant")["weekly.title"].format(owner="黃冠宇")),
}


def printed(command: str, language: str, more: tuple[str, ...], folder: Path) -> Path:
    """What a command makes of the demo, as PDF."""
    source = demo_book(folder, as_of=AS_OF, language=language)
    book = folder / f"{command}-{language}{''.join(more)}.xlsx"
    called = [FUNNEL_XL, command, source, "--out", book, "--as-of", AS_OF, "--language", language, *more]
    subprocess.run([str(word) for word in called], check=True, stdout=subprocess.DEVNULL, env={**os.environ, "FUNNEL_LANGUAGE": "en"})
    return pdf(book)


def page_of(print_out: Path, first_line: str) -> int:
    """The first page that begins with this line, from 1."""
    firsts = [page.strip().partition("\n")[0].strip() for page in text(print_out)]
    found = next((number for number, line in enumerate(firsts, 1) if line.startswith(first_line)), 0)
    return found or sys.exit(f"{print_out.name}: no page begins with {first_line!r}; there are: {', '.join(dict.fromkeys(firsts))}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        print_outs: dict[tuple, Path] = {}
        for picture, (*asked, first_line) in PICTURES.items():
            key = tuple(asked)
            if key not in print_outs:
                print_outs[key] = printed(*key, Path(name))
            page = page_of(print_outs[key], first_line)
            png = pictures(print_outs[key], dots=DOTS, first=page, last=page)[0]
            shutil.move(png, DOCS / f"{picture}.png")
            print(f"docs/{picture}.png")


if __name__ == "__main__":
    main()
