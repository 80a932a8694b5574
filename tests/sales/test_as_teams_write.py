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
    deals = [["Acme", "Lead", amount, "TBD", code] for amount, code in ((1, "EUR"), (2, "EUR"), (4, "USD"), (8, ""))]
    rows = [[*HEADER, "Currency"], *deals]
    answers = answers_of(csv_file(rows))
    assert answers.summary.open.amount == 11
    assert "totals are in EUR" in message(those(answers, "currency.base")[0], words("en"))
    assert those(answers, "currency.assumed")[0].details == {"base": "EUR", "count": 1}


def test_deals_in_one_currency_need_no_word_about_it():
    rows = [[*HEADER, "Currency"], ["Acme", "Lead", 1, "TBD", "EUR"], ["Bolt", "Lead", 2, "TBD", "EUR"]]
    assert not {"currency.base", "currency.assumed"} & set(codes(answers_of(csv_file(rows))))


def test_a_stage_in_two_spellings_is_one_stage():
    names = ["Talk", "talk ", "TALK", "Talk", "Dinner", "Won"]
    deals = [["Acme", name, 100, "TBD"] for name in names]
    stages = answers_of(csv_file([HEADER, *deals])).summary.stages
    assert {line.label: line.deals for line in stages} == {"Talk": 4, "Dinner": 1, "Won": 1}


def test_a_preset_that_would_make_a_usual_step_unknown_is_not_taken():
    names = ["Lead", "Lead", "Lead", "Lead", "Proposal", "Proposal", "Proposal", "Negotiation", "Won"]
    answers = answers_of(csv_file([HEADER, *(["Acme", name, number, "TBD"] for number, name in enumerate(names, 1))]))
    assert not those(answers, "stage.unknown")
    assert [line.label for line in answers.summary.stages][:3] == ["Lead", "Proposal", "Negotiation"]


def test_a_deal_that_its_status_closed_counts_as_won_or_lost_and_not_in_its_open_stage():
    rows = [["A", "1-Qualify", 10, "Open"], ["B", "2-Close", 20, "Won"], ["C", "1-Qualify", 40, "Lost"], ["D", "2-Close", 80, "Open"]]
    lines = answers_of(csv_file([["Account", "Pipeline Phase", "Amount", "Status"], *rows])).summary.stages
    assert {line.label: (line.kind, line.deals, line.amount) for line in lines} == {
        "1-Qualify": ("open", 1, 10),
        "2-Close": ("open", 1, 80),
        "Won": ("won", 1, 20),
        "Lost": ("lost", 1, 40),
    }


def test_a_table_without_a_deal_says_so_and_asks_for_no_stage_column():
    said = codes(answers_of(csv_file([HEADER])))
    assert "deals.none" in said and "stages.none" not in said


def test_an_owner_merged_down_over_deals_is_the_owner_of_each_and_a_merged_amount_is_counted_once():
    rows = [["Owner", *HEADER], ["Ann", "Acme", "Lead", 90, "TBD"], [None, "Bolt", "Lead", None, "TBD"], [None, "C", "Lead", 5, "TBD"], []]
    deals = deals_of(plain_sheet(rows, merged=((2, 1, 5, 1), (2, 4, 3, 4))))
    assert deals.table["owner"].tolist() == ["Ann", "Ann", "Ann"]
    assert deals.table["amount"].sum() == 95
    assert those(deals, "rows.merged")[0].details == {"count": 2}


def test_a_budget_column_of_yes_and_no_is_the_question_of_bant_and_no_money():
    rows = [[*HEADER, "Budget", "Authority"], ["Acme", "Lead", 5, "TBD", "yes", "no"], ["Bolt", "Lead", 6, "TBD", "", "yes"]]
    deals = deals_of(csv_file(rows))
    assert deals.table["bant_budget"].iloc[0] == 1 and "budget" not in deals.columns and not deals.findings
    assert those(deals, "column.read_as")[0].value == "Budget"


def test_a_budget_in_money_stays_money():
    rows = [[*HEADER, "Budget"], ["Acme", "Lead", 5, "TBD", "1"], ["Bolt", "Lead", 6, "TBD", "0"]]
    assert deals_of(csv_file(rows)).table["budget"].tolist() == [1, 0]


def test_a_second_column_of_the_same_meaning_is_named_once_and_not_as_unknown():
    deals = deals_of(csv_file([[*HEADER, "Value"], ["Acme", "Lead", 5, "TBD", 7]]))
    assert [note.value for note in those(deals, "column.double")] == ["Value"] and not those(deals, "columns.carried")
    assert deals.carried == {"Value": ["7"]}


def test_a_day_number_is_said_without_decimals():
    deals = deals_of(plain_sheet([HEADER, ["Acme", "Lead", 5, 46143.0]]))
    assert those(deals, "date.serial")[0].details["date_example"] == "46143 = 2026-05-01"


def test_stages_of_which_none_is_known_as_won_or_lost_are_named():
    rows = [HEADER, ["Acme", "Angebot", 5, "TBD"], ["Bolt", "Gewonnen", 6, "TBD"]]
    assert those(answers_of(csv_file(rows)), "stages.none_closed")[0].value == "Angebot, Gewonnen"
    assert "stages.none_closed" not in codes(answers_of(csv_file([*rows, ["Cord", "Lost", 6, "TBD"]])))
    assert "stages.none_closed" not in codes(answers_of(csv_file([HEADER, ["Acme", "Demo", 5, "TBD"]])))
