"""What teams really keep: subtotals of each rep, CRM footers, mixed number forms, names spelt in two ways, owners merged downwards."""

import pytest

from funnel_xl.sales.finding import Finding, message
from funnel_xl.wording import words
from tests.sales.tables import answers_of, book, codes, csv_file, deals_of, plain_sheet, those

HEADER = ["Account", "Stage", "Amount", "Close date"]


def test_a_note_about_a_column_of_a_csv_file_names_its_heading():
    deals = deals_of(csv_file([HEADER, ["Acme", "Proposal", 100, "31/05/2026"]]))
    said = message(those(deals, "date.order_dmy")[0], words("en"))
    assert said.startswith("deals.csv line 1 “Close date”: dates are read as day/month/year")


def test_a_whole_number_is_said_as_it_was_typed():
    finding = Finding("competition.off_grid", "warning", "Deals!H9", "competition", 60.0)
    assert "60.0" not in message(finding, words("en")) and "60" in message(finding, words("en"))


@pytest.mark.parametrize("total", ["Ann Total", "Subtotal: Ann", "Total - North", "张三 汇总", "小計：王小明", "王小明小計"])
def test_a_subtotal_of_a_rep_is_not_counted_as_a_deal(total):
    rows = [["Owner", *HEADER], ["Ann", "Acme", "Proposal", 100, "2026-05-01"], [total, None, None, 100, None]]
    deals = deals_of(plain_sheet(rows))
    assert deals.table["amount"].tolist() == [100] and those(deals, "rows.total")[0].details["rows"] == "3"


def test_a_customer_called_total_is_a_deal():
    rows = [HEADER, ["Total Energies", None, 100, "2026-05-01"], ["Sum & Co", "Lead", 50, None], ["Carbon Total", None, 7, "May 2026"]]
    assert deals_of(plain_sheet(rows)).table["account"].tolist() == ["Total Energies", "Sum & Co", "Carbon Total"]


def test_a_setting_that_does_not_exist_is_named_with_those_that_do():
    settings = [["Setting", "Value"], ["Our company", "Vitalon"], ["Quarter goal", "3M"], ["As-of date follows today", "yes"]]
    answers = answers_of(book({"Deals": [HEADER, ["Acme", "Lead", 100, "TBD"]], "Settings": settings}))
    notes = those(answers, "setting.unknown")
    assert [(note.where, note.value) for note in notes] == [("Settings!A3", "Quarter goal")]
    assert "Quota period" in message(notes[0], words("en"))


def test_the_currency_of_the_totals_is_said_where_deals_name_several():
    rows = [[*HEADER, "Currency"], *(["Acme", "Lead", amount, "TBD", code] for amount, code in ((1, "EUR"), (2, "EUR"), (4, "USD"), (8, "")))]
    answers = answers_of(csv_file(rows))
    assert answers.summary.open.amount == 11
    assert "totals are in EUR" in message(those(answers, "currency.base")[0], words("en"))
    assert those(answers, "currency.assumed")[0].details == {"base": "EUR", "count": 1}


def test_deals_in_one_currency_need_no_word_about_it():
    rows = [[*HEADER, "Currency"], ["Acme", "Lead", 1, "TBD", "EUR"], ["Bolt", "Lead", 2, "TBD", "EUR"]]
    assert not {"currency.base", "currency.assumed"} & set(codes(answers_of(csv_file(rows))))
