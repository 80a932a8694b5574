"""Whatever a cell holds, it gives a value, a finding, or one sentence; what is written in a supported way is read back as it was."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.errors import FunnelError
from funnel_xl.sales.fields import FIELDS
from funnel_xl.sales.finding import message
from funnel_xl.sales.grid import CellError
from funnel_xl.sales.period import read_period
from funnel_xl.wording import words
from tests.sales.tables import AS_OF, answers_of, book, column, csv_file, deals_of, plain_sheet

HEADINGS = [words("en")[f"field.{name}"] for name in FIELDS]
WORDS = ["1.234,50", "NT$ 50萬", "(485K)", "15/3/2026", "3/15/26", "May/00'", "民國113年3月15日", "113/3/15", "1130315", "Q3", "月底",
         "TBD", "75%", "0,75", "+2", "−2", "2", "yes", "否", "Won", "Proposl", "=1+1", "@SUM(1)", "", " ", "-", "1'200", "9" * 20,
         "9" * 400, "1e999", "ⅷ", "²", "٣"]
SIGNS = "0123456789.,/-:%()+−年月日萬億KM $€¥"
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=12), st.text(SIGNS, max_size=14))
VALUES = st.one_of(st.none(), TEXTS, st.booleans(), st.integers(-10**20, 10**20), st.floats(), st.datetimes(), st.dates(),
                   st.times(), st.timedeltas(), st.sampled_from(["#N/A", "#DIV/0!"]).map(CellError))


@settings(max_examples=150)
@given(st.sampled_from(HEADINGS), st.lists(VALUES, min_size=1, max_size=6), st.booleans(), st.booleans())
def test_every_cell_of_every_field_ends_in_a_value_or_a_finding(heading, cells, with_chinese, date1904):
    rows = [["客戶名稱" if with_chinese else "Account", "Owner", heading], *(["X", "Ann", cell] for cell in cells)]
    try:
        answers = answers_of(book({"Deals": rows}, date1904=date1904))
    except FunnelError as error:        # two columns for one field: Owner twice
        assert str(error)
        return
    assert len(answers.computed) == len(cells)
    for finding in (*answers.findings, *answers.notes):
        assert message(finding, words("zh-Hant"))


@settings(max_examples=150)
@given(st.lists(st.lists(VALUES, max_size=6), max_size=8))
def test_any_sheet_is_read_or_refused_with_a_sentence(rows):
    try:
        answers_of(plain_sheet(rows))
    except FunnelError as error:
        assert str(error)


@settings(max_examples=80)
@given(st.lists(st.lists(TEXTS, max_size=5), max_size=6), st.integers(0, 5),
       st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=6, unique=True))
def test_a_header_in_any_company_is_found_or_refused_with_a_sentence(rows, at, header):
    sheet = [*rows[:at], header, *rows[at:]]
    for source in (plain_sheet(sheet), csv_file(sheet), plain_sheet(sheet, merged=((1, 1, 2, 1), (1, 2, 1, 3), (2, 1, 9, 9)))):
        try:
            answers_of(source)
        except FunnelError as error:
            assert str(error)


@settings(max_examples=100)
@given(st.lists(st.lists(st.sampled_from(["Acme", "Lead", "5", "Total", "note", "合計", 7, ""]), min_size=3, max_size=3), max_size=12))
def test_no_row_is_ever_lost(rows):
    """Every filled row below the header is a deal, or counted in a note that says why it is none."""
    deals = deals_of(plain_sheet([["Account", "Stage", "Amount"], *rows]))
    filled = sum(any(cell not in (None, "") for cell in row) for row in rows)
    named = sum(note.details["count"] for note in deals.notes if note.code in ("rows.total", "rows.note", "rows.header_again"))
    assert len(deals.table) + named == filled


def one(heading: str, *cells: object, name: str):
    """The first value of a column, as it was read."""
    return deals_of(column(heading, *cells)).column(name)[0]


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2067, 12, 31))
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WAYS_OF_A_DATE = {
    "iso": lambda day: f"{day:%Y-%m-%d}", "slashes": lambda day: f"{day.year}/{day.month}/{day.day}", "dots": lambda day: f"{day:%Y.%m.%d}",
    "time": lambda day: f"{day:%Y-%m-%d} 23:59:59", "digits": lambda day: f"{day:%Y%m%d}",
    "han": lambda day: f"{day.year}年{day.month}月{day.day}日", "roc.han": lambda day: f"民國{day.year - 1911}年{day.month}月{day.day}日",
    "roc.slashes": lambda day: f"{day.year - 1911}/{day.month}/{day.day}",
    "name": lambda day: f"{day.day}/{MONTHS[day.month - 1]}/{day.year}",
    "short": lambda day: f"{day.day:02}-{MONTHS[day.month - 1]}-{day:%y}",
    "english": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    "cell": lambda day: dt.datetime(day.year, day.month, day.day), "serial": lambda day: (day - dt.date(1899, 12, 30)).days,
}


@pytest.mark.parametrize("way", WAYS_OF_A_DATE)
@settings(max_examples=25)
@given(day=DAYS)
def test_a_date_written_in_any_supported_way_is_read_back(way, day):
    if way == "roc.slashes" and day.year < 2011:
        return          # 99/12/31 needs another cell to prove its calendar
    if way == "short" and not 1969 <= day.year <= 2068:
        return
    assert str(one("Close date", WAYS_OF_A_DATE[way](day), name="close_date"))[:10] == day.isoformat()


@settings(max_examples=40)
@given(DAYS, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y"]))
def test_a_date_in_either_order_is_read_back_where_another_cell_proves_the_order(day, pattern):
    proof = dt.date(2026, 3, 31).strftime(pattern)
    assert str(one("Close date", day.strftime(pattern), proof, name="close_date"))[:10] == day.isoformat()


WHOLE = st.integers(0, 10**12)
WAYS_OF_AN_AMOUNT = {
    "cell": lambda n: n, "text": str, "english": lambda n: f"{n:,}", "english.cents": lambda n: f"{n:,}.00", "euro": lambda n: f"€ {n:,}",
    "taiwan": lambda n: f"NT$ {n:,}", "swiss": lambda n: f"{n:,}".replace(",", "'"), "spaces": lambda n: f"{n:,}".replace(",", " "),
    "german": lambda n: f"{n:,}".replace(",", ".") + ",00",
    "full": lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "thousands": lambda n: f"{n / 1000:.3f}K", "wan": lambda n: f"{n / 10_000:.4f}萬", "yi": lambda n: f"{n / 100_000_000:.8f}億",
    "code": lambda n: f"{n:,} USD",
}


@pytest.mark.parametrize("way", WAYS_OF_AN_AMOUNT)
@settings(max_examples=25)
@given(amount=WHOLE)
def test_an_amount_written_in_any_supported_way_is_read_back(way, amount):
    assert one("Amount", WAYS_OF_AN_AMOUNT[way](amount), name="amount") == pytest.approx(amount)


@settings(max_examples=25)
@given(WHOLE)
def test_a_minus_is_a_minus_however_it_is_written(amount):
    for text in (f"-{amount}", f"−{amount:,}", f"({amount:,})", f"$ ({amount:,})", f"{amount}-"):
        assert one("Amount", text, name="amount") == -amount


@settings(max_examples=40)
@given(st.lists(st.integers(2, 100), min_size=1, max_size=8))
def test_points_fractions_and_percent_mean_the_same(points):
    def read(*cells: object) -> list[float]:
        return deals_of(column("Probability", *cells)).column("probability").tolist()

    fractions = [number / 100 for number in points]
    assert read(*points) == read(*(f"{number}%" for number in points)) == pytest.approx(fractions)
    if any(number < 100 for number in points):
        assert read(*fractions) == pytest.approx(fractions)


@given(TEXTS)
def test_a_period_is_read_or_none(text):
    period = read_period(text, AS_OF)
    assert period is None or period.first <= period.last


@given(st.lists(st.tuples(st.sampled_from(["Lead", "Proposal", "Won"]), st.integers(1, 10**9)), min_size=1, max_size=15))
def test_reading_twice_gives_the_same_answers(rows):
    source = plain_sheet([["Account", "Stage", "Amount"], *(["A", *row] for row in rows)])
    first, second = answers_of(source), answers_of(source)
    assert first.computed.equals(second.computed) and repr(first.findings) == repr(second.findings)
    assert math.isclose(np.nansum(first.computed["weighted"]), np.nansum(second.computed["weighted"]))
