"""Review sheets as an office program prints them."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from funnel_xl.draw.book import draw
from funnel_xl.sales.answers import answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sheets.review import FORMS, review_sheet
from tests.sheets.worked_forms import AS_OF, DEALS, source

pytestmark = pytest.mark.office


def printed(book: Path) -> list[str]:
    """The text of each page."""
    for tool in ("soffice", "pdftotext"):
        if not shutil.which(tool):
            pytest.skip(f"no {tool} here")
    profile = f"-env:UserInstallation={(book.parent / 'profile').as_uri()}"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(book.parent), str(book)],
                   check=True, capture_output=True, timeout=180)
    text = subprocess.run(["pdftotext", "-layout", str(book.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60).stdout
    return text.decode().split("\f")[:-1]


@pytest.mark.parametrize(("language", "paper", "last"), [("en", "A4", "Signed on"), ("zh-Hant", "Letter", "簽署日期")])
def test_each_deal_is_one_page_from_its_title_to_the_signature(tmp_path, language, paper, last):
    answers = answer(read_deals(source(), AS_OF), AS_OF)
    sheets = [replace(review_sheet(answers, row, language, form), key=f"{form}:{row}") for form in FORMS for row in range(len(DEALS) - 1)]
    draw(sheets, tmp_path / "pack.xlsx", paper=paper)
    pages = printed(tmp_path / "pack.xlsx")
    assert len(pages) == len(sheets)
    for page in pages:
        assert "S.D.I." in page
        assert last in page
        assert "##" not in page
    assert "敏盛醫院" in pages[0]
    assert "童綜合" in pages[1]
