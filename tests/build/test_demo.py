"""The demo's workbook: invented, alive on any day, the same story in three languages."""

import datetime as dt
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.book.source import open_source
from funnel_xl.build.demo import demo_book, demo_tables
from funnel_xl.build.demo_team import team_tables
from funnel_xl.sales.answers import answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.wording import LANGUAGES, words

TODAY = dt.date(2026, 3, 18)    # a Wednesday
TABLES = ["Deals", "Stages", "Buyers", "Competitors", "Notes", "Actions", "Quotas", "Holidays", "Settings", "Accepted", "History",
          "Payments"]


def stages(language: str, *keys: str) -> set[str]:
    return {words(language)[f"stage.{key}"] for key in keys}


def test_the_same_day_and_seed_give_the_same_workbook_to_the_byte(tmp_path):
    first, second = (demo_book(tmp_path / name, as_of=TODAY, language="zh-Hant", seed=5) for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()


def test_another_seed_tells_another_story():
    assert team_tables(TODAY, "en", 1)["Deals"] != team_tables(TODAY, "en", 2)["Deals"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_holds_the_tables_by_their_promised_names(tmp_path, language):
    book = openpyxl.load_workbook(demo_book(tmp_path, as_of=TODAY, language=language))
    assert [name for sheet in book for name in sheet.tables] == TABLES
    assert book.sheetnames[0] == words(language)["table.Deals"]


def test_six_sellers_have_about_sixty_open_and_120_closed_deals():
    deals = team_tables(TODAY, "en", 1976)["Deals"]
    closed = [deal for deal in deals if deal["stage"] in stages("en", "won", "lost")]
    assert len({deal["owner"] for deal in deals}) == 6
    assert (len(deals) - len(closed), len(closed)) == (62, 120)


def test_every_language_tells_the_same_story():
    def story(language):
        deals = team_tables(TODAY, language, 3)["Deals"]
        return [[deal[field] for field in ("id", "quantity", "created", "fund", "position")] for deal in deals]

    assert story("en") == story("zh-Hans") == story("zh-Hant")


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_a_chinese_team_writes_chinese(language):
    """Latin letters stand only in codes: D-1001, BM-7 x 12, T,U, 2026-Q1, TWD and the rules' names."""
    texts = {str(value) for rows in demo_tables(TODAY, language, 1976).values() for row in rows for field, value in row.items()
             if isinstance(value, str) and field not in ("rule", "setting")}
    assert {text for text in texts if re.fullmatch(r"[A-Za-z ,.']{4,}", text)} == set()


def test_prices_are_in_the_money_of_the_country():
    def amounts(language):
        return [deal["amount"] for deal in team_tables(TODAY, language, 1976)["Deals"] if deal["amount"]]

    dollars, taiwan = amounts("en"), amounts("zh-Hant")
    assert all(amount % 500 == 0 for amount in dollars)
    assert all(amount % 10_000 == 0 for amount in taiwan)
    assert sum(taiwan) / sum(dollars) == pytest.approx(31, rel=0.01)       # 31 New Taiwan dollars to the US dollar


@settings(max_examples=25)
@given(as_of=st.dates(dt.date(2000, 2, 29), dt.date(2090, 12, 31)), seed=st.integers(0, 2**32))
def test_the_deals_are_alive_on_whatever_day_they_are_shown(as_of, seed):
    deals = team_tables(as_of, "en", seed)["Deals"]
    opened = [deal for deal in deals if deal["stage"] not in stages("en", "won", "lost")]
    due = [deal["close_date"] for deal in opened if isinstance(deal["close_date"], dt.date)]
    # All but the four whose date nobody moved; on a weekend a date 5 days ahead may fall on the Friday before.
    assert sum(date >= as_of for date in due) >= len(due) - 4
    assert all(deal["last_contact"] <= as_of for deal in deals)
    assert all(deal["entered"] <= as_of for deal in deals)


@settings(max_examples=25)
@given(as_of=st.dates(dt.date(2000, 2, 29), dt.date(2090, 12, 31)), seed=st.integers(0, 2**32))
def test_what_the_team_has_kept_beside_its_deals_agrees_with_them(as_of, seed):
    tables = demo_tables(as_of, "en", seed)
    deals = {deal["id"]: deal for deal in tables["Deals"]}
    last = {}
    for row in tables["History"]:
        assert row["entered"] <= as_of and row["entered"] >= last.get(row["deal"], row)["entered"]
        last[row["deal"]] = row
    assert all(row["stage"] == deals[id]["stage"] for id, row in last.items())
    assert len(last) >= len(deals) - 2          # all but the mistyped stage, and one of the two deals of one id
    billed = {}
    for row in tables["Payments"]:
        billed[row["deal"]] = billed.get(row["deal"], 0) + row["amount"]
        assert (row["received"] or 0) <= row["amount"] and (row["paid"] is None or row["paid"] <= as_of)
    assert billed == {id: deal["amount"] for id, deal in deals.items() if deal["stage"] == words("en")["stage.won"]}


def test_nothing_is_due_on_a_weekend():
    tables = team_tables(TODAY, "en", 1976)
    dates = [action["due"] for action in tables["Actions"]] + [deal["next_step_due"] for deal in tables["Deals"] if "next_step_due" in deal]
    assert not [date for date in dates if date and date.weekday() > 4]


SLIPS = {   # what demo_team puts wrong, by the rule that must find it
    "account.missing", "amount.missing", "close_date.missing", "close_date.past", "close_date.before_created",
    "stage.unknown", "id.duplicate", "deal.duplicate", "deal.stalled", "fund.off_grid", "placement.disagrees",
    "position.contradicts", "probability.two_ways", "sla.note", "sla.weekly_update",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_product_reads_its_demo_and_finds_every_slip_in_it(tmp_path, language):
    deals = read_deals(open_source(demo_book(tmp_path, as_of=TODAY, language=language)), TODAY)
    answers = answer(deals, TODAY)
    assert deals.language == language
    assert list(deals.carried) == [words(language)["demo.service_contract"]]
    assert answers.stages_from == "book"
    assert {finding.code for finding in answers.findings} >= SLIPS
    assert [finding.code for finding, _ in answers.accepted] == ["close_date.past", "amount.missing"]
    placed = {line.label: line.deals for line in answers.summary.placements}
    assert min(placed["best_few"], placed["in"], placed["above"]) >= 10
    assert answers.summary.quota_period == "2026-Q1"
    assert answers.summary.coverage > 0
