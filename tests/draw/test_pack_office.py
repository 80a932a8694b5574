"""The pack on paper, printed by LibreOffice."""

import pytest

from funnel_xl.draw.book import draw
from funnel_xl.sheets.pack import pack
from tests.office import pdf, pictures, text
from tests.sheets.team import TEAM, answers

pytestmark = pytest.mark.office


@pytest.fixture(scope="module", params=["en", "zh-Hant"])
def pages(request, tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("office")
    draw(pack(answers(quota=3_000_000), request.param), folder / "pack.xlsx")
    return text(pdf(folder / "pack.xlsx"))


def test_no_number_is_too_wide_for_its_column(pages):
    assert not [page for page in pages if "###" in page]


def test_every_page_says_what_it_is_of(pages):
    for page in pages:
        assert "Team.xlsx / Deals" in page
        assert "2026-03-31" in page


def test_chinese_names_are_printed(pages):
    assert any("敏盛醫院" in page for page in pages)


def test_open_deals_stand_on_one_page_and_closed_ones_are_not_printed(pages):
    deals = next(page for page in pages if "=1+1 Clinic" in page and "Riverside" in page and "Lakeshore" in page)
    assert all(deal[1] in deals for deal in TEAM[:6])
    assert "Kingsway" not in deals


def test_each_page_can_be_made_a_picture(tmp_path):
    draw(pack(answers(TEAM[6:9]), "en"), tmp_path / "pack.xlsx")
    assert len(pictures(pdf(tmp_path / "pack.xlsx"), dots=30)) == 5     # the funnel takes two; no deal is open: no review sheets


def test_amounts_of_billions_fit(tmp_path):
    deals = [[*deal[:4], 9.87e13, *deal[5:]] for deal in TEAM]
    draw(pack(answers(deals), "en"), tmp_path / "pack.xlsx")
    assert not [page for page in text(pdf(tmp_path / "pack.xlsx")) if "###" in page]
