"""The command weekly as its user meets it."""

from pathlib import Path

import openpyxl
import pytest

from tests.test_cli import AS_OF, DEALS, Run, run  # noqa: F401  (run is a fixture)


@pytest.fixture
def deals(tmp_path) -> Path:
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, encoding="utf-8")
    return path


def test_weekly_writes_the_managers_page_and_one_for_each_owner_beside_the_source(run: Run, deals):  # noqa: F811
    done = run("weekly", deals, *AS_OF)
    assert (done.code, done.error) == (0, "") and "deals weekly.xlsx is written: 3 sheets, 5 deals" in done.out
    assert openpyxl.load_workbook(deals.with_name("deals weekly.xlsx")).sheetnames == ["Weekly review", "Week Ann", "Week Bob"]


def test_weekly_writes_the_pages_of_named_owners_alone(run: Run, deals):  # noqa: F811
    out = deals.with_name("mine.xlsx")
    assert run("weekly", deals, *AS_OF, "--owner", "bob", "--out", out).code == 0
    assert openpyxl.load_workbook(out).sheetnames == ["Week Bob"]


def test_weekly_refuses_an_owner_who_is_not_there_in_one_line(run: Run, deals):  # noqa: F811
    done = run("weekly", deals, *AS_OF, "--owner", "Bbo")
    assert (done.code, done.error) == (2, 'error: No deal belongs to "Bbo". Owners in the source: Bob.\n')
    assert not deals.with_name("deals weekly.xlsx").exists()


def test_weekly_puts_its_pages_into_the_teams_own_book(run: Run, deals, tmp_path):  # noqa: F811
    book = tmp_path / "Team.xlsx"
    filled = openpyxl.Workbook()
    filled.active.title = "Deals"
    for line in DEALS.splitlines():
        filled.active.append(line.split(","))
    filled.save(book)
    assert run("weekly", book, *AS_OF, "--language", "zh-Hans", "--in-place").code == 0
    assert openpyxl.load_workbook(book).sheetnames == ["Deals", "漏斗每周评审", "周评审 Ann", "周评审 Bob"]
