"""The pictures in docs/, by `make pictures`: the first page of each kind of sheet of the demo's pack, as LibreOffice prints it."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from funnel_xl.build.demo import demo_book
from tests.office import pdf, pictures, text

DOCS = Path(__file__).resolve().parent.parent / "docs"
FUNNEL_XL = Path(sys.executable).with_name("funnel-xl")
AS_OF = dt.date(2026, 3, 18)
DOTS = 90       # an inch

# picture: language, form of the review sheets, and what the first line of its page says
PICTURES = {
    "index": ("en", "rep", "Sales funnel review"),
    "funnel": ("en", "rep", "Funnel"),
    "deals": ("en", "rep", "Deals"),
    "check": ("en", "rep", "Check"),
    "review": ("en", "rep", "S.D.I. Review"),
    "review-manager": ("en", "manager", "S.D.I. Management Review"),
    "funnel-zh-Hant": ("zh-Hant", "rep", "漏斗"),
    "review-zh-Hant": ("zh-Hant", "rep", "S.D.I. 商機審查表"),
}


def printed(language: str, form: str, folder: Path) -> Path:
    """The demo's pack as PDF."""
    source = demo_book(folder, as_of=AS_OF, language=language)
    pack = folder / f"pack-{language}-{form}.xlsx"
    command = [FUNNEL_XL, "review", source, "--out", pack, "--as-of", AS_OF, "--form", form, "--language", language]
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, env={**os.environ, "FUNNEL_LANGUAGE": "en"})
    return pdf(pack)


def page_of(print_out: Path, first_line: str) -> int:
    """The first page that begins with this line, from 1."""
    firsts = [page.strip().partition("\n")[0].strip() for page in text(print_out)]
    found = next((number for number, line in enumerate(firsts, 1) if line.startswith(first_line)), 0)
    return found or sys.exit(f"{print_out.name}: no page begins with {first_line!r}; there are: {', '.join(dict.fromkeys(firsts))}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        print_outs: dict[tuple[str, str], Path] = {}
        for picture, (language, form, first_line) in PICTURES.items():
            if (language, form) not in print_outs:
                print_outs[language, form] = printed(language, form, Path(name))
            page = page_of(print_outs[language, form], first_line)
            png = pictures(print_outs[language, form], dots=DOTS, first=page, last=page)[0]
            shutil.move(png, DOCS / f"{picture}.png")
            print(f"docs/{picture}.png")


if __name__ == "__main__":
    main()
